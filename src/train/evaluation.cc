// Every process reads its share of the rows and its own documents; sums are small.
#include "train/evaluation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/log_gamma.h"

namespace lightlda {
namespace {

double BetaSum(const SamplerOptions& options) {
  return options.beta * static_cast<double>(options.num_words);
}

// What the rows of this process's share add up to.
struct RowSums {
  std::vector<Count> topics;  // [num_topics]
  double log_likelihood = 0;
};

// log p(words | topics) of the rows, as far as they go into it: of a topic whose prior has p_wk
// tokens of a word, n_wk more of them count from there on; a frozen topic has phi, not a prior.
class RowLikelihood {
 public:
  explicit RowLikelihood(const SamplerOptions& options)
      : beta_(options.beta), ratio_(options.beta), prior_(options.word_prior) {
    if (prior_ == nullptr) return;
    for (const Count total : prior_->totals()) {
      log_totals_.push_back(std::log(static_cast<double>(total) + BetaSum(options)));
    }
  }

  // *room: of the thread.
  double Of(WordId word, std::span<const TopicCount> row, std::vector<TopicCount>* room) const {
    if (prior_ != nullptr) prior_->GetRow(word, room);
    auto fixed = room->begin();
    double sum = 0;
    for (const TopicCount& entry : row) {
      while (fixed != room->end() && fixed->topic < entry.topic) ++fixed;
      const bool has_fixed = fixed != room->end() && fixed->topic == entry.topic;
      sum += OfEntry(entry, has_fixed ? fixed->count : 0);
    }
    return sum;
  }

 private:
  double OfEntry(const TopicCount& entry, std::uint32_t fixed) const {
    if (prior_ != nullptr && prior_->is_frozen(entry.topic)) {
      return entry.count * (std::log(fixed + beta_) - log_totals_[entry.topic]);
    }
    const double all = ratio_(std::int64_t{entry.count} + fixed);
    return fixed == 0 ? all : all - ratio_(fixed);
  }

  const double beta_;
  const LogGammaRatio ratio_;
  const WordPrior* const prior_;
  std::vector<double> log_totals_;  // [num_topics], with a prior
};

// vocabulary: as in the header.
Result<RowSums> SumRows(const Sampler& sampler, RowShare share, const Vocabulary* vocabulary) {
  const SamplerOptions& options = sampler.options();
  const RowLikelihood likelihood(options);
  std::vector<std::vector<TopicCount>> rooms(static_cast<std::size_t>(sampler.num_threads()));
  std::vector<double> of_word(options.num_words, 0.0);
  std::vector<Count> tokens(options.num_words, 0);
  std::vector<std::vector<Count>> of_thread(static_cast<std::size_t>(sampler.num_threads()),
                                            std::vector<Count>(options.num_topics, 0));
  const auto add = [&](WordId word, std::span<const TopicCount> row, int thread) {
    std::vector<Count>& topics = of_thread[static_cast<std::size_t>(thread)];
    of_word[word] = likelihood.Of(word, row, &rooms[static_cast<std::size_t>(thread)]);
    for (const TopicCount& entry : row) {
      tokens[word] += entry.count;
      topics[entry.topic] += entry.count;
    }
  };
  LIGHTLDA_RETURN_IF_ERROR(sampler.ForEachRow(share, add));
  for (WordId word = 0; vocabulary != nullptr && word < tokens.size(); ++word) {
    // A word of which nothing was seen is of another share, or found missing by the sum of all.
    if (tokens[word] == 0 || tokens[word] == vocabulary->frequency(word)) continue;
    return Status::Failure("counts do not add up: word " + std::to_string(word) + " has " +
                           std::to_string(vocabulary->frequency(word)) + " tokens, its row " +
                           std::to_string(tokens[word]));
  }
  RowSums sums{std::vector<Count>(options.num_topics, 0), 0};
  for (const double value : of_word) sums.log_likelihood += value;
  for (const std::vector<Count>& topics : of_thread) {
    for (std::size_t k = 0; k < topics.size(); ++k) sums.topics[k] += topics[k];
  }
  return sums;
}

// Totals are kept by differences; they must equal the sums of the rows.
Status CheckTotals(std::span<const Count> totals, std::span<const Count> sums, Count num_tokens) {
  Count all = 0;
  for (std::size_t k = 0; k < totals.size(); ++k) {
    all += sums[k];
    if (sums[k] == totals[k]) continue;
    return Status::Failure("counts do not add up: topic " + std::to_string(k) + " has a total of " +
                           std::to_string(totals[k]) + ", its rows have " +
                           std::to_string(sums[k]));
  }
  if (all == num_tokens) return {};
  return Status::Failure("counts do not add up: rows have " + std::to_string(all) +
                         " tokens, documents " + std::to_string(num_tokens));
}

double TotalsLogLikelihood(const SamplerOptions& options, std::span<const Count> totals) {
  const double beta_sum = BetaSum(options);
  const WordPrior* const prior = options.word_prior;
  double sum = 0;
  for (TopicId topic = 0; topic < totals.size(); ++topic) {
    if (prior != nullptr && prior->is_frozen(topic)) continue;
    const double fixed =
        beta_sum + static_cast<double>(prior == nullptr ? 0 : prior->totals()[topic]);
    sum += LogGamma(fixed) - LogGamma(static_cast<double>(totals[topic]) + fixed);
  }
  return sum;
}

}  // namespace

Result<double> JointLogLikelihoodPerToken(Sampler* sampler, ProcessGroup* group,
                                          const Vocabulary* vocabulary) {
  LIGHTLDA_RETURN_IF_ERROR(sampler->RefreshTotals());
  const RowShare share{static_cast<std::uint32_t>(group->rank()),
                       static_cast<std::uint32_t>(group->size())};
  LIGHTLDA_ASSIGN_OR_RETURN(RowSums rows, SumRows(*sampler, share, vocabulary));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<double> documents, sampler->DocumentLogLikelihoods());
  double of_documents = 0;
  for (const double of_block : documents) of_documents += of_block;

  // The tokens travel with the topics. Each process's likelihood has a place of its own, so that
  // the sum does not depend on the order in which the group adds up.
  rows.topics.push_back(sampler->active().total_tokens());
  LIGHTLDA_RETURN_IF_ERROR(group->Sum(std::span<Count>(rows.topics)));
  std::vector<double> parts(static_cast<std::size_t>(group->size()), 0.0);
  parts[share.index] = rows.log_likelihood + of_documents;
  LIGHTLDA_RETURN_IF_ERROR(group->Sum(std::span<double>(parts)));

  const Count num_tokens = rows.topics.back();
  rows.topics.pop_back();
  LIGHTLDA_RETURN_IF_ERROR(CheckTotals(sampler->topic_totals(), rows.topics, num_tokens));
  double sum = TotalsLogLikelihood(sampler->options(), sampler->topic_totals());
  for (const double part : parts) sum += part;
  return sum / static_cast<double>(std::max<Count>(1, num_tokens));
}

}  // namespace lightlda
