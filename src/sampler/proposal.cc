#include "sampler/proposal.h"

#include <glog/logging.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace lightlda {
namespace {

// The table of `topics` and a prior of mass prior_sum. Its fixed-point mass uses all 32 bits, so
// the shares are right to 2^-31.
ExpandedTable MakeExpanded(const TopicId* topics, std::uint32_t num_tokens, double prior_sum) {
  const double mass = num_tokens + prior_sum;
  const auto whole = static_cast<std::uint64_t>(mass);
  CHECK_LT(whole, std::uint64_t{1} << 31);
  const int shift = 31 - static_cast<int>(std::bit_width(whole));
  return {topics, num_tokens, static_cast<std::uint32_t>(std::llround(std::ldexp(mass, shift))),
          static_cast<std::uint32_t>(shift)};
}

}  // namespace

WordProposal::WordProposal(std::uint32_t num_topics, double beta)
    : num_topics_(num_topics), beta_total_(num_topics * beta) {}

void WordProposal::Build(TopicCounter& row, std::int64_t num_tokens) {
  // A prior of 2^31 tokens or more has no fixed-point form; the alias table takes any.
  is_expanded_ = num_tokens > 0 && num_tokens <= kMaxExpandedTokens && beta_total_ < 0x1p30;
  if (is_expanded_) {
    // Written eight at a time, beyond the end of the topic's share: most counts are below eight,
    // and a loop of the exact length would mispredict for every topic.
    TopicId* const topics = topics_.Room(static_cast<std::size_t>(num_tokens) + kLanes);
    TopicId* out = topics;
    for (const TopicId topic : row.SortedTopics()) {
      const std::int32_t count = row.count(topic);
      std::fill_n(out, kLanes, topic);
      for (auto done = std::int32_t{kLanes}; done < count; done += std::int32_t{kLanes}) {
        std::fill_n(out + done, kLanes, topic);
      }
      out += count;
    }
    CHECK(out == topics + num_tokens);
    expanded_ = MakeExpanded(topics, static_cast<std::uint32_t>(num_tokens), beta_total_);
  } else {
    alias_.Clear();
    row.ForEach([&](TopicId topic, std::int32_t count) { alias_.Add(topic, count); });
    alias_.Add(kUniformTopic, beta_total_);
    alias_.Finish();
  }
}

void WordProposal::Draw(const Kernels& kernels, std::size_t n, const std::uint32_t* uniforms,
                        TopicId* out) const {
  if (is_expanded_) {
    kernels.draw_expanded(expanded_, nullptr, num_topics_, n, uniforms, out);
  } else {
    kernels.draw_alias(alias_.view(), num_topics_, n, uniforms, out);
  }
}

DocumentProposal::DocumentProposal(std::span<const double> alpha, bool has_prior)
    : num_topics_(static_cast<std::uint32_t>(alpha.size())),
      has_prior_(has_prior),
      alpha_(alpha.begin(), alpha.end()) {
  for (TopicId topic = 0; topic < num_topics_; ++topic) {
    alpha_sum_ += alpha[topic];
    is_symmetric_ = is_symmetric_ && alpha[topic] == alpha[0];
    alpha_table_.Add(topic, alpha[topic]);
  }
  CHECK_LT(alpha_sum_, 0x1p30);
  alpha_table_.Finish();
}

void DocumentProposal::Draw(const Kernels& kernels, const TopicId* topics, std::uint32_t num_tokens,
                            int mh_steps, std::size_t pitch, const std::uint32_t* uniforms,
                            TopicId* out) const {
  const ExpandedTable table = MakeExpanded(topics, num_tokens, has_prior_ ? alpha_sum_ : 0);
  const AliasView prior = alpha_table_.view();
  for (int m = 0; m < mh_steps; ++m, uniforms += pitch, out += pitch) {
    kernels.draw_expanded(table, is_symmetric_ ? nullptr : &prior, num_topics_, num_tokens,
                          uniforms, out);
  }
}

void DocumentProposal::Tabulate(std::span<const std::int32_t> counts, AliasTable* table) const {
  table->Clear();
  const bool each = has_prior_ && !is_symmetric_;
  for (TopicId topic = 0; topic < num_topics_; ++topic) {
    const double weight = counts[topic] + (each ? alpha_[topic] : 0);
    if (weight > 0) table->Add(topic, weight);
  }
  if (has_prior_ && is_symmetric_) table->Add(kUniformTopic, alpha_sum_);
  table->Finish();
}

}  // namespace lightlda
