#include "serve/served_model.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"
#include "base/out_of_memory.h"
#include "export/inferred_writer.h"
#include "lightlda/corpus.h"
#include "lightlda/report.h"

namespace lightlda::serve {
namespace {

// Bytes of texts that a generation keeps at most.
constexpr std::size_t kMaxCachedBytes = std::size_t{64} << 20;
// Large models make large tables of documents; a report is for reading, not for mining.
constexpr int kTableThreads = 1;

// Which file this is now: it is replaced, never written in place.
std::string StampOf(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return "-";
  return std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino) + ":" +
         std::to_string(info.st_size) + ":" + std::to_string(info.st_mtim.tv_sec) + "." +
         std::to_string(info.st_mtim.tv_nsec);
}

std::string StampOfModel(const std::string& directory) {
  return StampOf(JoinPath(directory, "manifest.json")) + " " +
         StampOf(JoinPath(directory, "labels.json"));
}

}  // namespace

Result<std::shared_ptr<const ServedModel>> ServedModel::Load(const std::string& directory) {
  return CatchBadAlloc([&]() -> Result<std::shared_ptr<const ServedModel>> {
    const auto start = std::chrono::steady_clock::now();
    LIGHTLDA_ASSIGN_OR_RETURN(Model model, Model::Load(directory));
    const std::shared_ptr<ServedModel> served(new ServedModel(std::move(model)));
    served->directory_ = directory;
    served->warning_ = served->model_.load_warning();
    LIGHTLDA_ASSIGN_OR_RETURN(served->inferencer_, Inferencer::Create(served->model_));
    auto reader = MemoryReader::Create(served->model_);
    served->reader_error_ = reader.status();
    if (reader.ok()) served->reader_ = std::move(reader).value();
    LIGHTLDA_RETURN_IF_ERROR(served->TakeLabels());
    served->load_seconds_ =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::shared_ptr<const ServedModel>(served);
  });
}

// Labels that are wrong are no reason to serve nothing.
Status ServedModel::TakeLabels() {
  const Result<TopicLabels> labels = ReadLabels(directory_);
  Status wrong = labels.status();
  if (labels.ok() && !labels.value().model_hash.empty()) {
    wrong = CheckLabels(labels.value(), model_);
  }
  if (!wrong.ok()) {
    if (!warning_.empty()) warning_ += "; ";
    warning_ += "labels are not shown: " + wrong.message();
  } else {
    labels_ = labels.value();
  }
  std::string all;
  if (!labels_.labels.empty()) {
    label_texts_.resize(model_.num_topics());
    for (const auto& [topic, label] : labels_.labels) label_texts_[topic] = label;
    for (const std::string& label : label_texts_) all += label + "\n";
  }
  etag_ = "\"" + hash() + "-" + ToHex(Checksum(std::string_view(all))) + "\"";
  return {};
}

Status ServedModel::Infer(SourceChunk* chunk, bool first, const InferredExportOptions& options,
                          std::size_t max_tokens, InferredChunk* out) const {
  DocumentBatch batch;
  LIGHTLDA_RETURN_IF_ERROR(reader_->Read(chunk, &batch));
  const ExportSink sink = [&](std::string_view piece) {
    out->text += piece;
    return Status();
  };
  InferredWriter writer(model_.num_topics(), &model_.vocabulary(), options, sink);
  if (first) writer.Begin();
  std::vector<double> theta(model_.num_topics());
  std::vector<TopicId> topics;
  for (std::size_t d = 0; d < batch.size(); ++d) {
    const std::span<const WordId> words = batch.Words(d);
    const std::size_t tokens = words.size() + batch.num_unknown[d];
    if (tokens > max_tokens) {
      out->too_long = true;
      return Status::BadInput("document " + std::string(batch.names[d]) + ": expected at most " +
                              std::to_string(max_tokens) + " tokens, found " +
                              std::to_string(tokens));
    }
    LIGHTLDA_RETURN_IF_ERROR(inferencer_->Infer(words, theta));
    InferredDocument document;
    document.name = batch.names[d];
    document.words = words;
    document.num_unknown = batch.num_unknown[d];
    document.theta = theta;
    if (options.words) {
      topics.resize(words.size());
      LIGHTLDA_RETURN_IF_ERROR(inferencer_->AssignTopics(words, theta, topics));
      document.topics = topics;
    }
    LIGHTLDA_RETURN_IF_ERROR(writer.Put(document));
    out->tokens += words.size();
    out->unknown += batch.num_unknown[d];
  }
  out->documents = batch.size();
  return writer.Finish();
}

