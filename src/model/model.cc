#include "lightlda/model.h"

#include <glog/logging.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"
#include "base/manifest.h"
#include "base/out_of_memory.h"
#include "base/staged_directory.h"
#include "base/thread_pool.h"
#include "corpus/corpus_format.h"
#include "corpus/vocabulary_file.h"
#include "model/generation.h"
#include "model/load_model.h"
#include "model/model_manifest.h"
#include "model/topics_file.h"
#include "model/word_topic_file.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

// What messages call the corpus of a directory.
std::string NameOf(const std::string& corpus_directory) {
  return corpus_directory.empty() ? "a corpus in memory" : corpus_directory;
}

bool MoreProbable(const TopWord& a, const TopWord& b) {
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

// Keeps the n most probable words seen: a heap with the least probable on top.
void Offer(const TopWord& word, std::size_t n, std::vector<TopWord>* heap) {
  if (heap->size() == n) {
    if (n == 0 || !MoreProbable(word, heap->front())) return;
    std::ranges::pop_heap(*heap, MoreProbable);
    heap->pop_back();
  }
  heap->push_back(word);
  std::ranges::push_heap(*heap, MoreProbable);
}

// n_wk as CsrView has it.
struct DecodedTable {
  std::vector<std::uint64_t> begins;
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
};

DecodedTable Decode(const WordTopicFile& table, std::size_t num_words) {
  DecodedTable decoded;
  decoded.begins.reserve(num_words + 1);
  decoded.topics.reserve(table.num_entries());
  decoded.counts.reserve(table.num_entries());
  decoded.begins.push_back(0);
  std::vector<TopicCount> row;
  for (std::size_t word = 0; word < num_words; ++word) {
    table.GetRow(static_cast<WordId>(word), &row);
    for (const TopicCount& entry : row) {
      decoded.topics.push_back(entry.topic);
      decoded.counts.push_back(entry.count);
    }
    decoded.begins.push_back(decoded.topics.size());
  }
  return decoded;
}

// Words that a thread takes at a time.
constexpr std::size_t kPhiTaskWords = 256;

// The words with tokens in a topic are few: first what all words have, then those.
template <typename T>
void Fill(const Model& model, const WordTopicFile& table, std::span<T> phi, int num_threads) {
  const std::size_t num_words = model.num_words();
  CHECK_EQ(phi.size(), model.num_topics() * num_words);
  ThreadPool pool(ResolveThreadCount(num_threads));
  pool.ParallelFor(model.num_topics(), [&](std::size_t topic, int) {
    const auto base = static_cast<T>(model.Probability(static_cast<TopicId>(topic), 0));
    std::ranges::fill(phi.subspan(topic * num_words, num_words), base);
  });
  std::vector<std::vector<TopicCount>> rows(static_cast<std::size_t>(pool.size()));
  const std::size_t num_tasks = (num_words + kPhiTaskWords - 1) / kPhiTaskWords;
  pool.ParallelFor(num_tasks, [&](std::size_t task, int thread) {
    std::vector<TopicCount>& row = rows[static_cast<std::size_t>(thread)];
    const std::size_t end = std::min(num_words, (task + 1) * kPhiTaskWords);
    for (std::size_t word = task * kPhiTaskWords; word < end; ++word) {
      table.GetRow(static_cast<WordId>(word), &row);
      for (const TopicCount& entry : row) {
        phi[entry.topic * num_words + word] =
            static_cast<T>(model.Probability(entry.topic, entry.count));
      }
    }
  });
}

}  // namespace

struct LIGHTLDA_NO_EXPORT Model::Impl {
  Impl(FilePath path, Generation from, Vocabulary words, std::string pipeline, WordTopicFile file)
      : directory(std::move(path)),
        manifest(std::move(from.manifest.fields)),
        manifest_text(std::move(from.manifest.text)),
        warning(std::move(from.warning)),
        vocabulary(std::move(words)),
        text_pipeline(std::move(pipeline)),
        table(std::move(file)) {}

  Status CheckCorpus(const Corpus& corpus, std::size_t block) const;

  FilePath directory;
  ModelManifest manifest;
  std::string manifest_text;
  std::string warning;
  Vocabulary vocabulary;
  std::string text_pipeline;
  WordTopicFile table;
  std::once_flag decode_once;
  DecodedTable decoded;
};

