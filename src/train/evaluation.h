// What a model is worth, and whether its counts add up.
#ifndef LIGHTLDA_TRAIN_EVALUATION_H_
#define LIGHTLDA_TRAIN_EVALUATION_H_

#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/vocabulary.h"
#include "sampler/sampler.h"

namespace lightlda {

// log p(w, z) per active token (docs/sampler.md#the-likelihood; Griffiths and Steyvers 2004, eq. 2
// and 3), of the tokens of all samplers of the group. A collective call between clocks: leaves
// every sampler's topic_totals up to date, and no process returns before all have read the rows.
// vocabulary: null, or of the words, whose frequencies the rows must add up to, as they do once all
// documents are active. Errors: kFailure if rows, totals and frequencies do not agree; the
// sampler's and the group's.
Result<double> JointLogLikelihoodPerToken(Sampler* sampler, ProcessGroup* group,
                                          const Vocabulary* vocabulary = nullptr);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_EVALUATION_H_
