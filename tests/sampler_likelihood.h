// The likelihood of a sampler that has all tokens.
#ifndef LIGHTLDA_TESTS_SAMPLER_LIKELIHOOD_H_
#define LIGHTLDA_TESTS_SAMPLER_LIKELIHOOD_H_

#include "collective/solo_group.h"
#include "sampler/sampler.h"
#include "test_util.h"
#include "train/evaluation.h"

namespace lightlda::testing {

inline double LogLikelihood(Sampler* sampler) {
  SoloGroup alone;
  return Must(JointLogLikelihoodPerToken(sampler, &alone));
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_SAMPLER_LIKELIHOOD_H_
