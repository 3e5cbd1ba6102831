// Draws from full conditionals with AVX-512: the topics of a token sixteen at a time, then the
// tokens of a batch sixteen at a time. Agrees with the scalar one bit for bit.
#include "kernels/conditional_kernels.h"

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

constexpr std::size_t kLanes = kConditionalLanes;
constexpr std::size_t kBatch = kConditionalBatch;
static_assert(kLanes == 16 && kBatch == 16);

// Of a batch: running sums of its different words, and which of them is each token's.
struct Sums {
  alignas(64) float of_word[kBatch * kMaxConditionalTopics];  // [words][num_steps][kLanes]
  alignas(64) std::int32_t begin[kBatch] = {};                // of a token's in of_word
};

LIGHTLDA_AVX512 void AddUp(const ConditionalTables& tables, WordId word, float* sums) {
  const std::uint16_t* row = tables.rows + word * tables.pitch;
  const __m512 beta = _mm512_set1_ps(tables.unit(word).beta);
  __m512 sum = _mm512_setzero_ps();
  for (std::size_t k = 0; k < tables.pitch; k += kLanes) {
    const __m512 count = _mm512_cvtepi32_ps(
        _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + k))));
    sum = _mm512_add_ps(
        sum, _mm512_mul_ps(_mm512_loadu_ps(tables.weights + k), _mm512_add_ps(count, beta)));
    _mm512_store_ps(sums + k, sum);
  }
}

LIGHTLDA_AVX512 void AddUpAll(const ConditionalTables& tables, const WordId* words, std::size_t n,
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
LIGHTLDA_AVX512 inline void Transpose(__m512 rows[kLanes]) {
  __m512d pairs[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 2) {
    pairs[i] = _mm512_castps_pd(_mm512_unpacklo_ps(rows[i], rows[i + 1]));
    pairs[i + 1] = _mm512_castps_pd(_mm512_unpackhi_ps(rows[i], rows[i + 1]));
  }
  __m512 quads[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 4) {
    quads[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(pairs[i], pairs[i + 2]));
    quads[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(pairs[i], pairs[i + 2]));
    quads[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(pairs[i + 1], pairs[i + 3]));
    quads[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(pairs[i + 1], pairs[i + 3]));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const __m512 a = _mm512_shuffle_f32x4(quads[i], quads[4 + i], 0x88);
    const __m512 b = _mm512_shuffle_f32x4(quads[i], quads[4 + i], 0xDD);
    const __m512 c = _mm512_shuffle_f32x4(quads[8 + i], quads[12 + i], 0x88);
    const __m512 d = _mm512_shuffle_f32x4(quads[8 + i], quads[12 + i], 0xDD);
    rows[i] = _mm512_shuffle_f32x4(a, c, 0x88);
    rows[4 + i] = _mm512_shuffle_f32x4(b, d, 0x88);
    rows[8 + i] = _mm512_shuffle_f32x4(a, c, 0xDD);
    rows[12 + i] = _mm512_shuffle_f32x4(b, d, 0xDD);
  }
}

// Where each token's draw falls.
struct Place {
  __m512i lane;
  __m512 rest;  // within the lane
};

LIGHTLDA_AVX512 Place FindLanes(const Sums& sums, std::size_t last_step, __m512i own_lane,
                                __m512 own_change, __m512 uniform) {
  __m512 up_to[kLanes];
  for (std::size_t i = 0; i < kBatch; ++i) {
    up_to[i] = _mm512_load_ps(sums.of_word + sums.begin[i] + last_step);
  }
  Transpose(up_to);
  for (std::size_t l = 0; l < kLanes; ++l) {
    const __mmask16 is_own =
        _mm512_cmpeq_epi32_mask(own_lane, _mm512_set1_epi32(static_cast<int>(l)));
    up_to[l] = _mm512_mask_add_ps(up_to[l], is_own, up_to[l], own_change);
    if (l > 0) up_to[l] = _mm512_add_ps(up_to[l - 1], up_to[l]);
  }
  const __m512 point = _mm512_mul_ps(up_to[kLanes - 1], uniform);
  __m512i lane = _mm512_setzero_si512();
  __m512 below = _mm512_setzero_ps();
  for (std::size_t l = 0; l + 1 < kLanes; ++l) {
    const __mmask16 is_below = _mm512_cmp_ps_mask(up_to[l], point, _CMP_LE_OQ);
    lane = _mm512_mask_add_epi32(lane, is_below, lane, _mm512_set1_epi32(1));
    below = _mm512_mask_mov_ps(below, is_below, up_to[l]);
  }
  return {lane, _mm512_sub_ps(point, below)};
}

}  // namespace

LIGHTLDA_AVX512 void DrawConditionalsAvx512(const ConditionalTables& tables,
                                            const ConditionalTokens& tokens, std::size_t n,
                                            TopicId* out) {
  Sums sums;
  AddUpAll(tables, tokens.words, n, &sums);
  const __m512i own = _mm512_loadu_si512(tokens.own);
  const __m512i own_lane = _mm512_and_si512(own, _mm512_set1_epi32(kLanes - 1));
  const __m512 own_change = _mm512_loadu_ps(tokens.own_change);
  const __m512 uniform =
      _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srli_epi32(_mm512_loadu_si512(tokens.uniforms), 8)),
                    _mm512_set1_ps(0x1p-24f));
  const std::size_t last_step = tables.pitch - kLanes;
  const Place place = FindLanes(sums, last_step, own_lane, own_change, uniform);

  const __mmask16 in_own_lane = _mm512_cmpeq_epi32_mask(place.lane, own_lane);
  // Of the sum before the first step's.
  const __m512i at = _mm512_sub_epi32(_mm512_add_epi32(_mm512_load_si512(sums.begin), place.lane),
                                      _mm512_set1_epi32(kLanes));
  // Times kLanes: steps, and how far the sums are looked at.
  __m512i step = _mm512_setzero_si512();
  for (std::size_t width = std::bit_ceil(tables.pitch / kLanes) / 2; width > 0; width /= 2) {
    const __m512i next =
        _mm512_add_epi32(step, _mm512_set1_epi32(static_cast<int>(width * kLanes)));
    const __mmask16 is_step =
        _mm512_cmple_epu32_mask(next, _mm512_set1_epi32(static_cast<int>(last_step)));
    __m512 sum = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), is_step, _mm512_add_epi32(at, next),
                                          sums.of_word, 4);
    const __mmask16 has_own = _mm512_mask_cmplt_epu32_mask(in_own_lane, own, next);
    sum = _mm512_mask_add_ps(sum, has_own, sum, own_change);
    step = _mm512_mask_mov_epi32(
        step, _mm512_mask_cmp_ps_mask(is_step, sum, place.rest, _CMP_LE_OQ), next);
  }
  const __m512i topic = _mm512_add_epi32(step, place.lane);
  const __m512i last = _mm512_set1_epi32(static_cast<int>(tables.num_topics - 1));
  _mm512_storeu_si512(out, _mm512_min_epu32(topic, last));
}

}  // namespace lightlda

#pragma GCC diagnostic pop

#endif
