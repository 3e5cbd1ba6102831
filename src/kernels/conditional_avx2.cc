// Draws from full conditionals with AVX2: the topics of a token sixteen at a time in two vectors,
// then the tokens of a batch eight at a time. Agrees with the scalar one bit for bit.
#include "kernels/conditional_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

#define LIGHTLDA_AVX2 __attribute__((target("avx2,popcnt")))

namespace lightlda {
namespace {

constexpr std::size_t kLanes = kConditionalLanes;
constexpr std::size_t kBatch = kConditionalBatch;
constexpr std::size_t kWide = 8;  // of a vector
static_assert(kLanes == 2 * kWide && kBatch == 2 * kWide);

// Of a batch: running sums of its different words, and which of them is each token's.
struct Sums {
  alignas(32) float of_word[kBatch * kMaxConditionalTopics];  // [words][num_steps][kLanes]
  alignas(32) std::int32_t begin[kBatch] = {};                // of a token's in of_word
};

LIGHTLDA_AVX2 inline __m256i LoadWords(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

LIGHTLDA_AVX2 void AddUp(const ConditionalTables& tables, WordId word, float* sums) {
  const std::uint16_t* row = tables.rows + word * tables.pitch;
  const __m256 beta = _mm256_set1_ps(tables.unit(word).beta);
  __m256 sum[2] = {};
  for (std::size_t k = 0; k < tables.pitch; k += kLanes) {
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t at = k + half * kWide;
      const __m256 count = _mm256_cvtepi32_ps(
          _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + at))));
      const __m256 share =
          _mm256_mul_ps(_mm256_loadu_ps(tables.weights + at), _mm256_add_ps(count, beta));
      sum[half] = k == 0 ? share : _mm256_add_ps(sum[half], share);
      _mm256_store_ps(sums + at, sum[half]);
    }
  }
}

LIGHTLDA_AVX2 void AddUpAll(const ConditionalTables& tables, const WordId* words, std::size_t n,
                            Sums* sums) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i == 0 || words[i] != words[i - 1]) {
      begin += i == 0 ? 0 : tables.pitch;
      AddUp(tables, words[i], sums->of_word + begin);
    }
    sums->begin[i] = static_cast<std::int32_t>(begin);
  }
}

// Element i of rows[j] and element j of rows[i] change places.
LIGHTLDA_AVX2 inline void Transpose(__m256 rows[kWide]) {
  __m256d pairs[kWide];
  for (std::size_t i = 0; i < kWide; i += 2) {
    pairs[i] = _mm256_castps_pd(_mm256_unpacklo_ps(rows[i], rows[i + 1]));
    pairs[i + 1] = _mm256_castps_pd(_mm256_unpackhi_ps(rows[i], rows[i + 1]));
  }
  __m256 quads[kWide];
  for (std::size_t i = 0; i < kWide; i += 4) {
    quads[i] = _mm256_castpd_ps(_mm256_unpacklo_pd(pairs[i], pairs[i + 2]));
    quads[i + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(pairs[i], pairs[i + 2]));
    quads[i + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(pairs[i + 1], pairs[i + 3]));
    quads[i + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(pairs[i + 1], pairs[i + 3]));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i] = _mm256_permute2f128_ps(quads[i], quads[4 + i], 0x20);
    rows[4 + i] = _mm256_permute2f128_ps(quads[i], quads[4 + i], 0x31);
  }
}

// Eight tokens of a batch.
struct Eight {
  __m256i own;
  __m256i own_lane;
  __m256 own_change;
  __m256 uniform;
};
// Where each token's draw falls.
struct Place {
  __m256i lane;
  __m256 rest;  // within the lane
};

LIGHTLDA_AVX2 Place FindLanes(const Sums& sums, std::size_t first, std::size_t last_step,
                              const Eight& tokens) {
  __m256 up_to[kLanes];
  for (std::size_t i = 0; i < kWide; ++i) {
    const float* totals = sums.of_word + sums.begin[first + i] + last_step;
    up_to[i] = _mm256_load_ps(totals);
    up_to[kWide + i] = _mm256_load_ps(totals + kWide);
  }
  Transpose(up_to);
  Transpose(up_to + kWide);
  for (std::size_t l = 0; l < kLanes; ++l) {
    const __m256 is_own = _mm256_castsi256_ps(
        _mm256_cmpeq_epi32(tokens.own_lane, _mm256_set1_epi32(static_cast<int>(l))));
    up_to[l] = _mm256_add_ps(up_to[l], _mm256_and_ps(is_own, tokens.own_change));
    if (l > 0) up_to[l] = _mm256_add_ps(up_to[l - 1], up_to[l]);
  }
  const __m256 point = _mm256_mul_ps(up_to[kLanes - 1], tokens.uniform);
  __m256i lane = _mm256_setzero_si256();
  __m256 below = _mm256_setzero_ps();
  for (std::size_t l = 0; l + 1 < kLanes; ++l) {
    const __m256 is_below = _mm256_cmp_ps(up_to[l], point, _CMP_LE_OQ);
    lane = _mm256_sub_epi32(lane, _mm256_castps_si256(is_below));
    below = _mm256_blendv_ps(below, up_to[l], is_below);
  }
  return {lane, _mm256_sub_ps(point, below)};
}

