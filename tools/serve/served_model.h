// ServedModel: one generation of a model and all that is answered of it. ModelSlot: the one of a
// name that is served now.
#ifndef LIGHTLDA_TOOLS_SERVE_SERVED_MODEL_H_
#define LIGHTLDA_TOOLS_SERVE_SERVED_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "infer/memory_reader.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/document_tables.h"
#include "lightlda/exports.h"
#include "lightlda/infer.h"
#include "lightlda/labels.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda::serve {

using Text = std::shared_ptr<const std::string>;

struct InferredChunk {
  std::string text;  // as lightlda-infer writes it
  std::uint64_t documents = 0;
  std::uint64_t tokens = 0;
  std::uint64_t unknown = 0;
  bool too_long = false;  // the failure is a document of too many tokens
};

// Thread-safe. What is asked for again, as a report, is made once and kept.
class ServedModel {
 public:
  // The newest generation of the directory, and its labels. Errors: as Model::Load's.
  static Result<std::shared_ptr<const ServedModel>> Load(const std::string& directory);

  const Model& model() const { return model_; }
  const std::string& directory() const { return directory_; }
  const std::string& hash() const { return model_.model_hash(); }
  // Stands for all that is told of it: the model and its labels.
  const std::string& etag() const { return etag_; }
  double load_seconds() const { return load_seconds_; }
  // What the user should know: damage, labels of another model; empty: nothing.
  const std::string& warning() const { return warning_; }

  // Whether it knows how text becomes its words. Errors: kBadInput.
  Status ReadsText() const { return reader_error_; }
  // Topics of the documents of a chunk; `first` writes what an output begins with. Errors:
  // kBadInput, "NAME:LINE: ...", also for a document of more than max_tokens tokens. REQUIRES:
  // ReadsText(); CheckOptions(options) is OK.
  Status Infer(SourceChunk* chunk, bool first, const InferredExportOptions& options,
               std::size_t max_tokens, InferredChunk* out) const;

  // What `make` writes, kept under `key` while there is room. Concurrent calls may make it twice.
  // Errors: make's.
  Result<Text> Cached(
      const std::string& key,
      const std::function<Status(const ServedModel&, const ExportSink&)>& make) const;

  // Exports of topics have its labels.
  const std::vector<std::string>& labels() const { return label_texts_; }
  // Documents of a topic, at most kMaxTopDocuments. Errors: kBadInput if the corpus is not there,
  // or the model's files are another generation's by now.
  static constexpr std::size_t kMaxTopDocuments = 50;
  Status ExportDocuments(TopicId topic, std::size_t num, const StopToken& stop,
                         const ExportSink& sink) const;
  // The report, with documents if the corpus is there.
  Status ExportReport(const StopToken& stop, const ExportSink& sink) const;

 private:
  explicit ServedModel(Model model) : model_(std::move(model)) {}
  Status TakeLabels();
  Result<Model> WithTopics() const;
  Result<Corpus> OpenCorpus() const;

  Model model_;
  std::string directory_;
  std::optional<Inferencer> inferencer_;
  std::unique_ptr<MemoryReader> reader_;
  Status reader_error_;
  TopicLabels labels_;
  std::vector<std::string> label_texts_;  // [num_topics], or empty
  std::string warning_;
  std::string etag_;
  double load_seconds_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  mutable std::map<std::string, Text> cache_;
  mutable std::size_t cached_bytes_ = 0;
  mutable std::shared_ptr<const std::vector<std::vector<TopDocument>>> top_documents_;
};

// Thread-safe.
class ModelSlot {
 public:
  ModelSlot(std::string name, std::string directory)
      : name_(std::move(name)), directory_(std::move(directory)) {}

  const std::string& name() const { return name_; }
  const std::string& directory() const { return directory_; }
  // Who has one keeps it alive while another takes its place. Null before the first load.
  std::shared_ptr<const ServedModel> Get() const;
  // Loads the newest generation beside the one that is served and puts it in its place; a failure
  // keeps that one. `only_if_changed`: does nothing, and returns false, unless manifest.json or
  // labels.json are others than at the last call. From one thread at a time.
  Result<bool> Load(bool only_if_changed);
  // Of the last load: empty if it has succeeded.
  std::string error() const;
  std::uint64_t loads() const;  // that have succeeded

 private:
  const std::string name_;
  const std::string directory_;
  std::string seen_;  // what manifest.json and labels.json were; of the loading thread alone
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const ServedModel> served_;
  std::string error_;
  std::uint64_t loads_ = 0;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_SERVED_MODEL_H_
