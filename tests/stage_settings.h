// Stages of training as tests name them.
#ifndef LIGHTLDA_TESTS_STAGE_SETTINGS_H_
#define LIGHTLDA_TESTS_STAGE_SETTINGS_H_

#include "sampler/sampler_options.h"

namespace lightlda::testing {

// The stage of `level`, with mh_steps proposals, or from full conditionals if that is 0.
inline StageSettings StageOf(int level, int mh_steps, double beta = 0) {
  StageSettings settings;
  settings.level = level;
  settings.draws = mh_steps == 0 ? Draws::kConditionals : Draws::kProposals;
  settings.mh_steps = mh_steps;
  settings.beta = beta;
  return settings;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_STAGE_SETTINGS_H_
