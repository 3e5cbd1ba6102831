// Draws from full conditionals: the inner loop of the conditional pass, as the sets of
// instructions have it in Kernels::draw_conditionals.
//
// The share of topic k in a token's full conditional (Griffiths & Steyvers 2004, eq. 5) is
//
//   weights[k] (n_wk + beta),   weights[k] = (n_dk + alpha_k) / (n_k + beta_sum),
//
// with n_wk and beta in units of any number of tokens, the same for all topics of a word,
// but for the token's own topic, whose counts lack the token. Shares are added up in kLanes sums at
// once, topic k in sum k % kLanes; a draw picks one of these by its total, then a topic in it. What
// is added in which order is part of what a seed means.
//
// Tokens of the same word that follow one another differ in their own topic alone, so the sums are
// formed once for all of them and `own_change` is put in where they are looked up.
#ifndef LIGHTLDA_KERNELS_CONDITIONAL_KERNELS_H_
#define LIGHTLDA_KERNELS_CONDITIONAL_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "lightlda/types.h"

namespace lightlda {

inline constexpr std::size_t kConditionalLanes = 16;
// Most tokens of a call.
inline constexpr std::size_t kConditionalBatch = 16;
// Most topics: the sums of a batch should stay in the first-level cache.
inline constexpr std::uint32_t kMaxConditionalTopics = 256;

// What a word's counts are counted in: 2^shift tokens.
struct ConditionalUnit {
  float beta;  // in units
  float one;   // token, in units
};
inline constexpr std::size_t kMaxConditionalShift = 31;

struct ConditionalTables {
  const float* weights;          // [pitch]; 0 from num_topics on
  const std::uint16_t* rows;     // [num_words][pitch]: n_wk in units of the word
  const std::uint8_t* shifts;    // [num_words]
  const ConditionalUnit* units;  // [kMaxConditionalShift + 1], by shift
  std::size_t pitch;             // num_topics rounded up to kConditionalLanes
  std::uint32_t num_topics;      // in [1, kMaxConditionalTopics]

  const ConditionalUnit& unit(WordId word) const { return units[shifts[word]]; }
};

// Arrays of n tokens, n <= kConditionalBatch, of which all but the words may be read up to
// kConditionalBatch.
struct ConditionalTokens {
  const WordId* words;
  const TopicId* own;       // topics of the tokens, < num_topics
  const float* own_change;  // by which the share of `own` changes without the token
  const std::uint32_t* uniforms;
};

// out: [kConditionalBatch], of which elements from n on become arbitrary.
using DrawConditionals = void (*)(const ConditionalTables& tables, const ConditionalTokens& tokens,
                                  std::size_t n, TopicId* out);

// The portable one, the specification.
void DrawConditionalsScalar(const ConditionalTables& tables, const ConditionalTokens& tokens,
                            std::size_t n, TopicId* out);
// REQUIRE a processor that has what their names say.
void DrawConditionalsAvx2(const ConditionalTables& tables, const ConditionalTokens& tokens,
                          std::size_t n, TopicId* out);
void DrawConditionalsAvx512(const ConditionalTables& tables, const ConditionalTokens& tokens,
                            std::size_t n, TopicId* out);

}  // namespace lightlda

#endif  // LIGHTLDA_KERNELS_CONDITIONAL_KERNELS_H_
