// What a sampler is told: once, and for each stage of training.
#ifndef LIGHTLDA_SAMPLER_SAMPLER_OPTIONS_H_
#define LIGHTLDA_SAMPLER_SAMPLER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/conditional_kernels.h"
#include "kernels/kernels.h"
#include "sampler/draws.h"
#include "sampler/table_client.h"
#include "table/word_prior.h"

namespace lightlda {

// Most proposals of each kind per token.
inline constexpr int kMaxMhSteps = 64;

// Groups of documents, a part of every block each, whose topics are drawn one group after the other
// in an iteration of conditional passes. What a group changed in the rows the next one sees.
inline constexpr std::uint32_t kDocumentGroups = 8;

// Parts of a streamed stage that share its memory: three are in memory; the fourth stands for the
// packed rows of one and the page cache.
inline constexpr std::size_t kStreamedParts = 4;

// Tokens of a document that are staged at a time: what a thread takes must not grow with the
// longest document. Longer ones are worked on in pieces.
inline constexpr std::uint32_t kStagedTokens = 1 << 15;
static_assert(kStagedTokens % kConditionalBatch == 0);

// Bytes that a thread takes per staged token: topics, proposals, random numbers and moves.
constexpr std::size_t StagedBytes(int num_proposals) {
  return 24 + 8 * static_cast<std::size_t>(num_proposals);
}

struct SamplerOptions {
  std::uint32_t num_topics = 0;
  std::vector<double> alpha;  // [num_topics], each > 0
  double beta = 0;            // > 0
  std::size_t num_words = 0;
  std::uint64_t seed = 1;
  const WordPrior* word_prior = nullptr;  // of these sizes, outlives the sampler; null: none
  const Kernels* kernels = nullptr;       // null: BestKernels()
  // Of streamed stages: where token state lies, and bytes of it that are worked on at a time.
  std::string scratch_directory;
  std::size_t part_bytes = 0;
  // For tests: smaller pieces of documents, a multiple of kConditionalBatch; and the tokens of a
  // group of documents from which on it may be too large for its moves to be listed.
  std::uint32_t staged_tokens = kStagedTokens;
  std::uint64_t min_recounted_tokens = 1 << 16;
};

// What one stage of training differs in from others.
struct StageSettings {
  int level = 0;           // documents of this growth level and deeper are active; above 0: growth
  int mh_steps = 1;        // proposals of each kind per token, in [1, kMaxMhSteps]; with kProposals
  double beta = 0;         // >= 0, prior of words in a topic while it lasts; 0: that of the options
  double alpha_scale = 1;  // > 0: alpha is so many times that of the options
  // kConditionals REQUIRES at most kMaxConditionalTopics topics, frozen topics require it.
  Draws draws = Draws::kProposals;
  // How iterations exchange, kNone if and only if the sampler has no table; and of its iterations,
  // since it began or was restored, how many exchange twice first though others exchange once.
  ExchangeMode exchange = ExchangeMode::kNone;
  std::uint32_t fresh_iterations = 0;
  bool streamed = false;  // token state lies on disk and is streamed

  int num_proposals() const { return draws == Draws::kProposals ? mh_steps : 0; }
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_SAMPLER_OPTIONS_H_
