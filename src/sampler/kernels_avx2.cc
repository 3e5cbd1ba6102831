// The inner loops eight tokens at a time, for processors with AVX2. Chosen at run time; agrees with
// the scalar set bit for bit: same operations in the same order, no fused multiply-add.
#include "sampler/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define LIGHTLDA_AVX2 __attribute__((target("avx2")))

namespace lightlda {
namespace {

LIGHTLDA_AVX2 inline __m256i Load(const std::uint32_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
LIGHTLDA_AVX2 inline void Store(std::uint32_t* to, __m256i value) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), value);
}
LIGHTLDA_AVX2 inline __m256i Splat(std::uint32_t value) {
  return _mm256_set1_epi32(static_cast<int>(value));
}
LIGHTLDA_AVX2 inline __m256i GatherWords(const void* table, __m256i index) {
  return _mm256_i32gather_epi32(static_cast<const int*>(table), index, 4);
}

// Upper and lower halves of the eight 32 x 32 bit products.
struct Product {
  __m256i high;
  __m256i low;
};
LIGHTLDA_AVX2 inline Product Multiply(__m256i a, __m256i b) {
  const __m256i even = _mm256_mul_epu32(a, b);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b);
  return {_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA),
          _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA)};
}

LIGHTLDA_AVX2 inline __m256i UniformTopics(__m256i uniforms, std::uint32_t num_topics) {
  const __m256i spread = _mm256_mullo_epi32(uniforms, Splat(SpreadUniform(1)));
  return Multiply(spread, Splat(num_topics)).high;
}

// The counters of eight lanes and their four words on the way to being random.
struct PhiloxLanes {
  __m256i c0, c1, c2, c3;
};
LIGHTLDA_AVX2 inline PhiloxLanes StartLanes(const RandomStream& stream, std::uint32_t group) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return {_mm256_add_epi32(Splat(group * std::uint32_t{kLanes}), lanes), Splat(stream.slot),
          Splat(stream.block), Splat(stream.iteration)};
}
LIGHTLDA_AVX2 inline PhiloxLanes Round(const PhiloxLanes& in, PhiloxKey key) {
  const Product p0 = Multiply(in.c0, Splat(kPhiloxM0));
  const Product p1 = Multiply(in.c2, Splat(kPhiloxM1));
  return {_mm256_xor_si256(_mm256_xor_si256(p1.high, in.c1), Splat(key.k0)), p1.low,
          _mm256_xor_si256(_mm256_xor_si256(p0.high, in.c3), Splat(key.k1)), p0.low};
}
LIGHTLDA_AVX2 inline void StoreGroup(const PhiloxLanes& lanes, std::uint32_t* out) {
  Store(out, lanes.c0);
  Store(out + kLanes, lanes.c1);
  Store(out + 2 * kLanes, lanes.c2);
  Store(out + 3 * kLanes, lanes.c3);
}

LIGHTLDA_AVX2 void Random(const RandomStream& stream, std::uint32_t first_group,
                          std::uint32_t num_groups, std::uint32_t* out) {
  // Two groups side by side: one alone would wait for its own multiplications.
  for (std::uint32_t group = 0; group < num_groups; group += 2, out += 2 * kRandomGroup) {
    PhiloxLanes a = StartLanes(stream, first_group + group);
    PhiloxLanes b = StartLanes(stream, first_group + group + 1);
    PhiloxKey key = stream.seed;
    for (int round = 0; round < kPhiloxRounds; ++round) {
      a = Round(a, key);
      b = Round(b, key);
      key.k0 += kPhiloxW0;
      key.k1 += kPhiloxW1;
    }
    StoreGroup(a, out);
    if (group + 1 < num_groups) StoreGroup(b, out + kRandomGroup);
  }
}

struct Weights {
  __m256 weight;
  __m256 total;
};

template <bool kPriorVaries>
LIGHTLDA_AVX2 inline Weights WeightsOf(const AcceptTables& tables, __m256i topics, __m256i own) {
  const __m256i self = _mm256_cmpeq_epi32(topics, own);  // -1 where it is the token's own topic
  const __m256i counts = _mm256_add_epi32(GatherWords(tables.counts, topics), self);
  const __m256 prior = kPriorVaries ? _mm256_i32gather_ps(tables.prior, topics, 4)
                                    : _mm256_set1_ps(tables.prior_constant);
  const __m256 one = _mm256_and_ps(_mm256_castsi256_ps(self), _mm256_set1_ps(1.0f));
  return {_mm256_add_ps(_mm256_cvtepi32_ps(counts), prior),
          _mm256_sub_ps(_mm256_i32gather_ps(tables.totals, topics, 4), one)};
}

