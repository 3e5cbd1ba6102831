// The specification of the inner loops: plain C++, one token at a time.
#include "kernels/kernels.h"

namespace lightlda {
namespace {

void Random(const RandomStream& stream, std::uint32_t first_group, std::uint32_t num_groups,
            std::uint32_t* out) {
  for (std::uint32_t group = 0; group < num_groups; ++group, out += kRandomGroup) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      const PhiloxBlock numbers = Philox({(first_group + group) * std::uint32_t{kLanes} + lane,
                                          stream.slot, stream.block, stream.iteration},
                                         stream.seed);
      for (std::uint32_t word = 0; word < 4; ++word) out[word * kLanes + lane] = numbers[word];
    }
  }
}

// n + prior and n_k + beta_sum of a topic, with the token itself taken out of its own topic.
struct TopicWeights {
  float weight;
  float total;
};

TopicWeights WeightsOf(const AcceptTables& tables, TopicId topic, TopicId own) {
  const std::int32_t self = topic == own ? 1 : 0;
  const float prior = tables.prior != nullptr ? tables.prior[topic] : tables.prior_constant;
  const TopicStats& stats = tables.topics[topic];
  return {static_cast<float>(stats.count - self) + prior, stats.total - static_cast<float>(self)};
}

void Accept(const AcceptTables& tables, std::size_t n, int mh_steps, std::size_t pitch,
            const TopicId* before, const TopicId* proposals, const std::uint32_t* uniforms,
            TopicId* after) {
  for (std::size_t i = 0; i < n; ++i) {
    const TopicId own = before[i];
    TopicId state = own;
    TopicWeights at_state = WeightsOf(tables, state, own);
    for (int m = 0; m < mh_steps; ++m) {
      const TopicId proposal = proposals[m * pitch + i];
      const TopicWeights at_proposal = WeightsOf(tables, proposal, own);
      const float uniform = ToUnitFloat(uniforms[m * pitch + i]);
      // u < (w_t / k_t) / (w_s / k_s), without a division.
      if (uniform * (at_state.weight * at_proposal.total) < at_proposal.weight * at_state.total) {
        state = proposal;
        at_state = at_proposal;
      }
    }
    after[i] = state;
  }
}

// Without a branch on whether a token moved.
std::size_t ListMoves(std::size_t n, const TopicId* before, const TopicId* after, Move* out) {
  const Move* const begin = out;
  for (std::size_t i = 0; i < n; ++i) {
    *out = {before[i], after[i]};
    out += before[i] != after[i] ? 1 : 0;
  }
  return static_cast<std::size_t>(out - begin);
}

TopicId DrawAliasOne(const AliasView& table, std::uint32_t num_topics, std::uint32_t uniform) {
  const std::uint64_t product = std::uint64_t{uniform} * table.num_bins;
  const auto bin = static_cast<std::uint32_t>(product >> 32);
  const auto fraction = static_cast<std::uint32_t>(product);
  const TopicId topic = fraction < table.threshold[bin] ? table.topic[bin] : table.alias[bin];
  return topic == kUniformTopic ? ScaleTo(SpreadUniform(uniform), num_topics) : topic;
}

void DrawAlias(const AliasView& table, std::uint32_t num_topics, std::size_t n,
               const std::uint32_t* uniforms, TopicId* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = DrawAliasOne(table, num_topics, uniforms[i]);
}

void DrawExpanded(const ExpandedTable& table, const AliasView* prior, std::uint32_t num_topics,
                  std::size_t n, const std::uint32_t* uniforms, TopicId* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t index = ScaleTo(uniforms[i], table.mass) >> table.shift;
    if (index < table.num_tokens) {
      out[i] = table.topics[index];
    } else {
      const std::uint32_t second = SpreadUniform(uniforms[i]);
      out[i] =
          prior != nullptr ? DrawAliasOne(*prior, num_topics, second) : ScaleTo(second, num_topics);
    }
  }
}

}  // namespace

const Kernels& ScalarKernels() {
  static constexpr Kernels kKernels = {
      "scalar", Random, Accept, ListMoves, DrawExpanded, DrawAlias, DrawConditionalsScalar};
  return kKernels;
}

const Kernels& BestKernels() {
  for (const Kernels* kernels : {Avx512Kernels(), Avx2Kernels()}) {
    if (kernels != nullptr) return *kernels;
  }
  return ScalarKernels();
}

}  // namespace lightlda
