// The report of a model: one HTML file, and the map of topics in it.
//
// docs/report.md says what a reader sees; docs/formats.md#report what is in the file.
#ifndef LIGHTLDA_REPORT_H_
#define LIGHTLDA_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/document_tables.h"
#include "lightlda/document_topics.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/labels.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Models with more topics have no map: every step of it looks at all pairs.
inline constexpr std::uint32_t kMaxMapTopics = 5000;

// A circle for a topic, in a frame of width 1.1 and height 1.
struct TopicPlace {
  double x = 0;
  double y = 0;
  double radius = 0;  // its area is in proportion to the topic's tokens, but for the smallest
};

struct TopicMap {
  // Whether topics are near each other that occur in the same documents, else that have the same
  // words.
  bool by_documents = false;
  std::vector<TopicPlace> places;       // [num_topics]; none above kMaxMapTopics
  std::vector<std::uint32_t> clusters;  // [num_topics]: all 0 without places
  std::vector<TopicId> order;           // [num_topics]: neighbours of the map side by side
};

// A map of the topics: exact t-SNE (van der Maaten & Hinton 2008) of the distance that
// TopicHierarchyByDocuments has, or of TopicHierarchyByWords if there are fewer than 20 documents
// per topic. No circles overlap. Clusters are those of Ward's linkage of the places, sqrt(K) / 1.3
// of them, K being num_topics. together: CountTopicPairs at a share of 0.05; null: by words. The
// result does not depend on the number of threads. Time: O(K^2) for each of 500 iterations. Memory:
// 24 bytes per pair of topics, doubled. Errors: kOutOfMemory.
LIGHTLDA_EXPORT Result<TopicMap> MapTopics(const Model& model, const TopicCooccurrence* together,
                                           int num_threads = 0);

struct ReportOptions {
  std::string title;  // empty: "Topics"
  // Fields of the metadata whose groups are shown; empty: the first date and up to three
  // categories.
  std::vector<std::string> by;
  // kAuto: as GroupOptions has it, but years if the bins have fewer than 50 documents on average.
  DateBin date_bin = DateBin::kAuto;
  std::size_t documents = 10;       // per topic
  std::size_t snippet_bytes = 240;  // of the text of each of them; 0: none
  std::uint64_t max_bytes = std::uint64_t{5} << 20;
  // Names of topics; they are not checked to be the model's (CheckLabels). Topics without one have
  // AutomaticLabels.
  TopicLabels labels;
  // Where the model was loaded from, for the curves of its training; empty: none are shown.
  std::string model_directory;
  DocumentPass pass;
};

struct ReportSummary {
  std::uint64_t bytes = 0;
  // What was left out so that the report is not larger than max_bytes, and what else it does not
  // show; one line each.
  std::vector<std::string> left_out;
};

// Writes the report to `sink`: an HTML file that asks for nothing beyond itself, and shows whatever
// words and documents hold as text. corpus: the one the model was trained on; null: only what the
// model itself tells. The same model gives the same bytes.
//
// What is larger than max_bytes is made smaller in this order, until it fits: counts of 1 are left
// out; texts of documents are cut to 120 bytes; 5, then 3 documents per topic; words with fewer
// than 2, 4, 8, 16 tokens; no texts; 1 document per topic, then none; words with fewer than 32, 64
// ... tokens.
//
// Errors: kUsage, naming the field, also if nothing of that order is enough; kBadInput;
// kCancelled; kOutOfMemory; the sink's.
LIGHTLDA_EXPORT Result<ReportSummary> WriteReport(const Model& model, const Corpus* corpus,
                                                  const ReportOptions& options,
                                                  const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_H_
