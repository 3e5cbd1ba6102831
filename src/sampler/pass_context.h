// What all workers of a pass share.
#ifndef LIGHTLDA_SAMPLER_PASS_CONTEXT_H_
#define LIGHTLDA_SAMPLER_PASS_CONTEXT_H_

#include <cstdint>

#include "kernels/kernels.h"
#include "sampler/conditional_table.h"
#include "sampler/stage_index.h"
#include "sampler/token_view.h"
#include "table/word_prior.h"

namespace lightlda {

// Read-only during the pass, but for rows of `conditionals`, each of which one worker sets.
struct PassContext {
  const Kernels* kernels;
  std::uint32_t num_topics;
  double beta;
  std::uint64_t seed;
  std::uint32_t iteration;
  RecordLayout layout;
  std::uint32_t staged_tokens;  // of a document at a time
  const float* totals;          // [num_topics]: n_k + beta_sum
  const StageIndex* index;
  const StageIndex* previous_index;  // of the stage before, where tokens join; else null
  ConditionalTable* conditionals;    // null: the stage draws from proposals
  const WordPrior* word_prior;       // null: none
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_PASS_CONTEXT_H_
