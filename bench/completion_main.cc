// lightlda-completion: held-out likelihood of a model on a corpus of other documents
// (bench/measure.py heldout).
#include <gflags/gflags.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "eval/completion.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"

DEFINE_string(model, "", "model directory");
DEFINE_string(heldout, "", "corpus directory of held-out documents, over the model's vocabulary");

namespace lightlda {
namespace {

// Documents of a block as word ids.
Result<std::vector<std::vector<WordId>>> ReadDocuments(const Corpus& corpus) {
  std::vector<std::vector<WordId>> documents;
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    std::vector<WordId> word_at(block->num_tokens());
    for (WordId w = 0; w < corpus.num_words(); ++w) {
      for (auto p = block->word_offsets[w]; p < block->word_offsets[w + 1]; ++p) word_at[p] = w;
    }
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      auto& words = documents.emplace_back();
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        words.push_back(word_at[block->positions[i]]);
      }
    }
  }
  return documents;
}

Status Run() {
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(FLAGS_model));
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(FLAGS_heldout));
  if (corpus.num_words() != model.num_words()) {
    return Status::BadInput(FLAGS_heldout + ": has " + std::to_string(corpus.num_words()) +
                            " words, the model " + std::to_string(model.num_words()));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const auto documents, ReadDocuments(corpus));
  ThreadPool pool(ResolveThreadCount(0));
  const CompletionResult result = DocumentCompletion(model, documents, {}, &pool);
  std::printf("{\"documents\":%lld,\"tokens\":%lld,\"completion_log_likelihood_per_token\":%.6f}\n",
              static_cast<long long>(result.documents), static_cast<long long>(result.tokens),
              result.log_likelihood_per_token);
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  const lightlda::Status status = lightlda::Run();
  if (!status.ok()) std::fprintf(stderr, "error: %s\n", status.message().c_str());
  return status.exit_code();
}
