// What the topics look like while a model trains.
#ifndef LIGHTLDA_TRAIN_PREVIEW_H_
#define LIGHTLDA_TRAIN_PREVIEW_H_

#include <cstddef>
#include <vector>

#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "lightlda/vocabulary.h"
#include "sampler/sampler.h"

namespace lightlda {

// The num_topics largest topics with their num_words most frequent words, largest first. A
// collective call between clocks: leaves every sampler's topic_totals up to date, and no process
// returns before all have read the rows. Errors: the sampler's and the group's.
Result<std::vector<TopicPreview>> MakePreview(Sampler* sampler, ProcessGroup* group,
                                              const Vocabulary& vocabulary, std::size_t num_topics,
                                              std::size_t num_words);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_PREVIEW_H_
