// Infer: the topics of documents that a model was not trained on. All it takes is the model.
#ifndef LIGHTLDA_INFER_H_
#define LIGHTLDA_INFER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

// theta of documents by expectation maximisation with the model's phi and alpha
// (src/infer/fold_in.h). It is a function of the model and of how often each word occurs in the
// document, and of nothing else: not of its place among others, of threads or of seeds.
//
// Immutable; copies are cheap and share it. Any number of threads may call. Memory: 8 bytes per
// entry of the model and 12 per word, beside the model.
class LIGHTLDA_EXPORT Inferencer {
 public:
  // Errors: kOutOfMemory.
  static Result<Inferencer> Create(const Model& model);

  const Model& model() const;

  // theta of one document, [num_topics]; sums to 1. Without words it is alpha_k / alpha_sum. words:
  // one per token, in any order. Errors: kUsage for a word that the model does not have or another
  // size of theta; kOutOfMemory.
  Status Infer(std::span<const WordId> words, std::span<double> theta) const;

  // theta of many, [num_documents x num_topics], document by document. The words of document d are
  // words[begins[d]] up to, not including, words[begins[d + 1]]; begins: [num_documents + 1]. As
  // float each is rounded once. 0 threads: one per core. Errors: as Infer's.
  Status Infer(std::span<const std::uint64_t> begins, std::span<const WordId> words,
               std::span<double> theta, int num_threads = 0) const;
  Status Infer(std::span<const std::uint64_t> begins, std::span<const WordId> words,
               std::span<float> theta, int num_threads = 0) const;

  // The most probable topic of each token, argmax_k theta_k phi_wk, ties by id. topics:
  // [words.size()]. Errors: as Infer's.
  Status AssignTopics(std::span<const WordId> words, std::span<const double> theta,
                      std::span<TopicId> topics) const;

 private:
  struct Impl;
  explicit Inferencer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

// Documents to read with a model.
struct DocumentInput {
  std::vector<std::string> inputs;  // files, directories, or "-" for stdin
  InputFormat format = InputFormat::kAuto;
  // Bags of words: one word per line, line n names word n of the input. Empty: the model was
  // trained on bags without such a list too, and word n of the input is word n there.
  std::string vocab_file;
  // As in PreprocessConfig.
  std::string text_field = "text";
  std::string id_field = "id";
  std::vector<std::string> columns;
  std::string encoding;
  OnBadLine on_bad_line = OnBadLine::kFail;
  std::uint64_t max_line_bytes = std::uint64_t{64} << 20;
  bool assign_topics = false;  // InferredDocument::topics, too
  int num_threads = 0;         // 0: one per core

  // What is out of range, as kUsage.
  LIGHTLDA_EXPORT Status Validate() const;
};

// A document that was read, and its topics; valid during a visit.
struct InferredDocument {
  std::string_view name;
  std::span<const WordId> words;    // the tokens that the model knows, in order
  std::uint32_t num_unknown = 0;    // tokens that it does not know. Stop words are no tokens
  std::span<const double> theta;    // [num_topics]
  std::span<const TopicId> topics;  // [words.size()], by AssignTopics; empty unless asked for
};
using InferredVisitor = std::function<Status(const InferredDocument&)>;

struct InferSummary {
  InputFormat format = InputFormat::kText;  // as given or detected
  Count num_documents = 0;
  Count num_empty_documents = 0;  // without a word that the model knows
  Count num_tokens = 0;           // that the model knows
  Count num_unknown = 0;          // that it does not know
  double seconds = 0;
  std::vector<std::string> notes;              // what the user should know; one line each
  std::map<std::string, Count> skipped_lines;  // by reason, only with OnBadLine::kSkip
};

// Reads the documents as the model's corpus was read, and visits them in order, from the calling
// thread. Streaming: a document is visited as soon as its line is there and those before it are
// done; batch_done is called after the last of those that came together. Memory: a few MB per
// thread, the longest line, and theta of a few documents. Errors: kUsage, kBadInput ("FILE:LINE:
// expected ..., found ...", after the documents before it were visited), kOutOfMemory, kFailure;
// the visitor's; kCancelled when `stop` was requested.
LIGHTLDA_EXPORT Result<InferSummary> InferDocuments(
    const Inferencer& inferencer, const DocumentInput& input, const InferredVisitor& visit,
    const std::function<Status()>& batch_done = nullptr, StopToken stop = {});

struct InferredExportOptions {
  ExportFormat format = ExportFormat::kText;
  std::size_t top = 0;            // topics per document at most, the most probable; 0: all
  double min_probability = 0.01;  // less probable topics are left out; in [0, 1]
  bool words = false;             // the topic of each token instead; text and JSON
  bool dense = false;             // CSV or TSV: one column per topic, all of them, instead
};

// InferDocuments, written to `sink` in order, each batch of documents as soon as it is done. text:
// "name<TAB>topic:probability ...", most probable first, one line per document; with `words`
// "name<TAB>word:topic ...". JSON: document, tokens, unknown, topics; with `words` document,
// tokens, unknown, words, topics. CSV, TSV: document, topic, probability. Errors: as
// InferDocuments'; kUsage for options that do not go together; the sink's.
LIGHTLDA_EXPORT Result<InferSummary> ExportInferred(const Inferencer& inferencer,
                                                    DocumentInput input,
                                                    const InferredExportOptions& options,
                                                    const ExportSink& sink, StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_INFER_H_