Result<Text> ServedModel::Cached(
    const std::string& key,
    const std::function<Status(const ServedModel&, const ExportSink&)>& make) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
  }
  std::string text;
  const ExportSink sink = [&](std::string_view piece) {
    text += piece;
    return Status();
  };
  LIGHTLDA_RETURN_IF_ERROR(CatchBadAlloc([&] { return make(*this, sink); }));
  auto made = std::make_shared<const std::string>(std::move(text));
  const std::lock_guard lock(mutex_);
  if (made->size() > kMaxCachedBytes || cache_.contains(key)) return Text(made);
  if (cached_bytes_ + made->size() > kMaxCachedBytes) {
    cache_.clear();
    cached_bytes_ = 0;
  }
  cached_bytes_ += made->size();
  cache_[key] = made;
  return Text(made);
}

// The model with its topics of tokens, which are too many to keep.
Result<Model> ServedModel::WithTopics() const {
  LIGHTLDA_ASSIGN_OR_RETURN(Model model, Model::Load(directory_, /*with_topics=*/true));
  if (model.model_hash() != hash()) {
    return Status::BadInput(directory_ +
                            ": holds another model than the one that is served; it is loaded soon");
  }
  return model;
}

Result<Corpus> ServedModel::OpenCorpus() const {
  if (model_.corpus_checksum().empty() || model_.corpus_directory().empty()) {
    return Status::BadInput("the model has no corpus on disk, so there are no documents to show");
  }
  return Corpus::Open(model_.corpus_directory());
}

Status ServedModel::ExportDocuments(TopicId topic, std::size_t num, const StopToken& stop,
                                    const ExportSink& sink) const {
  std::shared_ptr<const std::vector<std::vector<TopDocument>>> all;
  {
    const std::lock_guard lock(mutex_);
    all = top_documents_;
  }
  if (all == nullptr) {
    LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus());
    LIGHTLDA_ASSIGN_OR_RETURN(const Model model, WithTopics());
    TopDocumentsOptions options;
    options.num = kMaxTopDocuments;
    DocumentPass pass;
    pass.num_threads = kTableThreads;
    pass.stop = stop;
    LIGHTLDA_ASSIGN_OR_RETURN(auto found, TopDocuments(model, corpus, options, pass));
    all = std::make_shared<const std::vector<std::vector<TopDocument>>>(std::move(found));
    const std::lock_guard lock(mutex_);
    top_documents_ = all;
  }
  std::vector<std::vector<TopDocument>> one(all->size());
  one[topic] = (*all)[topic];
  if (one[topic].size() > num) one[topic].resize(num);
  ExportOptions options;
  options.format = ExportFormat::kJson;
  return ExportTopDocuments(one, options, sink);
}

Status ServedModel::ExportReport(const StopToken& stop, const ExportSink& sink) const {
  ReportOptions options;
  options.labels = labels_;
  options.model_directory = directory_;
  options.pass.num_threads = kTableThreads;
  options.pass.stop = stop;
  if (const Result<Corpus> corpus = OpenCorpus(); corpus.ok()) {
    LIGHTLDA_ASSIGN_OR_RETURN(const Model model, WithTopics());
    return WriteReport(model, &corpus.value(), options, sink).status();
  }
  return WriteReport(model_, nullptr, options, sink).status();
}

std::shared_ptr<const ServedModel> ModelSlot::Get() const {
  const std::lock_guard lock(mutex_);
  return served_;
}

std::string ModelSlot::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

std::uint64_t ModelSlot::loads() const {
  const std::lock_guard lock(mutex_);
  return loads_;
}

Result<bool> ModelSlot::Load(bool only_if_changed) {
  // Before it is read: what changes meanwhile is seen at the next call.
  std::string stamp = StampOfModel(directory_);
  if (only_if_changed && stamp == seen_) return false;
  seen_ = std::move(stamp);
  Result<std::shared_ptr<const ServedModel>> loaded = ServedModel::Load(directory_);
  std::shared_ptr<const ServedModel> before;  // goes when the lock has gone
  const std::lock_guard lock(mutex_);
  error_ = loaded.status().message();
  if (!loaded.ok()) return loaded.status();
  before = std::exchange(served_, std::move(loaded).value());
  ++loads_;
  return true;
}

}  // namespace lightlda::serve
