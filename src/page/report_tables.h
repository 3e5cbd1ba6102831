// All that a report shows, before anything is left out of it.
#ifndef LIGHTLDA_PAGE_REPORT_TABLES_H_
#define LIGHTLDA_PAGE_REPORT_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/compare.h"
#include "lightlda/diagnostics.h"
#include "lightlda/document_tables.h"
#include "lightlda/metadata.h"
#include "lightlda/report.h"

namespace lightlda {

inline constexpr std::size_t kReportNeighbours = 10;    // of each kind, per topic
inline constexpr std::size_t kReportGroupValues = 200;  // those with most tokens

// The groups of a field, with those of few tokens left out.
struct ReportGroups {
  MetadataField field;
  std::vector<std::string> values;  // ascending
  std::vector<Count> documents;     // [values]
  std::vector<Count> tokens;        // [values]
  std::size_t num_left_out = 0;     // values
  Count num_missing = 0;            // documents without a value
  std::vector<GroupShare> shares;   // by topic, then by value
};

// A document that represents a topic, or several.
struct ReportDocument {
  DocId document = 0;
  std::string name;
  std::string title;
  std::string date;
  std::string category;
  std::string url;
  std::string text;          // the start of it, blanks made one
  bool text_is_cut = false;  // more follows
  std::uint32_t tokens = 0;
  std::vector<TopicShare> topics;  // the largest, at most 5
};

struct ReportTables {
  TopicMap map;
  Diagnostics diagnostics;
  std::vector<std::string> automatic_labels;
  std::vector<std::vector<WordId>> cluster_words;
  std::vector<std::vector<NearTopic>> similar;
  // The pairs of each topic of largest npmi, largest first.
  std::vector<std::vector<TopicPair>> together;
  Count num_documents = 0;  // with tokens
  std::vector<ReportGroups> groups;
  std::vector<ReportDocument> documents;  // by index in the input
  // [num_topics]: indices into documents, and shares; largest first.
  std::vector<std::vector<std::pair<std::uint32_t, double>>> representatives;
  bool documents_have_text = false;  // else the texts are the words that the corpus has kept
  // Curves of training by name, with NaN where an iteration has no value.
  std::map<std::string, std::vector<double>> metrics;
  std::vector<std::string> notes;  // what is not shown, and why
};

// Errors: those of the calls behind the tables.
Result<ReportTables> GatherReport(const Model& model, const Corpus* corpus,
                                  const ReportOptions& options);

// The documents that the tables name, by index, and what is shown of them. text_bytes: of the text
// at most. *have_text: whether the corpus has texts. Errors: as the calls behind.
Result<std::vector<ReportDocument>> DescribeDocuments(const Model& model, const Corpus& corpus,
                                                      std::vector<TopDocument> documents,
                                                      std::size_t text_bytes,
                                                      const DocumentPass& pass, bool* have_text);

// The start of a text, at most `bytes` of it, cut between words, blanks made one. *is_cut: more
// follows.
std::string StartOfText(std::string_view text, std::size_t bytes, bool* is_cut);

}  // namespace lightlda

#endif  // LIGHTLDA_PAGE_REPORT_TABLES_H_
