// The inner loops of the sampler, as a table of functions one per instruction set.
//
// All work on staged arrays: topics and random numbers of up to a few hundred tokens, one 32-bit
// value per token, so the loops know nothing of records, blocks or topic widths. The scalar
// functions are the specification; every other set must agree with them bit for bit
// (tests/unit/kernels/kernels_test.cc).
//
// Padding: arrays of n tokens are read and written up to the next multiple of kLanes. Elements from
// n on must hold valid topics on input and hold arbitrary valid topics on output.
#ifndef LIGHTLDA_KERNELS_KERNELS_H_
#define LIGHTLDA_KERNELS_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "base/rng.h"
#include "kernels/conditional_kernels.h"
#include "lightlda/types.h"

namespace lightlda {

inline constexpr std::size_t kLanes = 8;
// Random numbers come in groups of 32 consecutive token indices.
inline constexpr std::uint32_t kRandomGroup = 32;

// Stands for "a topic drawn uniformly" in the tables below.
inline constexpr TopicId kUniformTopic = 0xFFFFFFFFu;

// Identifies one array of random numbers: everything but the token's index.
struct RandomStream {
  PhiloxKey seed;
  std::uint32_t slot = 0;  // of which pass and which of a token's: RandomWindow sets it
  std::uint32_t block = 0;
  std::uint32_t iteration = 0;
};
// Of its counters {index, slot, block, iteration}.
constexpr PhiloxStart StartOf(const RandomStream& stream) {
  return StartPhilox(stream.slot, stream.block, stream.iteration, stream.seed);
}

// What an acceptance looks up of a topic, side by side: one access, and one cache line, for both.
struct TopicStats {
  std::int32_t count;  // of the word or the document
  float total;         // n_k + beta_sum
};

// The frozen counts of a word (prior beta) or of a document (prior alpha).
struct AcceptTables {
  const TopicStats* topics;  // [num_topics]
  const float* prior;        // [num_topics], or null: prior_constant for every topic
  float prior_constant;
};

// Topics repeated by their counts, for rows with few tokens. Mass beyond them is the prior's.
struct ExpandedTable {
  const TopicId* topics;  // [num_tokens], num_tokens >= 1
  std::uint32_t num_tokens;
  std::uint32_t mass;  // (num_tokens + prior sum) << shift, rounded
  std::uint32_t shift;
};

// Walker's alias table (Walker 1977; Vose 1991). Bin i holds topic[i] below threshold[i], else
// alias[i].
struct AliasView {
  const std::uint32_t* threshold;  // [num_bins], of 2^32
  const TopicId* topic;            // [num_bins]
  const TopicId* alias;            // [num_bins]
  std::uint32_t num_bins;
};

// A token's move from one topic to another.
struct Move {
  TopicId from;
  TopicId to;
};

struct Kernels {
  const char* name;

  // out[i] = number of token index first_group * kRandomGroup + i, for num_groups whole groups.
  void (*random)(const RandomStream& stream, std::uint32_t first_group, std::uint32_t num_groups,
                 std::uint32_t* out);

  // Metropolis-Hastings acceptance of mh_steps proposals in turn (docs/sampler.md#the-two-passes).
  // before, after: [n]. Row m of proposals and uniforms starts at m * pitch.
  void (*accept)(const AcceptTables& tables, std::size_t n, int mh_steps, std::size_t pitch,
                 const TopicId* before, const TopicId* proposals, const std::uint32_t* uniforms,
                 TopicId* after);

  // Lists the tokens with before != after, in their order: out has room for n + kLanes moves, of
  // which those beyond the returned number are arbitrary.
  std::size_t (*list_moves)(std::size_t n, const TopicId* before, const TopicId* after, Move* out);

  // out[i] = topic drawn with uniforms[i]; a draw of the prior gives a uniform topic of num_topics,
  // or for draw_expanded with `prior` given, one of that table.
  void (*draw_expanded)(const ExpandedTable& table, const AliasView* prior,
                        std::uint32_t num_topics, std::size_t n, const std::uint32_t* uniforms,
                        TopicId* out);
  void (*draw_alias)(const AliasView& table, std::uint32_t num_topics, std::size_t n,
                     const std::uint32_t* uniforms, TopicId* out);

  // Draws topics of a document's tokens from their full conditionals.
  DrawConditionals draw_conditionals;
};

// The portable set, the specification.
const Kernels& ScalarKernels();
// The AVX2 set, or null where this processor or build has none.
const Kernels* Avx2Kernels();
// The AVX-512 set, or null likewise, and where it would not be faster.
const Kernels* Avx512Kernels();
// The fastest set this processor runs.
const Kernels& BestKernels();

// A second uniform number out of one whose upper end was used for a decision: a golden-ratio step
// spreads any contiguous range of numbers evenly (Knuth, TAOCP 3, 6.4).
constexpr std::uint32_t SpreadUniform(std::uint32_t uniform) { return uniform * 0x9E3779B9u; }

}  // namespace lightlda

#endif  // LIGHTLDA_KERNELS_KERNELS_H_
