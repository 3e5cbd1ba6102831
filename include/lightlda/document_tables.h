// Tables of a model that need its documents: the documents of topics, topics that occur together,
// their hierarchy, and groups of documents by their metadata.
//
// n_dk tokens of document d have topic k, n_d tokens it has in all. Documents that had no topics
// yet when the run stopped are left out. What is returned does not depend on the number of threads.
#ifndef LIGHTLDA_DOCUMENT_TABLES_H_
#define LIGHTLDA_DOCUMENT_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/document_topics.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Each call reads the corpus that the model was trained on. Errors of all: kBadInput, also for
// another corpus; kUsage, naming the field; kCancelled; kOutOfMemory. Memory besides what is said:
// a block of the corpus per thread.

struct TopDocumentsOptions {
  std::size_t num = 10;                    // documents per topic at most
  std::uint32_t min_document_tokens = 30;  // shorter documents are left out
  double min_share = 0;                    // of the topic, and of and_topic; in [0, 1]
  // Only documents that have tokens of this topic, too; it has none of its own then.
  std::optional<TopicId> and_topic;
};

struct TopDocument {
  DocId document = 0;  // index in the input
  std::string name;
  std::size_t block = 0;     // where it is in the corpus
  std::uint32_t row = 0;     // its place in the block
  double share = 0;          // (n_dk + alpha_k) / (n_d + alpha_sum)
  std::uint32_t tokens = 0;  // n_d
  // Of the metadata, the field "title" and the first date field; empty if there is none.
  std::string title;
  std::string date;
};

// The documents of each topic that have the largest shares of it, [num_topics][<= num], largest
// first, ties by index. Only documents with tokens of the topic. Memory: num documents per topic
// and thread.
LIGHTLDA_EXPORT Result<std::vector<std::vector<TopDocument>>> TopDocuments(
    const Model& model, const Corpus& corpus, const TopDocumentsOptions& options = {},
    const DocumentPass& pass = {});

struct TopicPair {
  TopicId a = 0;
  TopicId b = 0;        // above a
  Count documents = 0;  // D_ab, at least 1
  double npmi = 0;
};

// How often topics have a share n_dk / n_d of at least min_share, together and alone.
struct TopicCooccurrence {
  Count num_documents = 0;       // D, those with tokens
  std::vector<Count> documents;  // D_a, [num_topics]
  std::vector<TopicPair> pairs;  // that occur, by a, then by b
};

// npmi = log(D_ab D / (D_a D_b)) / -log(D_ab / D), in (-1, 1]; 1 for a pair that is in all
// documents (Bouma 2009). Memory: 4 bytes per pair of topics, or per pair that occurs with more
// than 4,096 topics, per thread.
LIGHTLDA_EXPORT Result<TopicCooccurrence> CountTopicPairs(const Model& model, const Corpus& corpus,
                                                          double min_share = 0.05,
                                                          const DocumentPass& pass = {});

// One step of an agglomeration. Nodes 0 to num_topics - 1 are the topics, node num_topics + i is
// what step i makes of left and right, left < right.
struct TopicMerge {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  double height = 0;
  std::uint32_t size = 0;  // topics in the new node
};

// Ward's linkage (Ward 1963; heights as of SciPy's "ward" and R's "ward.D2") of the topics,
// [num_topics - 1], heights ascending. Time: O(num_topics^2) beside the distances. Memory: 4
// num_topics^2 bytes.
//
// By words: the Hellinger distance sqrt(1 - sum_w sqrt(n_wk / n_k n_wl / n_l)), without smoothing.
// A topic without tokens has distance 1 from all others, and 0 from another one without.
//
// By documents: sqrt(1 - cosine) of the rows of the matrix
//   P_ab = max(0, log(D_ab D / (D_a D_b))) for pairs in at least 3 documents, else 0
//   P_aa = the largest P_ab of the row
// with the counts of CountTopicPairs at 0.05. The cosine with a row of zeros is 0.
LIGHTLDA_EXPORT Result<std::vector<TopicMerge>> TopicHierarchyByWords(const Model& model);
LIGHTLDA_EXPORT Result<std::vector<TopicMerge>> TopicHierarchyByDocuments(
    const Model& model, const Corpus& corpus, const DocumentPass& pass = {});

// The cluster of each topic, [num_topics], if the hierarchy is cut into num_clusters, which are
// numbered by their first topics. REQUIRES: merges of one of the above; 1 <= num_clusters <=
// num_topics.
LIGHTLDA_EXPORT std::vector<std::uint32_t> CutHierarchy(std::span<const TopicMerge> merges,
                                                        std::size_t num_clusters);

