// Document completion of documents that are read, a batch at a time.
#include <cmath>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "eval/completion.h"
#include "infer/document_reader.h"
#include "lightlda/evaluate.h"

namespace lightlda {
namespace {

Result<CompletionScore> Evaluate(const Model& model, const DocumentInput& input, std::uint64_t seed,
                                 StopToken stop) {
  LIGHTLDA_RETURN_IF_ERROR(input.Validate());
  LIGHTLDA_ASSIGN_OR_RETURN(const auto reader, DocumentReader::Open(model, input, std::move(stop)));
  ThreadPool pool(ResolveThreadCount(input.num_threads));
  CompletionOptions options;
  options.seed = seed;
  CompletionScore score;
  double sum = 0;
  const auto add = [&](const DocumentBatch& batch) {
    std::vector<std::vector<WordId>> documents;
    for (std::size_t d = 0; d < batch.size(); ++d) {
      const auto words = batch.Words(d);
      documents.emplace_back(words.begin(), words.end());
      score.num_unknown += batch.num_unknown[d];
    }
    const CompletionResult result = DocumentCompletion(model, documents, options, &pool);
    options.first_document += documents.size();
    score.num_documents += result.documents;
    score.num_tokens += result.tokens;
    sum += result.log_likelihood_per_token * static_cast<double>(result.tokens);
    return Status();
  };
  LIGHTLDA_RETURN_IF_ERROR(reader->ReadAll(add));
  if (score.num_tokens == 0) {
    return Status::BadInput("no document has two tokens that the model knows: nothing to predict");
  }
  score.log_likelihood_per_token = sum / static_cast<double>(score.num_tokens);
  score.perplexity = std::exp(-score.log_likelihood_per_token);
  return score;
}

}  // namespace

Result<CompletionScore> EvaluateCompletion(const Model& model, const DocumentInput& input,
                                           std::uint64_t seed, StopToken stop) {
  return CatchBadAlloc([&] { return Evaluate(model, input, seed, std::move(stop)); });
}

}  // namespace lightlda
