// The inner loops sixteen tokens at a time, for processors with AVX-512; what is left of a loop,
// up to eight tokens, goes to the AVX2 set. Chosen at run time; agrees with the scalar set bit for
// bit: same operations in the same order, no fused multiply-add.
#include "kernels/kernels.h"

#if defined(__x86_64__)

// g++ 12 warns of what its own header leaves undefined on purpose (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

#include <bit>

#define LIGHTLDA_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))

namespace lightlda {
namespace {

// Tokens at a time. Arrays are padded to kLanes: with more than kLanes tokens left there are as
// many to read and write.
constexpr std::size_t kWide = 2 * kLanes;

LIGHTLDA_AVX512 inline __m512i Load(const std::uint32_t* from) { return _mm512_loadu_si512(from); }
LIGHTLDA_AVX512 inline void Store(std::uint32_t* to, __m512i value) {
  _mm512_storeu_si512(to, value);
}
LIGHTLDA_AVX512 inline __m512i Splat(std::uint32_t value) {
  return _mm512_set1_epi32(static_cast<int>(value));
}
// The lanes of `mask`; the others are those of `others`.
LIGHTLDA_AVX512 inline __m512i GatherWords(__m512i others, __mmask16 mask, const void* table,
                                           __m512i index) {
  return _mm512_mask_i32gather_epi32(others, mask, index, table, 4);
}

// Words 0, 2, 4 ... of a and then of b; from the second on with odd = 1.
LIGHTLDA_AVX512 inline __m512i EveryOther(__m512i a, __m512i b, int odd) {
  const __m512i even_words =
      _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return _mm512_permutex2var_epi32(a, _mm512_add_epi32(even_words, _mm512_set1_epi32(odd)), b);
}

// Upper and lower halves of the sixteen 32 x 32 bit products.
struct Product {
  __m512i high;
  __m512i low;
};
LIGHTLDA_AVX512 inline Product Multiply(__m512i a, __m512i b) {
  constexpr __mmask16 kOdd = 0xAAAA;
  const __m512i even = _mm512_mul_epu32(a, b);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(a, 32), b);
  return {_mm512_mask_mov_epi32(_mm512_srli_epi64(even, 32), kOdd, odd),
          _mm512_mask_mov_epi32(even, kOdd, _mm512_slli_epi64(odd, 32))};
}

LIGHTLDA_AVX512 inline __m512i UniformTopics(__m512i uniforms, std::uint32_t num_topics) {
  const __m512i spread = _mm512_mullo_epi32(uniforms, Splat(SpreadUniform(1)));
  return Multiply(spread, Splat(num_topics)).high;
}

// Eight counters on the way to being random, a word each in the lower half of a 64-bit lane; the
// upper halves are arbitrary, as the multiplication does not look at them.
struct PhiloxLanes {
  __m512i c0, c1, c2, c3;
};
LIGHTLDA_AVX512 inline __m512i High(__m512i product) { return _mm512_srli_epi64(product, 32); }
LIGHTLDA_AVX512 inline __m512i Xor(__m512i a, __m512i b, __m512i c) {
  return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

// After the first two rounds.
LIGHTLDA_AVX512 inline PhiloxLanes StartLanes(const PhiloxStart& start, __m512i index) {
  const __m512i p0 = _mm512_mul_epu32(index, Splat(kPhiloxM0));
  const __m512i p1 =
      _mm512_mul_epu32(_mm512_xor_si512(High(p0), Splat(start.mixed)), Splat(kPhiloxM1));
  return {_mm512_xor_si512(High(p1), Splat(start.word0)), p1,
          _mm512_xor_si512(p0, Splat(start.word2)), Splat(start.word3)};
}
LIGHTLDA_AVX512 inline PhiloxLanes Round(const PhiloxLanes& in, PhiloxKey key) {
  const __m512i p0 = _mm512_mul_epu32(in.c0, Splat(kPhiloxM0));
  const __m512i p1 = _mm512_mul_epu32(in.c2, Splat(kPhiloxM1));
  return {Xor(High(p1), in.c1, Splat(key.k0)), p1, Xor(High(p0), in.c3, Splat(key.k1)), p0};
}
LIGHTLDA_AVX512 inline void StoreGroup(const PhiloxLanes& lanes, std::uint32_t* out) {
  Store(out, EveryOther(lanes.c0, lanes.c1, 0));
  Store(out + kWide, EveryOther(lanes.c2, lanes.c3, 0));
}

// kCount groups side by side, as a round waits for the one before.
template <std::uint32_t kCount>
LIGHTLDA_AVX512 inline void RandomGroups(const PhiloxStart& start, PhiloxKey seed,
                                         std::uint32_t first_group, std::uint32_t* out) {
  static_assert(kRandomGroup == 4 * kLanes);
  const __m512i index = _mm512_add_epi32(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7),
                                         Splat(first_group * std::uint32_t{kLanes}));
  PhiloxLanes lanes[kCount];
  for (std::uint32_t i = 0; i < kCount; ++i) {
    lanes[i] = StartLanes(start, _mm512_add_epi32(index, Splat(i * std::uint32_t{kLanes})));
  }
  PhiloxKey key = NextPhiloxKey(seed);
  for (int round = 2; round < kPhiloxRounds; ++round) {
    key = NextPhiloxKey(key);
    for (PhiloxLanes& group : lanes) group = Round(group, key);
  }
  for (std::uint32_t i = 0; i < kCount; ++i) StoreGroup(lanes[i], out + i * kRandomGroup);
}

LIGHTLDA_AVX512 void Random(const RandomStream& stream, std::uint32_t first_group,
                            std::uint32_t num_groups, std::uint32_t* out) {
  constexpr std::uint32_t kTogether = 4;
  const PhiloxStart start = StartOf(stream);
  const std::uint32_t end = first_group + num_groups;
  std::uint32_t group = first_group;
  for (; group + kTogether <= end; group += kTogether, out += kTogether * kRandomGroup) {
    RandomGroups<kTogether>(start, stream.seed, group, out);
  }
  for (; group < end; ++group, out += kRandomGroup) {
    RandomGroups<1>(start, stream.seed, group, out);
  }
}

struct Weights {
  __m512 weight;
  __m512 total;
};

template <bool kPriorVaries>
LIGHTLDA_AVX512 inline Weights WeightsOf(const AcceptTables& tables, __m512i topics, __m512i own) {
  static_assert(sizeof(TopicStats) == 8);
  const __m512i a = _mm512_i32gather_epi64(_mm512_castsi512_si256(topics), tables.topics, 8);
  const __m512i b = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(topics, 1), tables.topics, 8);
  const __m512i counts = EveryOther(a, b, 0);
  const __m512 totals = _mm512_castsi512_ps(EveryOther(a, b, 1));