// Words that tell the clusters apart, [num_clusters][<= num_words], best first, no word twice: of
// all pairs of a word and a cluster those of the largest count x lift = c_w (c_w / c) / (n_w / n),
// one after the other, unless the cluster has its words already or another one has the word. c_w of
// the cluster's c tokens are the word's, n_w of all n. Ties by the number of the cluster and the id
// of the word. clusters: [num_topics].
LIGHTLDA_EXPORT std::vector<std::vector<WordId>> ClusterWords(
    const Model& model, std::span<const std::uint32_t> clusters, std::size_t num_words = 4);

enum class DateBin { kAuto, kYear, kQuarter, kMonth, kWeek, kDay };

struct GroupOptions {
  std::vector<std::string> by;  // one or two fields of the metadata
  // Dates: 2019, 2019-Q2, 2019-05, 2019-W18 (ISO 8601), 2019-05-03. kAuto: the finest that all
  // dates have the precision for and that makes at most 60 bins from the first to the last, else
  // years. A date that is less precise than the bin counts as missing.
  DateBin date_bin = DateBin::kAuto;
  // Numbers: bins [i width, (i + 1) width), named by their lower ends; 0: each number by itself.
  double bin_width = 0;
};

struct GroupShare {
  std::uint32_t value = 0;    // index into TopicGroups::values[0]
  std::uint32_t value_2 = 0;  // likewise of values[1]; 0 with one field
  TopicId topic = 0;
  Count tokens = 0;     // sum of n_dk over the group's documents; at least 1
  double share = 0;     // tokens / sum of n_d
  Count documents = 0;  // of the group, with tokens
  // Of the share, as a ratio estimator: sqrt(D / (D - 1) sum (n_dk - share n_d)^2) / sum n_d.
  // None of one document.
  std::optional<double> standard_error;
};

struct TopicGroups {
  std::vector<std::vector<std::string>> values;  // of each field: ascending
  std::vector<GroupShare> shares;                // by values, then by topic
  Count num_missing = 0;  // documents left out, as a field has no value of them
};

// Shares of topics in groups of documents with the same value of a field, or of two. The shares of
// a group add up to 1; topics without tokens in it are left out. A document with a list counts in
// each of its values. Memory: 48 bytes per group and topic that occur, and thread.
LIGHTLDA_EXPORT Result<TopicGroups> GroupTopics(const Model& model, const Corpus& corpus,
                                                const GroupOptions& options,
                                                const DocumentPass& pass = {});

// The document of this name, by its index in the input. Errors: kUsage if there is none, or more
// than one, telling their indices; kBadInput; kOutOfMemory.
LIGHTLDA_EXPORT Result<DocId> FindDocument(const Corpus& corpus, const std::string& name);

// The tables as text, JSON, CSV or TSV (lightlda/exports.h): one line per row, and one object in
// JSON; text has no header line. Errors: kUsage for options that do not go together; the sink's.

// topic, rank (from 1), document, share, tokens, title, date.
LIGHTLDA_EXPORT Status ExportTopDocuments(std::span<const std::vector<TopDocument>> topics,
                                          const ExportOptions& options, const ExportSink& sink);

// topic_a, topic_b, documents, npmi.
LIGHTLDA_EXPORT Status ExportTopicPairs(const TopicCooccurrence& together,
                                        const ExportOptions& options, const ExportSink& sink);

// step (from 0), left, right, height, size.
LIGHTLDA_EXPORT Status ExportHierarchy(std::span<const TopicMerge> merges,
                                       const ExportOptions& options, const ExportSink& sink);

// topic, cluster, label, which is the ClusterWords with ", " between them. clusters: [num_topics].
LIGHTLDA_EXPORT Status ExportClusters(const Model& model, std::span<const std::uint32_t> clusters,
                                      const ExportOptions& options, const ExportSink& sink);

// value, with two fields value_2, topic, tokens, share, documents, stderr.
LIGHTLDA_EXPORT Status ExportGroups(const TopicGroups& groups, const ExportOptions& options,
                                    const ExportSink& sink);

// One document and each of its tokens. text: a line "name<TAB>topic:share ...", largest share n_dk
// / n_d first, then a line "word<TAB>topic" per token. JSON: one object. CSV, TSV: token (from 0),
// word, topic, share, which is the topic's in the document. Errors besides: kUsage for an index
// beyond the corpus; kBadInput, also if the document had no topics yet when the run stopped.
LIGHTLDA_EXPORT Status ExportDocument(const Model& model, const Corpus& corpus, DocId document,
                                      const ExportOptions& options, const ExportSink& sink);
// The same as a page of HTML, where tokens of one topic have one colour. It asks for nothing beyond
// itself and runs no script; whatever the words and the name hold is shown as text.
LIGHTLDA_EXPORT Status ExportDocumentAsHtml(const Model& model, const Corpus& corpus,
                                            DocId document, const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_DOCUMENT_TABLES_H_
