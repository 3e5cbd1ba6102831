// lightlda-completion: held-out likelihood of a model, of lightlda or of another system, on a
// corpus of other documents (bench/measure.py heldout, bench/compare.py).
#include <gflags/gflags.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "corpus/block_words.h"
#include "eval/completion.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "tool_util.h"
#include "word_topic_text.h"

DEFINE_string(model, "", "model directory");
DEFINE_string(word_topic, "",
              "instead of --model: the word-topic table of any system, as lightlda-dump word_topic "
              "--format=text writes it; needs --num_topics and --alpha");
DEFINE_string(heldout, "", "corpus directory of held-out documents, over the model's vocabulary");
DEFINE_uint32(num_topics, 0, "with --word_topic: number of topics");
DEFINE_double(alpha, 0, "with --word_topic: prior of topics in a document, per topic");
DEFINE_bool(
    fold_in, false,
    "with --model: theta as lightlda-infer estimates it, instead of 50 steps of EM over all "
    "topics");
DEFINE_double(beta, 0.01, "with --word_topic: prior of words in a topic, per word");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-completion", __FILE__,
    "lightlda-completion scores a model by document completion: how well, knowing one half of a\n"
    "document, it predicts the other. Prints one line of JSON.\n"
    "\n"
    "  lightlda-completion --model=MODEL --heldout=CORPUS\n"
    "  lightlda-completion --word_topic=FILE --num_topics=K --alpha=A --heldout=CORPUS\n"};

using Documents = std::vector<std::vector<WordId>>;

// The documents of a corpus as word ids.
Result<Documents> ReadDocuments(const Corpus& corpus) {
  Documents documents;
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    const std::vector<WordId> word_at = WordsByPosition(*block);
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      auto& words = documents.emplace_back();
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        words.push_back(word_at[block->positions[i]]);
      }
    }
  }
  return documents;
}

Status CheckFlags() {
  if (FLAGS_model.empty() == FLAGS_word_topic.empty()) {
    return Status::Usage("expected either --model or --word_topic; try --help");
  }
  if (FLAGS_heldout.empty()) return Status::Usage("--heldout is required");
  if (FLAGS_fold_in && FLAGS_model.empty()) return Status::Usage("--fold_in: only with --model");
  if (FLAGS_word_topic.empty()) return {};
  if (FLAGS_num_topics < 1 || FLAGS_num_topics > (1U << 24)) {
    return Status::Usage("--num_topics=" + std::to_string(FLAGS_num_topics) +
                         ": expected a number from 1 to 2^24");
  }
  if (!(FLAGS_alpha > 0) || !(FLAGS_beta > 0)) {
    return Status::Usage("--alpha and --beta: expected numbers above 0");
  }
  return {};
}

Result<CompletionResult> ScoreModel(const Corpus& corpus, const Documents& documents,
                                    ThreadPool* pool) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(FLAGS_model));
  if (corpus.num_words() != model.num_words()) {
    return Status::BadInput(FLAGS_heldout + ": has " + std::to_string(corpus.num_words()) +
                            " words, the model " + std::to_string(model.num_words()));
  }
  CompletionOptions options;
  const PhiRows rows(model);
  if (FLAGS_fold_in) options.fold_in = &rows;
  return DocumentCompletion(model, documents, options, pool);
}

// The table's words are those of the held-out corpus.
Result<CompletionResult> ScoreTable(const Corpus& corpus, const Documents& documents,
                                    ThreadPool* pool) {
  LIGHTLDA_ASSIGN_OR_RETURN(
      const WordTopicText table,
      WordTopicText::Read(FLAGS_word_topic, corpus.num_words(), FLAGS_num_topics));
  const std::vector<double> alpha(FLAGS_num_topics, FLAGS_alpha);
  const CompletionModel model{alpha, FLAGS_beta, table.num_words(), table.topic_totals(),
                              [&table](WordId word) {
                                const auto row = table.Row(word);
                                return std::vector<TopicCount>(row.begin(), row.end());
                              }};
  return DocumentCompletion(model, documents, {}, pool);
}

Status Run() {
  LIGHTLDA_RETURN_IF_ERROR(CheckFlags());
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(FLAGS_heldout));
  LIGHTLDA_ASSIGN_OR_RETURN(const Documents documents, ReadDocuments(corpus));
  ThreadPool pool(ResolveThreadCount(0));
  LIGHTLDA_ASSIGN_OR_RETURN(const CompletionResult result,
                            FLAGS_model.empty() ? ScoreTable(corpus, documents, &pool)
                                                : ScoreModel(corpus, documents, &pool));
  std::printf("{\"documents\":%lld,\"tokens\":%lld,\"completion_log_likelihood_per_token\":%.6f}\n",
              static_cast<long long>(result.documents), static_cast<long long>(result.tokens),
              result.log_likelihood_per_token);
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::kProgram, argc, argv, lightlda::Run);
}
