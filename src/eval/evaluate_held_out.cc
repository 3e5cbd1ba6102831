// Held-out likelihood of documents that are read, a batch at a time.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "eval/completion.h"
#include "eval/held_out_documents.h"
#include "eval/left_to_right.h"
#include "infer/document_reader.h"
#include "infer/phi_rows.h"
#include "lightlda/evaluate.h"

namespace lightlda {
namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxParticles = 10'000;
// Documents that are scored at a time: between them a stop is looked for, and progress told.
constexpr std::size_t kDocumentsAtATime = 256;

using Documents = std::span<const std::vector<WordId>>;
// The scores of consecutive documents; `first`: the number of the first of them in the input.
using Scorer = std::function<std::vector<DocumentScore>(Documents documents, std::uint64_t first)>;
using Reader = std::function<Status(const std::function<Status(const DocumentBatch&)>& visit)>;

Status CheckOptions(const HeldOutOptions& options) {
  if (options.num_particles < 1 || options.num_particles > kMaxParticles) {
    return Status::Usage("`num_particles`: expected 1 to 10,000, found " +
                         std::to_string(options.num_particles));
  }
  if (options.num_threads < 0 || options.num_threads > kMaxThreads) {
    return Status::Usage("`num_threads`: expected 0 to " + std::to_string(kMaxThreads) +
                         ", found " + std::to_string(options.num_threads));
  }
  return {};
}

// Adds scores up in the order of the documents, however they are cut into batches.
class Scores {
 public:
  Scores(const Scorer& scorer, const HeldOutOptions& options, const StopToken& stop)
      : scorer_(scorer), options_(options), stop_(stop) {}

  Status Add(const DocumentBatch& batch) {
    for (std::size_t d = 0; d < batch.size(); ++d) {
      const auto words = batch.Words(d);
      documents_.emplace_back(words.begin(), words.end());
      score_.num_unknown += batch.num_unknown[d];
      if (documents_.size() == kDocumentsAtATime) LIGHTLDA_RETURN_IF_ERROR(ScoreSome());
    }
    return ScoreSome();
  }

  Result<HeldOutScore> Finish() {
    if (score_.num_tokens == 0) {
      return Status::BadInput(
          "no document has enough tokens that the model knows: nothing to predict");
    }
    score_.log_likelihood_per_token = sum_ / static_cast<double>(score_.num_tokens);
    score_.perplexity = std::exp(-score_.log_likelihood_per_token);
    return score_;
  }

 private:
  Status ScoreSome() {
    if (stop_.stop_requested()) return Status::Cancelled("interrupted");
    for (const DocumentScore& of_document : scorer_(documents_, num_read_)) {
      score_.num_documents += of_document.tokens > 0 ? 1 : 0;
      score_.num_tokens += of_document.tokens;
      sum_ += of_document.log_likelihood;
    }
    if (stop_.stop_requested()) return Status::Cancelled("interrupted");  // some were left out
    num_read_ += documents_.size();
    documents_.clear();
    if (options_.progress) options_.progress(static_cast<Count>(num_read_));
    return {};
  }

  const Scorer& scorer_;
  const HeldOutOptions& options_;
  const StopToken& stop_;
  std::vector<std::vector<WordId>> documents_;
  std::uint64_t num_read_ = 0;
  double sum_ = 0;
  HeldOutScore score_;
};

Reader ReaderOf(const Model& model, const DocumentInput& input, const StopToken& stop) {
  return [&](const std::function<Status(const DocumentBatch&)>& visit) -> Status {
    LIGHTLDA_RETURN_IF_ERROR(input.Validate());
    LIGHTLDA_ASSIGN_OR_RETURN(const auto reader, DocumentReader::Open(model, input, stop));
    return reader->ReadAll(visit);
  };
}

Reader ReaderOf(const Model& model, const Corpus& corpus, const StopToken& stop) {
  return [&](const std::function<Status(const DocumentBatch&)>& visit) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto ids, MatchWords(corpus, model.vocabulary()));
    return ReadCorpusDocuments(corpus, ids, stop, visit);
  };
}

Result<HeldOutScore> Score(const Reader& read, const Scorer& scorer, const HeldOutOptions& options,
                           const StopToken& stop) {
  Scores scores(scorer, options, stop);
  LIGHTLDA_RETURN_IF_ERROR(read([&](const DocumentBatch& batch) { return scores.Add(batch); }));
  return scores.Finish();
}

Result<HeldOutScore> ByCompletion(const Model& model, const Reader& read,
                                  const HeldOutOptions& options, const StopToken& stop) {
  LIGHTLDA_RETURN_IF_ERROR(CheckOptions(options));
  ThreadPool pool(ResolveThreadCount(options.num_threads));
  const CompletionModel completion_model = AsCompletionModel(model);
  CompletionOptions completion;
  completion.seed = options.seed;
  const Scorer scorer = [&](Documents documents, std::uint64_t first) {
    completion.first_document = first;
    return CompleteDocuments(completion_model, documents, completion, &pool);
  };
  return Score(read, scorer, options, stop);
}

Result<HeldOutScore> ByLeftToRight(const Model& model, const Reader& read,
                                   const HeldOutOptions& options, const StopToken& stop) {
  LIGHTLDA_RETURN_IF_ERROR(CheckOptions(options));
  ThreadPool pool(ResolveThreadCount(options.num_threads));
  const PhiRows phi(model);
  std::vector<LeftToRight> estimators(static_cast<std::size_t>(pool.size()),
                                      LeftToRight(&phi, options.num_particles));
  const Scorer scorer = [&](Documents documents, std::uint64_t) {
    std::vector<DocumentScore> scores(documents.size());
    pool.ParallelFor(documents.size(), [&](std::size_t d, int thread) {
      if (stop.stop_requested()) return;
      scores[d].tokens = static_cast<Count>(documents[d].size());
      scores[d].log_likelihood =
          estimators[static_cast<std::size_t>(thread)].LogLikelihood(documents[d], options.seed);
    });
    return scores;
  };
  return Score(read, scorer, options, stop);
}

}  // namespace

Result<HeldOutScore> EvaluateCompletion(const Model& model, const DocumentInput& input,
                                        const HeldOutOptions& options, StopToken stop) {
  return CatchBadAlloc(
      [&] { return ByCompletion(model, ReaderOf(model, input, stop), options, stop); });
}

Result<HeldOutScore> EvaluateCompletion(const Model& model, const Corpus& held_out,
                                        const HeldOutOptions& options, StopToken stop) {
  return CatchBadAlloc(
      [&] { return ByCompletion(model, ReaderOf(model, held_out, stop), options, stop); });
}

Result<HeldOutScore> EvaluateLeftToRight(const Model& model, const DocumentInput& input,
                                         const HeldOutOptions& options, StopToken stop) {
  return CatchBadAlloc(
      [&] { return ByLeftToRight(model, ReaderOf(model, input, stop), options, stop); });
}

Result<HeldOutScore> EvaluateLeftToRight(const Model& model, const Corpus& held_out,
                                         const HeldOutOptions& options, StopToken stop) {
  return CatchBadAlloc(
      [&] { return ByLeftToRight(model, ReaderOf(model, held_out, stop), options, stop); });
}

}  // namespace lightlda