template <bool kPriorVaries>
LIGHTLDA_AVX2 void AcceptLoop(const AcceptTables& tables, std::size_t n, int mh_steps,
                              std::size_t pitch, const TopicId* before, const TopicId* proposals,
                              const std::uint32_t* uniforms, TopicId* after) {
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __m256i own = Load(before + i);
    __m256i state = own;
    Weights at_state = WeightsOf<kPriorVaries>(tables, state, own);
    for (std::size_t at = i; at < static_cast<std::size_t>(mh_steps) * pitch; at += pitch) {
      const __m256i proposal = Load(proposals + at);
      const Weights at_proposal = WeightsOf<kPriorVaries>(tables, proposal, own);
      const __m256 uniform = _mm256_mul_ps(
          _mm256_cvtepi32_ps(_mm256_srli_epi32(Load(uniforms + at), 8)), _mm256_set1_ps(0x1p-24f));
      const __m256 accepted =
          _mm256_cmp_ps(_mm256_mul_ps(uniform, _mm256_mul_ps(at_state.weight, at_proposal.total)),
                        _mm256_mul_ps(at_proposal.weight, at_state.total), _CMP_LT_OQ);
      state = _mm256_blendv_epi8(state, proposal, _mm256_castps_si256(accepted));
      at_state.weight = _mm256_blendv_ps(at_state.weight, at_proposal.weight, accepted);
      at_state.total = _mm256_blendv_ps(at_state.total, at_proposal.total, accepted);
    }
    Store(after + i, state);
  }
}

LIGHTLDA_AVX2 void Accept(const AcceptTables& tables, std::size_t n, int mh_steps,
                          std::size_t pitch, const TopicId* before, const TopicId* proposals,
                          const std::uint32_t* uniforms, TopicId* after) {
  if (tables.prior != nullptr) {
    AcceptLoop<true>(tables, n, mh_steps, pitch, before, proposals, uniforms, after);
  } else {
    AcceptLoop<false>(tables, n, mh_steps, pitch, before, proposals, uniforms, after);
  }
}

LIGHTLDA_AVX2 inline __m256i DrawAliasLanes(const AliasView& table, std::uint32_t num_topics,
                                            __m256i uniforms) {
  const __m256i sign = Splat(0x80000000u);
  const Product product = Multiply(uniforms, Splat(table.num_bins));
  const __m256i threshold = GatherWords(table.threshold, product.high);
  const __m256i first =
      _mm256_cmpgt_epi32(_mm256_xor_si256(threshold, sign), _mm256_xor_si256(product.low, sign));
  const __m256i topics = _mm256_blendv_epi8(GatherWords(table.alias, product.high),
                                            GatherWords(table.topic, product.high), first);
  const __m256i is_uniform = _mm256_cmpeq_epi32(topics, Splat(kUniformTopic));
  return _mm256_blendv_epi8(topics, UniformTopics(uniforms, num_topics), is_uniform);
}

LIGHTLDA_AVX2 void DrawAlias(const AliasView& table, std::uint32_t num_topics, std::size_t n,
                             const std::uint32_t* uniforms, TopicId* out) {
  for (std::size_t i = 0; i < n; i += kLanes) {
    Store(out + i, DrawAliasLanes(table, num_topics, Load(uniforms + i)));
  }
}

LIGHTLDA_AVX2 void DrawExpanded(const ExpandedTable& table, const AliasView* prior,
                                std::uint32_t num_topics, std::size_t n,
                                const std::uint32_t* uniforms, TopicId* out) {
  const __m256i num_tokens = Splat(table.num_tokens);
  const __m256i last = Splat(table.num_tokens - 1);
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(table.shift));
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __m256i numbers = Load(uniforms + i);
    const __m256i index = _mm256_srl_epi32(Multiply(numbers, Splat(table.mass)).high, shift);
    const __m256i is_token = _mm256_cmpgt_epi32(num_tokens, index);
    const __m256i topics = GatherWords(table.topics, _mm256_min_epi32(index, last));
    __m256i others;
    if (prior == nullptr) {
      others = UniformTopics(numbers, num_topics);
    } else {
      others =
          DrawAliasLanes(*prior, num_topics, _mm256_mullo_epi32(numbers, Splat(SpreadUniform(1))));
    }
    Store(out + i, _mm256_blendv_epi8(others, topics, is_token));
  }
}

}  // namespace

const Kernels* Avx2Kernels() {
  static constexpr Kernels kKernels = {"avx2", Random, Accept, DrawExpanded, DrawAlias};
  return __builtin_cpu_supports("avx2") ? &kKernels : nullptr;
}

}  // namespace lightlda

#else

namespace lightlda {

const Kernels* Avx2Kernels() { return nullptr; }

}  // namespace lightlda

#endif
