#include "eval/completion.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "eval/completion_estimator.h"
#include "infer/fold_in.h"

namespace lightlda {
namespace {

// One thread's.
class Completer {
 public:
  Completer(const CompletionModel& model, const CompletionOptions& options)
      : model_(model), num_steps_(options.num_iterations), estimator_(model.alpha) {
    if (options.fold_in != nullptr) fold_in_.emplace(options.fold_in);
    const double beta_sum = model.beta * static_cast<double>(model.num_words);
    for (const Count total : model.topic_totals) {
      inverse_totals_.push_back(1.0 / (static_cast<double>(total) + beta_sum));
    }
  }

  // Sum of log p over the predicted half.
  double LogLikelihood(const DocumentHalves& halves) {
    rows_.clear();
    for (const WordId word : halves.words) rows_.push_back(model_.word_row(word));
    const DocumentPhi phi = {rows_, inverse_totals_, model_.beta};
    if (fold_in_) {
      FoldInTheta(halves);
    } else {
      estimator_.EstimateTheta(halves, phi, num_steps_);
    }
    return estimator_.LogLikelihood(halves, phi);
  }

 private:
  void FoldInTheta(const DocumentHalves& halves) {
    bag_.clear();
    for (std::size_t i = 0; i < halves.words.size(); ++i) {
      if (halves.seen[i] == 0) continue;
      bag_.push_back({halves.words[i], static_cast<std::uint32_t>(halves.seen[i])});
    }
    fold_in_->Estimate(bag_, estimator_.theta());
  }

  const CompletionModel& model_;
  int num_steps_;
  CompletionEstimator estimator_;
  std::optional<FoldIn> fold_in_;
  std::vector<WordCount> bag_;
  std::vector<double> inverse_totals_;         // [num_topics]: 1 / (n_k + beta_sum)
  std::vector<std::vector<TopicCount>> rows_;  // [distinct words of the document]
};

}  // namespace

std::vector<DocumentScore> CompleteDocuments(const CompletionModel& model,
                                             std::span<const std::vector<WordId>> documents,
                                             const CompletionOptions& options, ThreadPool* pool) {
  std::vector<DocumentScore> scores(documents.size());
  std::vector<Completer> completers(static_cast<std::size_t>(pool->size()),
                                    Completer(model, options));
  pool->ParallelFor(documents.size(), [&](std::size_t d, int thread) {
    const std::uint64_t number =
        options.numbers.empty() ? options.first_document + d : options.numbers[d];
    const DocumentHalves halves = HalveDocument(documents[d], options.seed, number);
    const double seen = std::accumulate(halves.seen.begin(), halves.seen.end(), 0.0);
    const double tokens = std::accumulate(halves.predicted.begin(), halves.predicted.end(), 0.0);
    if (seen == 0 || tokens == 0) return;
    scores[d].tokens = static_cast<Count>(tokens);
    scores[d].log_likelihood = completers[static_cast<std::size_t>(thread)].LogLikelihood(halves);
  });
  return scores;
}

CompletionResult SumUp(std::span<const DocumentScore> scores) {
  CompletionResult result;
  double sum = 0;
  for (const DocumentScore& score : scores) {
    result.documents += score.tokens > 0 ? 1 : 0;
    result.tokens += score.tokens;
    sum += score.log_likelihood;
  }
  result.log_likelihood_per_token = sum / static_cast<double>(std::max<Count>(1, result.tokens));
  return result;
}

CompletionResult DocumentCompletion(const CompletionModel& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool) {
  return SumUp(CompleteDocuments(model, documents, options, pool));
}

CompletionResult DocumentCompletion(const Model& model,
                                    std::span<const std::vector<WordId>> documents,
                                    const CompletionOptions& options, ThreadPool* pool) {
  return DocumentCompletion(AsCompletionModel(model), documents, options, pool);
}

CompletionModel AsCompletionModel(const Model& model) {
  return {model.alpha(), model.beta(), model.num_words(), model.topic_totals(),
          [&model](WordId word) { return model.WordRow(word); }};
}

}  // namespace lightlda
