// The data blocks of a report (docs/formats.md#report).
#ifndef LIGHTLDA_PAGE_ENCODE_REPORT_H_
#define LIGHTLDA_PAGE_ENCODE_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lightlda/model.h"
#include "lightlda/report.h"
#include "page/report_tables.h"

namespace lightlda {

// What of the tables goes into the file.
struct ReportCuts {
  std::uint32_t min_count = 1;  // least n_wk
  Count min_tokens = 1;         // least n_w
  std::size_t documents = 0;    // per topic at most
  std::size_t text_bytes = 0;   // of a document at most
};

// The words that have tokens, by id.
struct WordTotals {
  std::vector<WordId> words;
  std::vector<Count> tokens;  // n_w, in that order

  explicit WordTotals(const Model& model);
  // The words with at least so many tokens.
  WordTotals From(Count min_tokens) const;

 private:
  WordTotals() = default;
};

// JSON: all but what the other blocks have.
std::string EncodeHeader(const Model& model, const Corpus* corpus, const ReportTables& tables,
                         const ReportOptions& options);
// JSON: lines for the reader.
std::string EncodeLeftOut(const std::vector<std::string>& left_out);
// JSON: the words. Of this and the next two the words are the same.
std::string EncodeVocabulary(const Model& model, const WordTotals& words);
// Varints: n_w; nothing if the table has all counts, which add up to it.
std::string EncodeTotals(const WordTotals& words, const ReportCuts& cuts);
// Varints: how many topics each word has; their gaps (topic - previous - 1, from -1); their counts.
std::string EncodeTable(const Model& model, const WordTotals& words, const ReportCuts& cuts);
// Varints: tokens, [num_topics x values]; of a date then standard errors in millionths, likewise.
std::string EncodeGroups(const ReportGroups& groups, std::uint32_t num_topics);
// JSON: the documents that are in the file, and which of them each topic has.
std::string EncodeDocuments(const ReportTables& tables, const ReportCuts& cuts);

}  // namespace lightlda

#endif  // LIGHTLDA_PAGE_ENCODE_REPORT_H_
