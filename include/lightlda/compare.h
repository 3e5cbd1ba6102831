// Which topics are alike: of two models, and within one.
//
// The Hellinger distance of two topics, over the shares of their words, without smoothing:
//
//   H(k, l)^2 = 1 - sum_w sqrt(n_wk / n_k * n'_wl / n'_l)
//             = 1/2 sum_w (sqrt(n_wk / n_k) - sqrt(n'_wl / n'_l))^2
//
// 0: the same distribution of words; 1: no word in common. A topic without tokens has distance 1
// from all others, and 0 from another one without. Words of two models are the same by their
// spelling; a word that one of them does not have counts as one that its topics do not have.
#ifndef LIGHTLDA_COMPARE_H_
#define LIGHTLDA_COMPARE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// -- two models

// What became of a topic, where `other` is what came before: yesterday's model, another seed, a
// smaller K.
enum class TopicKind {
  kMatched,  // the topics are each other's counterpart
  kSplit,    // the topic has none, but is near one of the other model that has another counterpart
  kMerged,   // likewise the topic of the other model: it has gone into a topic that has another
  kNew,      // the topic is near none of the other model
  kGone,     // the topic of the other model is near none
};
// "matched", "split", "merged", "new", "gone".
LIGHTLDA_EXPORT const char* NameOf(TopicKind kind);

struct TopicMatch {
  TopicId topic = Model::kNoTopic;        // none if gone
  TopicId other_topic = Model::kNoTopic;  // none if new
  double hellinger = 1;  // of the two; of a topic that is new or gone, from the nearest
  TopicKind kind = TopicKind::kMatched;
};

struct CompareOptions {
  // Topics farther apart are not the same, nor near; in (0, 1]. In models of one corpus topics of
  // one model are mostly at 0.87 and more, and below 0.75 words show the same subject.
  double max_distance = 0.75;
  int num_threads = 0;  // 0: one per core. Does not change the result
};

struct ModelComparison {
  // Of each topic of the model, by id, [num_topics]; then those of the other model that have no
  // counterpart, by id.
  std::vector<TopicMatch> topics;
  std::size_t num_matched = 0;
  double mean_hellinger = 0;  // of matched topics; 0 if there are none
  // In [0, 1]: the mean over the topics of the smaller model of 1 - hellinger, where a topic that
  // is not matched counts 0. 1: the models have the same topics.
  double stability = 0;
};

// Matches topics one to one so that the sum of distances is least, where a distance above
// max_distance counts as 1 (assignment problem: Kuhn 1955; Jonker & Volgenant 1987). Time: the
// products of the entries that words have in both models, and at most O(K^3). Memory: 8 bytes per
// pair of topics. Errors: kUsage, naming the field; kBadInput if the models share no word;
// kOutOfMemory.
LIGHTLDA_EXPORT Result<ModelComparison> CompareModels(const Model& model, const Model& other,
                                                      const CompareOptions& options = {});

// topic, other_topic, hellinger, kind; what there is none of is "-" in text, null in JSON, an empty
// field in tables. text ends with a line "mean": the mean distance of matched topics. Errors: the
// sink's.
LIGHTLDA_EXPORT Status ExportComparison(const ModelComparison& comparison,
                                        const ExportOptions& options, const ExportSink& sink);

// -- one model

struct NearTopic {
  TopicId topic = 0;
  double hellinger = 1;
};

// The `num` nearest topics of each, [num_topics][<= num], nearest first, ties by id. Only topics
// that have a word in common. Memory: the entries of the table, and O(num_topics) per thread.
// Errors: kOutOfMemory.
LIGHTLDA_EXPORT Result<std::vector<std::vector<NearTopic>>> SimilarTopics(const Model& model,
                                                                          std::size_t num,
                                                                          int num_threads = 0);

// text: "topic<TAB>neighbour:hellinger ...", nearest first. JSON: topic, neighbours. CSV, TSV:
// topic, neighbour, hellinger. Errors: as SimilarTopics; the sink's.
LIGHTLDA_EXPORT Status ExportSimilar(const Model& model, std::size_t num,
                                     const ExportOptions& options, const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_COMPARE_H_
