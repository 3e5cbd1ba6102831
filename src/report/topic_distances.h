// How far apart the topics of a model are.
#ifndef LIGHTLDA_REPORT_TOPIC_DISTANCES_H_
#define LIGHTLDA_REPORT_TOPIC_DISTANCES_H_

#include "lightlda/document_tables.h"
#include "lightlda/model.h"
#include "report/ward.h"

namespace lightlda {

// The least share of a topic in a document that counts for the distance by documents.
inline constexpr double kCooccurrenceShare = 0.05;

// The distances that TopicHierarchyByWords and TopicHierarchyByDocuments (document_tables.h) link,
// [num_topics]. Pure, thread-safe. together: of CountTopicPairs at kCooccurrenceShare.
Distances TopicDistancesByWords(const Model& model);
Distances TopicDistancesByDocuments(const TopicCooccurrence& together);

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_TOPIC_DISTANCES_H_
