#include "eval/own_completion.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "eval/completion_estimator.h"

namespace lightlda {
namespace {

// The figure settles to well below what matters here in fewer steps than held-out scores take.
constexpr int kNumSteps = 20;

std::vector<WordId> SpreadTokens(const std::vector<WordId>& words) {
  if (words.size() <= kMostOwnTokens) return words;
  std::vector<WordId> some(kMostOwnTokens);
  for (std::size_t i = 0; i < some.size(); ++i) some[i] = words[i * words.size() / some.size()];
  return some;
}

// One thread's.
class Completer {
 public:
  Completer(const CompletionModel& model, std::uint64_t seed)
      : model_(model), seed_(seed), estimator_(model.alpha) {}

  DocumentScore Complete(const OwnDocument& document) {
    const DocumentHalves halves =
        HalveDocument(SpreadTokens(document.words), seed_, document.number);
    const double seen = std::accumulate(halves.seen.begin(), halves.seen.end(), 0.0);
    const double tokens = std::accumulate(halves.predicted.begin(), halves.predicted.end(), 0.0);
    if (seen == 0 || tokens == 0) return {};
    TakeOut(document, halves.words);
    const DocumentPhi phi = {rows_, inverse_totals_, model_.beta};
    estimator_.EstimateTheta(halves, phi, kNumSteps);
    return {static_cast<Count>(tokens), estimator_.LogLikelihood(halves, phi)};
  }

 private:
  // The counts of the words and topics without the document's own.
  void TakeOut(const OwnDocument& document, std::span<const WordId> words) {
    rows_.clear();
    for (const WordId word : words) rows_.push_back(model_.word_row(word));
    totals_.assign(model_.topic_totals.begin(), model_.topic_totals.end());
    for (std::size_t i = 0; i < document.words.size(); ++i) {
      if (document.topics[i] == Model::kNoTopic) continue;
      --totals_[document.topics[i]];
      const auto found = std::ranges::lower_bound(words, document.words[i]);
      if (found == words.end() || *found != document.words[i]) continue;
      TakeOne(document.topics[i], &rows_[static_cast<std::size_t>(found - words.begin())]);
    }
    const double beta_sum = model_.beta * static_cast<double>(model_.num_words);
    inverse_totals_.clear();
    for (const Count total : totals_) {
      inverse_totals_.push_back(1.0 / (static_cast<double>(std::max<Count>(0, total)) + beta_sum));
    }
  }

  // Counts of processes that run ahead of each other may lack it.
  static void TakeOne(TopicId topic, std::vector<TopicCount>* row) {
    const auto entry = std::ranges::lower_bound(*row, topic, {}, &TopicCount::topic);
    if (entry != row->end() && entry->topic == topic && entry->count > 0) --entry->count;
  }

  const CompletionModel& model_;
  std::uint64_t seed_;
  CompletionEstimator estimator_;
  std::vector<std::vector<TopicCount>> rows_;  // [distinct words of the document]
  std::vector<Count> totals_;                  // [num_topics]
  std::vector<double> inverse_totals_;         // [num_topics]: 1 / (n_k + beta_sum)
};

}  // namespace

CompletionResult CompleteOwnDocuments(const CompletionModel& model,
                                      std::span<const OwnDocument> documents, std::uint64_t seed,
                                      ThreadPool* pool) {
  std::vector<DocumentScore> scores(documents.size());
  std::vector<Completer> completers(static_cast<std::size_t>(pool->size()), Completer(model, seed));
  pool->ParallelFor(documents.size(), [&](std::size_t d, int thread) {
    scores[d] = completers[static_cast<std::size_t>(thread)].Complete(documents[d]);
  });
  return SumUp(scores);
}

}  // namespace lightlda
