// The proposal distributions: the share of each topic over numbers that are spread evenly.
#include "sampler/proposal.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

constexpr std::size_t kDraws = 1 << 16;

std::vector<std::uint32_t> EvenNumbers() {
  std::vector<std::uint32_t> uniforms(kDraws);
  for (std::size_t i = 0; i < kDraws; ++i) uniforms[i] = static_cast<std::uint32_t>(i << 16);
  return uniforms;
}

std::vector<double> Shares(const std::vector<TopicId>& topics, std::uint32_t num_topics) {
  std::vector<double> shares(num_topics, 0);
  for (const TopicId topic : topics) shares.at(topic) += 1.0 / static_cast<double>(topics.size());
  return shares;
}

using Counts = std::vector<std::pair<TopicId, std::int32_t>>;

std::vector<TopicId> DrawFrom(const Counts& counts, std::uint32_t num_topics, double beta) {
  TopicCounter row(num_topics);
  std::int64_t num_tokens = 0;
  for (const auto& [topic, count] : counts) {
    row.Add(topic, count);
    num_tokens += count;
  }
  WordProposal proposal(num_topics, beta);
  proposal.Build(row, num_tokens);
  std::vector<TopicId> topics(kDraws);
  proposal.Draw(ScalarKernels(), kDraws, EvenNumbers().data(), topics.data());
  return topics;
}

TEST_CASE("words are proposed from their counts and the prior", "[sampler]") {
  constexpr std::uint32_t kTopics = 16;
  // An expanded row, one at its limit, and one beyond it.
  for (const std::int32_t scale : {1, 64, 10'000}) {
    const double beta = 0.5 * scale;
    const std::vector<double> shares = Shares(
        DrawFrom({{3, 40 * scale}, {9, 16 * scale}, {15, 8 * scale}}, kTopics, beta), kTopics);
    INFO("scale " << scale);
    const double mass = (64 + 0.5 * kTopics) * scale;
    for (TopicId k = 0; k < kTopics; ++k) {
      const int of_topic = k == 3 ? 40 : k == 9 ? 16 : k == 15 ? 8 : 0;
      CHECK(shares[k] == Approx((of_topic + 0.5) * scale / mass).margin(2e-3));
    }
  }
}

TEST_CASE("a word without tokens is proposed from the prior alone", "[sampler]") {
  const std::vector<double> shares = Shares(DrawFrom({}, 8, 0.01), 8);
  for (const double share : shares) CHECK(share == Approx(1.0 / 8).margin(1e-3));
}

TEST_CASE("a word's draws depend on its row alone, not on how it was counted", "[sampler]") {
  for (const std::int32_t scale : {1, 1000}) {
    const Counts counts = {{1, 3 * scale}, {70, 2 * scale}, {500, 7 * scale}};
    const Counts otherwise = {{500, 6 * scale}, {70, 2 * scale}, {500, scale}, {1, 3 * scale}};
    CHECK(DrawFrom(counts, 1000, 0.01) == DrawFrom(otherwise, 1000, 0.01));
  }
}

// Shares of the draws of a document, one draw of all its tokens per number.
std::vector<double> DocumentShares(const DocumentProposal& proposal,
                                   const std::vector<TopicId>& topics, std::uint32_t num_topics) {
  const std::vector<std::uint32_t> even = EvenNumbers();
  const std::size_t pitch = topics.size() + kLanes;
  std::vector<TopicId> padded = topics, drawn;
  padded.resize(pitch, 0);
  std::vector<std::uint32_t> uniforms(2 * pitch);
  std::vector<TopicId> out(2 * pitch);
  for (std::size_t i = 0; i + 2 * topics.size() <= kDraws; i += 2 * topics.size()) {
    for (std::size_t t = 0; t < topics.size(); ++t) {
      uniforms[t] = even[i + t];
      uniforms[pitch + t] = even[i + topics.size() + t];
    }
    proposal.Draw(ScalarKernels(), padded.data(), static_cast<std::uint32_t>(topics.size()),
                  /*mh_steps=*/2, pitch, uniforms.data(), out.data());
    for (std::size_t t = 0; t < topics.size(); ++t) {
      drawn.push_back(out[t]);
      drawn.push_back(out[pitch + t]);
    }
  }
  return Shares(drawn, num_topics);
}

// The same of a document too long to be held.
std::vector<double> TableShares(const DocumentProposal& proposal,
                                const std::vector<std::int32_t>& counts) {
  const auto num_topics = static_cast<std::uint32_t>(counts.size());
  AliasTable table;
  proposal.Tabulate(counts, &table);
  std::vector<TopicId> drawn(kDraws);
  ScalarKernels().draw_alias(table.view(), num_topics, kDraws, EvenNumbers().data(), drawn.data());
  return Shares(drawn, num_topics);
}

TEST_CASE("documents are proposed from their counts and alpha, in growth from counts alone",
          "[sampler]") {
  const std::vector<TopicId> topics = {2, 2, 2, 0};
  for (const std::vector<double>& alpha :
       {std::vector<double>{0.5, 0.5, 0.5, 0.5}, std::vector<double>{0.1, 0.2, 0.3, 3.4}}) {
    double alpha_sum = 0;
    for (const double a : alpha) alpha_sum += a;
    for (const bool has_prior : {true, false}) {
      const DocumentProposal proposal(alpha, has_prior);
      CHECK(proposal.is_symmetric() == (alpha[3] == 0.5));
      const std::vector<double> shares = DocumentShares(proposal, topics, 4);
      const std::vector<double> of_table = TableShares(proposal, {1, 0, 3, 0});
      INFO("alpha of topic 3: " << alpha[3] << ", prior " << has_prior);
      for (TopicId k = 0; k < 4; ++k) {
        const double count = k == 2 ? 3 : k == 0 ? 1 : 0;
        const double expected = has_prior ? (count + alpha[k]) / (4 + alpha_sum) : count / 4;
        CHECK(shares[k] == Approx(expected).margin(3e-3));
        CHECK(of_table[k] == Approx(expected).margin(3e-3));
      }
    }
  }
}

}  // namespace
}  // namespace lightlda