Status Model::Impl::CheckCorpus(const Corpus& corpus, std::size_t block) const {
  if (manifest.corpus_checksum.empty()) {
    return Status::BadInput("the model was made of tables: it has no topics of documents");
  }
  if (corpus.checksum() != manifest.corpus_checksum) {
    return Status::BadInput(NameOf(corpus.directory()) + ": corpus has checksum " +
                            corpus.checksum() + ", but the model was trained on " +
                            NameOf(manifest.corpus_directory) + " with checksum " +
                            manifest.corpus_checksum);
  }
  // Equal checksums and other blocks: the manifest of the model is not one that was saved.
  if (corpus.blocks().size() != manifest.topics.size() ||
      corpus.blocks()[block].num_tokens != manifest.topics[block].num_tokens) {
    return Status::BadInput(JoinPath(directory, kModelManifestFile).text() +
                            ": corrupted: \"topics\": expected the blocks of the corpus " +
                            NameOf(corpus.directory()));
  }
  return {};
}

Result<Model> LoadGeneration(const FilePath& directory, Generation from, bool with_topics) {
  const ModelManifest& manifest = from.manifest.fields;
  LIGHTLDA_RETURN_IF_ERROR(CheckGeneration(directory, manifest, with_topics));
  LIGHTLDA_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                            ReadVocabularyFile(JoinPath(directory, kModelVocabularyFile),
                                               manifest.vocabulary, manifest.num_words));
  const FilePath pipeline_path = JoinPath(directory, kTextPipelineFile);
  LIGHTLDA_ASSIGN_OR_RETURN(std::string pipeline,
                            ReadStampedText(pipeline_path, manifest.text_pipeline));
  LIGHTLDA_RETURN_IF_ERROR(ParseTextPipeline(pipeline_path.text(), pipeline).status());
  LIGHTLDA_RETURN_IF_ERROR(ReadPriors(directory, manifest).status());
  const WordTopicFacts facts{manifest.num_words, manifest.num_topics, manifest.num_tokens,
                             vocabulary.frequencies(),
                             manifest.active_level == 0 && manifest.adds_up};
  const FilePath generation = JoinPath(directory, GenerationName(manifest.generation));
  const FilePath table_path = JoinPath(generation, kWordTopicFile);
  LIGHTLDA_ASSIGN_OR_RETURN(WordTopicFile table,
                            WordTopicFile::Open(table_path, manifest.word_topic, facts));
  if (ToHex(table.hash()) != manifest.model_hash) {
    return Status::BadInput(table_path.text() + ": corrupted: model hash is " +
                            ToHex(table.hash()) + ", the manifest says " + manifest.model_hash);
  }
  return Model(std::make_shared<Model::Impl>(directory, std::move(from), std::move(vocabulary),
                                             std::move(pipeline), std::move(table)));
}

Result<Model> LoadModel(const FilePath& directory, bool with_topics) {
  std::optional<Model> model;
  const auto load = [&](Generation generation) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(model, LoadGeneration(directory, std::move(generation), with_topics));
    return {};
  };
  LIGHTLDA_RETURN_IF_ERROR(UseNewestGeneration(directory, load));
  return *std::move(model);
}

Result<Model> Model::Load(const std::string& directory, bool with_topics) {
  return CatchBadAlloc([&] { return LoadModel(directory, with_topics); });
}

const FilePath& FilesOf(const Model& model) { return model.impl_->directory; }

Model::Model(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Status Model::Save(const std::string& directory, bool overwrite) const {
  const std::string generation = GenerationName(impl_->manifest.generation);
  const FilePath& own = impl_->directory;
  const std::string source = own.memory() == nullptr ? own.text() : std::string();
  LIGHTLDA_ASSIGN_OR_RETURN(
      StagedDirectory staged,
      StagedDirectory::Create(directory, overwrite, kModelDirectory, std::span(&source, 1)));
  LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(JoinPath(staged.path(), generation)));
  const auto manifest = nlohmann::ordered_json::parse(impl_->manifest_text);
  for (const NamedFile& file : ListFiles(manifest)) {
    const std::string in_generation = JoinPath(generation, file.name);
    const bool versioned = PathExists(JoinPath(impl_->directory, in_generation));
    const std::string& name = versioned ? in_generation : file.name;
    LIGHTLDA_RETURN_IF_ERROR(
        CopyFile(JoinPath(impl_->directory, name), JoinPath(staged.path(), name), file.bytes));
  }
  LIGHTLDA_RETURN_IF_ERROR(SyncDirectory(JoinPath(staged.path(), generation)));
  LIGHTLDA_RETURN_IF_ERROR(WriteManifest(JoinPath(staged.path(), kModelManifestFile), manifest));
  return staged.Commit();
}

