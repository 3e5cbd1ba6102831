// How much a model that topics begin with should count for against the documents of another corpus.
#ifndef LIGHTLDA_TRAIN_INIT_WEIGHT_H_
#define LIGHTLDA_TRAIN_INIT_WEIGHT_H_

#include <span>

#include "base/thread_pool.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Of some weights the one with which the model, adapted to a few hundred documents of the corpus by
// expectation maximisation, predicts the second halves of as many others best. What a token of the
// model is worth depends on how near the two are, not on how many documents there are, so a sample
// tells. ids: of MatchWords, of the corpus's words. The same whatever the threads. Errors:
// kBadInput, of the corpus.
Result<double> ChooseInitWeight(const Model& model, const Corpus& corpus,
                                std::span<const WordId> ids, ThreadPool* pool);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_INIT_WEIGHT_H_
