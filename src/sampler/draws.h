// The two ways in which training draws topics.
#ifndef LIGHTLDA_SAMPLER_DRAWS_H_
#define LIGHTLDA_SAMPLER_DRAWS_H_

namespace lightlda {

// By accepting proposals (Metropolis-Hastings), or from the full conditionals, which takes a look
// at all topics.
enum class Draws { kProposals, kConditionals };

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_DRAWS_H_
