// Topics put together.
#ifndef LIGHTLDA_MERGE_TOPICS_H_
#define LIGHTLDA_MERGE_TOPICS_H_

#include <span>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

struct MergedModel {
  Model model;                      // in memory
  std::vector<TopicId> new_topics;  // [num_topics of the old model]: what each topic is now
};

// The model with the topics of each group as one: counts and alpha add up, which is exact in LDA,
// as a token that had one of the topics has their sum. A group takes the place of its lowest topic,
// and the numbers of the others close up. Words, beta and the text pipeline are those of the model;
// it has no topics of documents. Errors: kUsage, naming the field `topics`, if a group has fewer
// than two topics, or a topic is in two groups or not in the model; kBadInput if a word would have
// more tokens in a topic than a count holds; kOutOfMemory.
LIGHTLDA_EXPORT Result<MergedModel> MergeTopics(const Model& model,
                                                std::span<const std::vector<TopicId>> groups);

// topic, new_topic: one record per topic of the old model. Errors: the sink's.
LIGHTLDA_EXPORT Status ExportMerge(const MergedModel& merged, const ExportOptions& options,
                                   const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_MERGE_TOPICS_H_
