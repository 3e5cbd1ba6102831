// The two proposal distributions, built once per word or document and drawn from many times.
#ifndef LIGHTLDA_SAMPLER_PROPOSAL_H_
#define LIGHTLDA_SAMPLER_PROPOSAL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/scratch_array.h"
#include "kernels/alias_table.h"
#include "kernels/kernels.h"
#include "lightlda/types.h"
#include "sampler/topic_counter.h"

namespace lightlda {

// Draws from n_wk + beta (LightLDA, eq. 5 and 6, without its denominator, which the word pass's
// acceptance accounts for). Rows with few tokens are expanded, topic by topic in ascending order;
// long ones become an alias table over their non-zero topics plus one bin for the prior. Which of
// the two depends on the row alone, so the draws do not depend on who holds it. One thread each.
class WordProposal {
 public:
  // beta_total = num_topics * beta.
  WordProposal(std::uint32_t num_topics, double beta);

  // row: counts >= 0; num_tokens = their sum, 0 allowed.
  void Build(TopicCounter& row, std::int64_t num_tokens);
  void Draw(const Kernels& kernels, std::size_t n, const std::uint32_t* uniforms,
            TopicId* out) const;

  // Rows with at most this many tokens are expanded (at 4 bytes each: half an L1 cache).
  static constexpr std::int64_t kMaxExpandedTokens = 4096;

 private:
  std::uint32_t num_topics_;
  double beta_total_;
  bool is_expanded_ = false;
  ScratchArray<TopicId> topics_;
  ExpandedTable expanded_ = {};
  AliasTable alias_;
};

// Draws from n_dk + alpha_k (LightLDA, eq. 8): the topic of a random token of the document or, with
// probability alpha_sum / (n_d + alpha_sum), a topic from alpha. Without has_prior from n_dk alone.
// Immutable; any number of threads.
class DocumentProposal {
 public:
  DocumentProposal(std::span<const double> alpha, bool has_prior);  // [num_topics]

  bool is_symmetric() const { return is_symmetric_; }

  // topics: [num_tokens], num_tokens >= 1: the document's. uniforms and out: [mh_steps][pitch], of
  // which the first num_tokens of each row are used.
  void Draw(const Kernels& kernels, const TopicId* topics, std::uint32_t num_tokens, int mh_steps,
            std::size_t pitch, const std::uint32_t* uniforms, TopicId* out) const;

  // The same distribution from the document's counts, [num_topics], as a table to draw from: for
  // documents whose tokens are too many to be held. REQUIRES: a count above 0.
  void Tabulate(std::span<const std::int32_t> counts, AliasTable* table) const;

 private:
  std::uint32_t num_topics_;
  bool has_prior_;
  std::vector<double> alpha_;  // [num_topics]
  double alpha_sum_ = 0;
  bool is_symmetric_ = true;
  AliasTable alpha_table_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_PROPOSAL_H_