  const __mmask16 self = _mm512_cmpeq_epi32_mask(topics, own);
  const __m512 prior = kPriorVaries ? _mm512_i32gather_ps(topics, tables.prior, 4)
                                    : _mm512_set1_ps(tables.prior_constant);
  const __m512i others = _mm512_mask_sub_epi32(counts, self, counts, Splat(1));
  return {_mm512_add_ps(_mm512_cvtepi32_ps(others), prior),
          _mm512_mask_sub_ps(totals, self, totals, _mm512_set1_ps(1.0f))};
}

template <bool kPriorVaries>
LIGHTLDA_AVX512 std::size_t AcceptLoop(const AcceptTables& tables, std::size_t n, int mh_steps,
                                       std::size_t pitch, const TopicId* before,
                                       const TopicId* proposals, const std::uint32_t* uniforms,
                                       TopicId* after) {
  std::size_t i = 0;
  for (; i + kLanes < n; i += kWide) {
    const __m512i own = Load(before + i);
    __m512i state = own;
    Weights at_state = WeightsOf<kPriorVaries>(tables, state, own);
    for (std::size_t at = i; at < static_cast<std::size_t>(mh_steps) * pitch; at += pitch) {
      const __m512i proposal = Load(proposals + at);
      const Weights at_proposal = WeightsOf<kPriorVaries>(tables, proposal, own);
      const __m512 uniform = _mm512_mul_ps(
          _mm512_cvtepi32_ps(_mm512_srli_epi32(Load(uniforms + at), 8)), _mm512_set1_ps(0x1p-24f));
      const __mmask16 accepted = _mm512_cmp_ps_mask(
          _mm512_mul_ps(uniform, _mm512_mul_ps(at_state.weight, at_proposal.total)),
          _mm512_mul_ps(at_proposal.weight, at_state.total), _CMP_LT_OQ);
      state = _mm512_mask_mov_epi32(state, accepted, proposal);
      at_state.weight = _mm512_mask_mov_ps(at_state.weight, accepted, at_proposal.weight);
      at_state.total = _mm512_mask_mov_ps(at_state.total, accepted, at_proposal.total);
    }
    Store(after + i, state);
  }
  return i;
}

