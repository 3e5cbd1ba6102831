// What lightlda-dump writes: the parts of a model as text, JSON, CSV or TSV.
//
// Words and documents go by name. Text and TSV escape control characters (PutEscaped), CSV quotes
// (RFC 4180, lines end in \n), JSON of anything but `topics` and `summary` is an object a line. CSV
// and TSV begin with a header line. Probabilities are rounded to 4 significant digits in text and
// exact elsewhere. Each function writes to `out` and returns its status; it does not Finish.
#ifndef LIGHTLDA_MODEL_EXPORT_H_
#define LIGHTLDA_MODEL_EXPORT_H_

#include <cstddef>
#include <string>

#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "model/text_output.h"

namespace lightlda {

enum class ExportFormat { kText, kJson, kCsv, kTsv };

struct ExportOptions {
  ExportFormat format = ExportFormat::kText;
  std::size_t top_words = 10;     // topics and summary: words a topic
  double min_probability = 0.01;  // doc_topic: less probable topics are left out
  bool dense = false;             // doc_topic as CSV or TSV: a column a topic instead
};

// Documents seen by an export.
struct ExportedDocuments {
  Count written = 0;
  Count inactive = 0;  // left out: the run stopped before they had topics
};

// text: "id<TAB>tokens<TAB>word:probability ...", most probable first. csv, tsv: topic, rank (from
// 1), word, probability, count.
Status ExportTopics(const Model& model, const ExportOptions& options, TextOutput* out);

// text: "word_id topic:count ...", topics ascending, a line a word. csv, tsv: word, topic, count,
// probability of the word in the topic.
Status ExportWordTopic(const Model& model, const ExportOptions& options, TextOutput* out);

// theta_dk = (n_dk + alpha_k) / (n_d + alpha_sum), documents in input order. text:
// "name<TAB>topic:probability ...", most probable first. csv, tsv: document, topic, probability,
// count. Memory: a block. REQUIRES: format is not kJson or kText if dense.
Status ExportDocTopic(const Model& model, const Corpus& corpus, const ExportOptions& options,
                      TextOutput* out, ExportedDocuments* documents);

// text: "name<TAB>word_id:topic ...", 0-based, a line a document in input order, tokens in the
// document's order. json: document, words, topics. Memory: a block. REQUIRES: kText or kJson.
Status ExportAssignments(const Model& model, const Corpus& corpus, const ExportOptions& options,
                         TextOutput* out, ExportedDocuments* documents);

// Sizes, priors, progress, largest topics. REQUIRES: kText or kJson.
Status ExportSummary(const Model& model, const ExportOptions& options, TextOutput* out);

// -- shared by the exports

// A field of a CSV or TSV line. REQUIRES: kCsv or kTsv.
void PutField(std::string_view text, ExportFormat format, TextOutput* out);
// What separates the fields of a CSV or TSV line. REQUIRES: kCsv or kTsv.
char Separator(ExportFormat format);
// A header line of these fields, "," between them.
void PutHeader(std::string_view fields, ExportFormat format, TextOutput* out);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_EXPORT_H_