std::uint32_t Model::num_topics() const { return impl_->manifest.num_topics; }
Count Model::num_tokens() const { return impl_->manifest.num_tokens; }
std::span<const double> Model::alpha() const { return impl_->manifest.priors.alpha; }
double Model::beta() const { return impl_->manifest.priors.beta; }
const Vocabulary& Model::vocabulary() const { return impl_->vocabulary; }
std::span<const Count> Model::topic_totals() const { return impl_->table.topic_totals(); }
const ModelProgress& Model::progress() const { return impl_->manifest.progress; }
int Model::active_level() const { return impl_->manifest.active_level; }
const std::string& Model::model_hash() const { return impl_->manifest.model_hash; }
const std::string& Model::corpus_directory() const { return impl_->manifest.corpus_directory; }
const std::string& Model::corpus_checksum() const { return impl_->manifest.corpus_checksum; }
const std::string& Model::text_pipeline() const { return impl_->text_pipeline; }
const std::string& Model::manifest() const { return impl_->manifest_text; }
const std::string& Model::load_warning() const { return impl_->warning; }
Count Model::num_entries() const { return static_cast<Count>(impl_->table.num_entries()); }
std::uint64_t Model::packed_bytes() const { return impl_->table.packed_bytes(); }

std::vector<TopicCount> Model::WordRow(WordId word) const {
  std::vector<TopicCount> entries;
  impl_->table.GetRow(word, &entries);
  entries.shrink_to_fit();
  return entries;
}

CsrView Model::WordTopic() const {
  std::call_once(impl_->decode_once,
                 [this] { impl_->decoded = Decode(impl_->table, num_words()); });
  return {impl_->decoded.begins, impl_->decoded.topics, impl_->decoded.counts};
}

void Model::FillPhi(std::span<double> phi, int num_threads) const {
  Fill(*this, impl_->table, phi, num_threads);
}

void Model::FillPhi(std::span<float> phi, int num_threads) const {
  Fill(*this, impl_->table, phi, num_threads);
}

double Model::Probability(TopicId topic, Count count) const {
  const double beta_sum = beta() * static_cast<double>(num_words());
  return (static_cast<double>(count) + beta()) /
         (static_cast<double>(topic_totals()[topic]) + beta_sum);
}

std::vector<std::vector<TopWord>> Model::TopWords(std::size_t n) const {
  std::vector<std::vector<TopWord>> top(num_topics());
  std::vector<TopicCount> entries;
  for (std::size_t word = 0; word < num_words(); ++word) {
    impl_->table.GetRow(static_cast<WordId>(word), &entries);
    for (const TopicCount& entry : entries) {
      Offer({static_cast<WordId>(word), entry.count, 0}, n, &top[entry.topic]);
    }
  }
  for (TopicId topic = 0; topic < top.size(); ++topic) {
    std::ranges::sort_heap(top[topic], MoreProbable);
    for (TopWord& word : top[topic]) word.probability = Probability(topic, word.count);
  }
  return top;
}

Result<std::vector<TopicId>> Model::ReadTopics(const Corpus& corpus, std::size_t block) const {
  CHECK_LT(block, corpus.blocks().size());
  LIGHTLDA_RETURN_IF_ERROR(impl_->CheckCorpus(corpus, block));
  const TopicsEntry& entry = impl_->manifest.topics[block];
  const FilePath generation =
      JoinPath(impl_->directory, GenerationName(impl_->manifest.generation));
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<TopicId> topics,
                            ReadTopicsFile(JoinPath(generation, TopicsFileName(block)), entry.stamp,
                                           {block, entry.num_tokens, impl_->manifest.num_topics}));
  if (active_level() == 0) return topics;
  LIGHTLDA_ASSIGN_OR_RETURN(const auto tokens, corpus.OpenBlock(block));
  for (std::uint32_t document = 0; document < tokens->num_documents(); ++document) {
    if (tokens->levels[document] >= active_level()) continue;
    const std::uint32_t end = tokens->document_offsets[document + 1];
    for (std::uint32_t i = tokens->document_offsets[document]; i < end; ++i) {
      topics[tokens->positions[i]] = kNoTopic;
    }
  }
  return topics;
}

}  // namespace lightlda
