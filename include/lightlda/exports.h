// The parts of a model as text, JSON, CSV or TSV: what lightlda-dump writes.
//
// Words and documents go by name. Text and TSV escape a tab as \t, a line end as \n or \r, a
// backslash as two of them and any other control character as \xHH; in lists separated by spaces a
// space is \x20. CSV quotes (RFC 4180, lines end in \n) and begins with a header line, as TSV does.
// JSON has one object per line, but for topics (one array) and the summary (one object); bytes that
// are not UTF-8 become U+FFFD. Probabilities have 4 significant digits in text and are exact
// elsewhere.
#ifndef LIGHTLDA_EXPORTS_H_
#define LIGHTLDA_EXPORTS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/document_topics.h"
#include "lightlda/export.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

enum class ExportFormat { kText, kJson, kCsv, kTsv };

struct ExportOptions {
  ExportFormat format = ExportFormat::kText;
  std::size_t top_words = 10;     // topics and summary: words per topic
  double min_probability = 0.01;  // documents: less probable topics are left out; in [0, 1]
  bool dense = false;             // documents as CSV or TSV: one column per topic instead
  // [num_topics], or empty: tables of topics have no field `label` then. An empty label is none.
  std::vector<std::string> labels;
  // The topics that tables of topics have, in their order; empty: all by id. Each below num_topics.
  std::vector<TopicId> order;
  // Topics of documents: fields of the documents' metadata that are written, too; "auto" alone: all
  // that there are.
  std::vector<std::string> metadata;
  DocumentPass pass;  // of what reads documents
};

// Takes the next piece of an export. Its first failure ends the export and is what that returns.
using ExportSink = std::function<Status(std::string_view piece)>;

// Each call writes a whole export to `sink`, in pieces of up to 64 KiB, from the calling thread.
// Errors: kUsage for options that do not go together, naming the field; kBadInput; the sink's.

// text: "topic<TAB>tokens<TAB>word:probability ...", most probable first. CSV, TSV: topic, rank
// (from 1), word, probability, count. Memory: top_words words per topic. Words by other weights:
// lightlda/word_weights.h.
LIGHTLDA_EXPORT Status ExportTopics(const Model& model, const ExportOptions& options,
                                    const ExportSink& sink);

// text: "word_id topic:count ...", topics ascending, one line per word. CSV, TSV: word, topic,
// count, probability of the word in the topic. Memory: a row.
LIGHTLDA_EXPORT Status ExportWordTopic(const Model& model, const ExportOptions& options,
                                       const ExportSink& sink);

// theta (lightlda/document_topics.h). text: "name<TAB>topic:probability ...", most probable first,
// one line per document in input order. CSV, TSV: document, topic, probability, count, share, which
// is count / tokens of the document. The metadata asked for comes last; the items of a list have
// semicolons between them. Memory: a block of the corpus per thread.
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportDocumentTopics(const Model& model,
                                                              const Corpus& corpus,
                                                              const ExportOptions& options,
                                                              const ExportSink& sink);

// text: "name<TAB>word_id:topic ...", one line per document in input order, tokens in the
// document's order. JSON: document, words, topics. No CSV or TSV. Memory: a block of the corpus
// per thread.
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportAssignments(const Model& model, const Corpus& corpus,
                                                           const ExportOptions& options,
                                                           const ExportSink& sink);

// Sizes, priors, progress, largest topics. No CSV or TSV.
LIGHTLDA_EXPORT Status ExportSummary(const Model& model, const ExportOptions& options,
                                     const ExportSink& sink);

// Lets `write` fill the file `path`, which appears only if it succeeds, complete and durable. One
// whose name ends in .gz or .zst is compressed, always into the same bytes.
// Errors: `write`'s; kCannotWrite, also when it would lie in a corpus or model, or it exists and
// `overwrite` is not set, or it is no regular file; kCancelled, with nothing written, when `stop`
// is requested.
LIGHTLDA_EXPORT Status WriteExport(const std::string& path, bool overwrite,
                                   const std::function<Status(const ExportSink& sink)>& write,
                                   const StopToken& stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_EXPORTS_H_