// The topics of eight tokens while they are searched for.
struct Search {
  __m256i lane;
  __m256i in_own_lane;
  __m256i at;    // in of_word: of the sum before the first step's
  __m256i step;  // times kLanes
  __m256 rest;
};

LIGHTLDA_AVX2 Search StartSearch(const Sums& sums, std::size_t first, std::size_t last_step,
                                 const Eight& tokens) {
  const Place place = FindLanes(sums, first, last_step, tokens);
  const __m256i begin = LoadWords(sums.begin + first);
  return {place.lane, _mm256_cmpeq_epi32(place.lane, tokens.own_lane),
          _mm256_sub_epi32(_mm256_add_epi32(begin, place.lane), _mm256_set1_epi32(kLanes)),
          _mm256_setzero_si256(), place.rest};
}

LIGHTLDA_AVX2 inline void Bisect(const Sums& sums, const Eight& tokens, std::size_t width,
                                 __m256i end, Search* search) {
  const __m256i next =
      _mm256_add_epi32(search->step, _mm256_set1_epi32(static_cast<int>(width * kLanes)));
  const __m256i is_step = _mm256_cmpgt_epi32(end, next);
  const __m256 sum =
      _mm256_mask_i32gather_ps(_mm256_setzero_ps(), sums.of_word,
                               _mm256_add_epi32(search->at, next), _mm256_castsi256_ps(is_step), 4);
  const __m256i has_own =
      _mm256_and_si256(search->in_own_lane, _mm256_cmpgt_epi32(next, tokens.own));
  const __m256 changed =
      _mm256_add_ps(sum, _mm256_and_ps(_mm256_castsi256_ps(has_own), tokens.own_change));
  const __m256i is_below = _mm256_castps_si256(_mm256_cmp_ps(changed, search->rest, _CMP_LE_OQ));
  search->step = _mm256_blendv_epi8(search->step, next, _mm256_and_si256(is_step, is_below));
}

LIGHTLDA_AVX2 inline Eight LoadEight(const ConditionalTokens& tokens, std::size_t first) {
  Eight eight;
  eight.own = LoadWords(tokens.own + first);
  eight.own_lane = _mm256_and_si256(eight.own, _mm256_set1_epi32(kLanes - 1));
  eight.own_change = _mm256_loadu_ps(tokens.own_change + first);
  eight.uniform =
      _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(LoadWords(tokens.uniforms + first), 8)),
                    _mm256_set1_ps(0x1p-24f));
  return eight;
}

}  // namespace

LIGHTLDA_AVX2 void DrawConditionalsAvx2(const ConditionalTables& tables,
                                        const ConditionalTokens& tokens, std::size_t n,
                                        TopicId* out) {
  Sums sums;
  AddUpAll(tables, tokens.words, n, &sums);
  const std::size_t last_step = tables.pitch - kLanes;
  const __m256i end = _mm256_set1_epi32(static_cast<int>(tables.pitch));
  const __m256i last = _mm256_set1_epi32(static_cast<int>(tables.num_topics - 1));
  // Both halves of the batch together: each look waits for the one before it.
  Eight eights[2];
  Search searches[2];
  for (std::size_t half = 0; half < 2; ++half) {
    eights[half] = LoadEight(tokens, half * kWide);
    searches[half] = StartSearch(sums, half * kWide, last_step, eights[half]);
  }
  for (std::size_t width = std::bit_ceil(tables.pitch / kLanes) / 2; width > 0; width /= 2) {
    for (std::size_t half = 0; half < 2; ++half) {
      Bisect(sums, eights[half], width, end, &searches[half]);
    }
  }
  for (std::size_t half = 0; half < 2; ++half) {
    const __m256i topic = _mm256_add_epi32(searches[half].step, searches[half].lane);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + half * kWide),
                        _mm256_min_epu32(topic, last));
  }
}

}  // namespace lightlda

#endif