LIGHTLDA_AVX512 void Accept(const AcceptTables& tables, std::size_t n, int mh_steps,
                            std::size_t pitch, const TopicId* before, const TopicId* proposals,
                            const std::uint32_t* uniforms, TopicId* after) {
  const auto loop = tables.prior != nullptr ? AcceptLoop<true> : AcceptLoop<false>;
  const std::size_t done = loop(tables, n, mh_steps, pitch, before, proposals, uniforms, after);
  if (done >= n) return;
  Avx2Kernels()->accept(tables, n - done, mh_steps, pitch, before + done, proposals + done,
                        uniforms + done, after + done);
}

LIGHTLDA_AVX512 std::size_t ListMoves(std::size_t n, const TopicId* before, const TopicId* after,
                                      Move* out) {
  const Move* const begin = out;
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __m256i from = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(before + i));
    const __m256i to = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(after + i));
    unsigned moved = _mm256_cmpneq_epi32_mask(from, to);
    if (n - i < kLanes) moved &= (1u << (n - i)) - 1;
    const __m512i pairs = _mm512_or_si512(_mm512_cvtepu32_epi64(from),
                                          _mm512_slli_epi64(_mm512_cvtepu32_epi64(to), 32));
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi64(static_cast<__mmask8>(moved), pairs));
    out += std::popcount(moved);
  }
  return static_cast<std::size_t>(out - begin);
}

LIGHTLDA_AVX512 inline __m512i DrawAliasLanes(const AliasView& table, std::uint32_t num_topics,
                                              __m512i uniforms) {
  const Product product = Multiply(uniforms, Splat(table.num_bins));
  const __m512i threshold = GatherWords(product.low, 0xFFFF, table.threshold, product.high);
  const __mmask16 first = _mm512_cmpgt_epu32_mask(threshold, product.low);
  __m512i topics = GatherWords(threshold, first, table.topic, product.high);
  topics = GatherWords(topics, static_cast<__mmask16>(~first), table.alias, product.high);
  const __mmask16 is_uniform = _mm512_cmpeq_epi32_mask(topics, Splat(kUniformTopic));
  return _mm512_mask_mov_epi32(topics, is_uniform, UniformTopics(uniforms, num_topics));
}

LIGHTLDA_AVX512 void DrawAlias(const AliasView& table, std::uint32_t num_topics, std::size_t n,
                               const std::uint32_t* uniforms, TopicId* out) {
  std::size_t i = 0;
  for (; i + kLanes < n; i += kWide) {
    Store(out + i, DrawAliasLanes(table, num_topics, Load(uniforms + i)));
  }
  if (i < n) Avx2Kernels()->draw_alias(table, num_topics, n - i, uniforms + i, out + i);
}

LIGHTLDA_AVX512 void DrawExpanded(const ExpandedTable& table, const AliasView* prior,
                                  std::uint32_t num_topics, std::size_t n,
                                  const std::uint32_t* uniforms, TopicId* out) {
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(table.shift));
  std::size_t i = 0;
  for (; i + kLanes < n; i += kWide) {
    const __m512i numbers = Load(uniforms + i);
    const __m512i index = _mm512_srl_epi32(Multiply(numbers, Splat(table.mass)).high, shift);
    const __mmask16 is_token = _mm512_cmplt_epu32_mask(index, Splat(table.num_tokens));
    __m512i others;
    if (prior == nullptr) {
      others = UniformTopics(numbers, num_topics);
    } else {
      others =
          DrawAliasLanes(*prior, num_topics, _mm512_mullo_epi32(numbers, Splat(SpreadUniform(1))));
    }
    Store(out + i, GatherWords(others, is_token, table.topics, index));
  }
  if (i < n) {
    Avx2Kernels()->draw_expanded(table, prior, num_topics, n - i, uniforms + i, out + i);
  }
}

// VBMI2 is none of what is used here, but the processors that lack it slow down for AVX-512.
bool IsFast() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi2");
}

}  // namespace

const Kernels* Avx512Kernels() {
  static constexpr Kernels kKernels = {
      "avx512", Random, Accept, ListMoves, DrawExpanded, DrawAlias, DrawConditionalsAvx512};
  return IsFast() && Avx2Kernels() != nullptr ? &kKernels : nullptr;
}

}  // namespace lightlda

#pragma GCC diagnostic pop

#else

namespace lightlda {

const Kernels* Avx512Kernels() { return nullptr; }

}  // namespace lightlda

#endif
