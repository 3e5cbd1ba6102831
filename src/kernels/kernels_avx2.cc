// The inner loops eight tokens at a time, for processors with AVX2. Chosen at run time; agrees with
// the scalar set bit for bit: same operations in the same order, no fused multiply-add.
#include "kernels/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

#define LIGHTLDA_AVX2 __attribute__((target("avx2,popcnt")))

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

LIGHTLDA_AVX2 inline __m256i Join(__m128i low, __m128i high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

LIGHTLDA_AVX2 inline __m128i LookUpFour(const std::uint32_t* table, __m128i index) {
  const auto low = static_cast<std::uint64_t>(_mm_cvtsi128_si64(index));
  const auto high = static_cast<std::uint64_t>(_mm_extract_epi64(index, 1));
  const auto word_at = [table](std::uint64_t at) { return static_cast<int>(table[at]); };
  __m128i words = _mm_cvtsi32_si128(word_at(low & 0xFFFFFFFF));
  words = _mm_insert_epi32(words, word_at(low >> 32), 1);
  words = _mm_insert_epi32(words, word_at(high & 0xFFFFFFFF), 2);
  return _mm_insert_epi32(words, word_at(high >> 32), 3);
}

// table[index] of each lane. Not by gather instructions, nor are the pairs below: lane by lane,
// acceptances take 0.6 of the time on AMD Zen 3 and draws 0.8 (docs/lab/009-kernels-and-rows.md).
LIGHTLDA_AVX2 inline __m256i LookUp(const std::uint32_t* table, __m256i index) {
  return Join(LookUpFour(table, _mm256_castsi256_si128(index)),
              LookUpFour(table, _mm256_extracti128_si256(index, 1)));
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

// Four counters on the way to being random, a word each in the lower half of a 64-bit lane; the
// upper halves are arbitrary, as the multiplication does not look at them.
struct PhiloxLanes {
  __m256i c0, c1, c2, c3;
};
LIGHTLDA_AVX2 inline __m256i High(__m256i product) { return _mm256_srli_epi64(product, 32); }

// After the first two rounds.
LIGHTLDA_AVX2 inline PhiloxLanes StartLanes(const PhiloxStart& start, __m256i index) {
  const __m256i p0 = _mm256_mul_epu32(index, Splat(kPhiloxM0));
  const __m256i p1 =
      _mm256_mul_epu32(_mm256_xor_si256(High(p0), Splat(start.mixed)), Splat(kPhiloxM1));
  return {_mm256_xor_si256(High(p1), Splat(start.word0)), p1,
          _mm256_xor_si256(p0, Splat(start.word2)), Splat(start.word3)};
}
// A round's key in every lane.
struct KeyLanes {
  __m256i k0, k1;
};
LIGHTLDA_AVX2 inline PhiloxLanes Round(const PhiloxLanes& in, const KeyLanes& key) {
  const __m256i p0 = _mm256_mul_epu32(in.c0, Splat(kPhiloxM0));
  const __m256i p1 = _mm256_mul_epu32(in.c2, Splat(kPhiloxM1));
  return {_mm256_xor_si256(_mm256_xor_si256(High(p1), in.c1), key.k0), p1,
          _mm256_xor_si256(_mm256_xor_si256(High(p0), in.c3), key.k1), p0};
}
// Words of the counters of even and of odd index, in turn.
LIGHTLDA_AVX2 inline __m256i Interleave(__m256i even, __m256i odd) {
  return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

LIGHTLDA_AVX2 void Random(const RandomStream& stream, std::uint32_t first_group,
                          std::uint32_t num_groups, std::uint32_t* out) {
  __m256i index =
      _mm256_add_epi32(_mm256_setr_epi64x(0, 2, 4, 6), Splat(first_group * std::uint32_t{kLanes}));
  const PhiloxStart start = StartOf(stream);
  // Of the rounds from the third on, made beforehand: the loop below has no registers for them, and
  // would make them anew from the seed each time.
  KeyLanes keys[kPhiloxRounds - 2];
  PhiloxKey key = NextPhiloxKey(stream.seed);
  for (KeyLanes& lanes : keys) {
    key = NextPhiloxKey(key);
    lanes = {Splat(key.k0), Splat(key.k1)};
  }
  for (std::uint32_t group = 0; group < num_groups; ++group, out += kRandomGroup) {
    PhiloxLanes even = StartLanes(start, index);
    PhiloxLanes odd = StartLanes(start, _mm256_add_epi32(index, Splat(1)));
    for (const KeyLanes& round_key : keys) {
      even = Round(even, round_key);
      odd = Round(odd, round_key);
    }
    Store(out, Interleave(even.c0, odd.c0));
    Store(out + kLanes, Interleave(even.c1, odd.c1));
    Store(out + 2 * kLanes, Interleave(even.c2, odd.c2));
    Store(out + 3 * kLanes, Interleave(even.c3, odd.c3));
    index = _mm256_add_epi32(index, Splat(kLanes));
  }
}

struct Weights {
  __m256 weight;
  __m256 total;
};

// The counts and totals of two topics.
LIGHTLDA_AVX2 inline __m128i LoadPair(const TopicStats* first, const TopicStats* second) {
  static_assert(sizeof(TopicStats) == sizeof(__m64));
  const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first));
  return _mm_castps_si128(
      _mm_loadh_pi(_mm_castsi128_ps(low), reinterpret_cast<const __m64*>(second)));
}

// topics: [kLanes]; own: the tokens' own.
template <bool kPriorVaries>
LIGHTLDA_AVX2 inline Weights WeightsOf(const AcceptTables& tables, const TopicId* topics,
                                       __m256i own) {
  // Tokens 0 1 4 5 and 2 3 6 7, so that the shuffles, which keep to 128-bit halves, end in order.
  const auto stats = [&](int lane) { return tables.topics + topics[lane]; };
  const __m256 a =
      _mm256_castsi256_ps(Join(LoadPair(stats(0), stats(1)), LoadPair(stats(4), stats(5))));
  const __m256 b =
      _mm256_castsi256_ps(Join(LoadPair(stats(2), stats(3)), LoadPair(stats(6), stats(7))));
  const __m256i counts = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0b10'00'10'00));
  const __m256 totals = _mm256_shuffle_ps(a, b, 0b11'01'11'01);

  const __m256i self = _mm256_cmpeq_epi32(Load(topics), own);  // -1 for the token's own topic
  const auto prior_of = [&](int lane) { return tables.prior[topics[lane]]; };
  const __m256 prior = kPriorVaries
                           ? _mm256_setr_ps(prior_of(0), prior_of(1), prior_of(2), prior_of(3),
                                            prior_of(4), prior_of(5), prior_of(6), prior_of(7))
                           : _mm256_set1_ps(tables.prior_constant);
  const __m256 one = _mm256_and_ps(_mm256_castsi256_ps(self), _mm256_set1_ps(1.0f));
  return {_mm256_add_ps(_mm256_cvtepi32_ps(_mm256_add_epi32(counts, self)), prior),
          _mm256_sub_ps(totals, one)};
}

template <bool kPriorVaries>
LIGHTLDA_AVX2 void AcceptLoop(const AcceptTables& tables, std::size_t n, int mh_steps,
                              std::size_t pitch, const TopicId* before, const TopicId* proposals,
                              const std::uint32_t* uniforms, TopicId* after) {
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __m256i own = Load(before + i);
    __m256i state = own;
    Weights at_state = WeightsOf<kPriorVaries>(tables, before + i, own);
    for (std::size_t at = i; at < static_cast<std::size_t>(mh_steps) * pitch; at += pitch) {
      const __m256i proposal = Load(proposals + at);
      const Weights at_proposal = WeightsOf<kPriorVaries>(tables, proposals + at, own);
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

// Row `mask`: the lanes whose bit is set, ascending, then zeros.
struct PackingTable {
  std::uint8_t lanes[1 << kLanes][kLanes];
};
constexpr PackingTable MakePackingTable() {
  PackingTable table = {};
  for (unsigned mask = 0; mask < 1u << kLanes; ++mask) {
    std::size_t size = 0;
    for (std::uint8_t lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1) != 0) table.lanes[mask][size++] = lane;
    }
  }
  return table;
}
constexpr PackingTable kPacking = MakePackingTable();

LIGHTLDA_AVX2 std::size_t ListMoves(std::size_t n, const TopicId* before, const TopicId* after,
                                    Move* out) {
  const Move* const begin = out;
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __m256i from = Load(before + i);
    const __m256i to = Load(after + i);
    const __m256i stayed = _mm256_cmpeq_epi32(from, to);
    auto moved = 0xFFu ^ static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(stayed)));
    if (n - i < kLanes) moved &= (1u << (n - i)) - 1;
    const __m256i lanes = _mm256_cvtepu8_epi32(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kPacking.lanes[moved])));
    const __m256i packed_from = _mm256_permutevar8x32_epi32(from, lanes);
    const __m256i packed_to = _mm256_permutevar8x32_epi32(to, lanes);
    // Pairs 0 1 4 5 and 2 3 6 7.
    const __m256i low = _mm256_unpacklo_epi32(packed_from, packed_to);
    const __m256i high = _mm256_unpackhi_epi32(packed_from, packed_to);
    auto* to_pairs = reinterpret_cast<__m256i*>(out);
    _mm256_storeu_si256(to_pairs, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256(to_pairs + 1, _mm256_permute2x128_si256(low, high, 0x31));
    out += std::popcount(moved);
  }
  return static_cast<std::size_t>(out - begin);
}

LIGHTLDA_AVX2 inline __m256i DrawAliasLanes(const AliasView& table, std::uint32_t num_topics,
                                            __m256i uniforms) {
  const __m256i sign = Splat(0x80000000u);
  const Product product = Multiply(uniforms, Splat(table.num_bins));
  const __m256i threshold = LookUp(table.threshold, product.high);
  const __m256i first =
      _mm256_cmpgt_epi32(_mm256_xor_si256(threshold, sign), _mm256_xor_si256(product.low, sign));
  const __m256i topics = _mm256_blendv_epi8(LookUp(table.alias, product.high),
                                            LookUp(table.topic, product.high), first);
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
    const __m256i topics = LookUp(table.topics, _mm256_min_epi32(index, last));
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
  static constexpr Kernels kKernels = {
      "avx2", Random, Accept, ListMoves, DrawExpanded, DrawAlias, DrawConditionalsAvx2};
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? &kKernels : nullptr;
}

}  // namespace lightlda

#else

namespace lightlda {

const Kernels* Avx2Kernels() { return nullptr; }

}  // namespace lightlda

#endif
