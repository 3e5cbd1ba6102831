// Topic previews during training.
#ifndef LIGHTLDA_TRAIN_PREVIEW_H_
#define LIGHTLDA_TRAIN_PREVIEW_H_

#include <cstddef>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "lightlda/vocabulary.h"
#include "sampler/sampler.h"

namespace lightlda {

// The num_topics largest topics with their num_words most frequent words, largest first.
// Errors: the sampler's.
Result<std::vector<TopicPreview>> MakePreview(const Sampler& sampler, const Vocabulary& vocabulary,
                                              std::size_t num_topics, std::size_t num_words,
                                              int num_threads);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PREVIEW_H_
