// A trained model, read-only: a directory, or in memory.
#ifndef LIGHTLDA_MODEL_H_
#define LIGHTLDA_MODEL_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "lightlda/vocabulary.h"

namespace lightlda {

struct TopWord {
  WordId word;
  std::uint32_t count;  // n_wk
  double probability;   // (n_wk + beta) / (n_k + beta * V)
};

// A sparse matrix of counts, row by row: the entries of row r are begins[r] up to, not including,
// begins[r + 1] of `topics`, ascending, and of `counts`, each above 0. Borrowed.
struct CsrView {
  std::span<const std::uint64_t> begins;  // [rows + 1]
  std::span<const TopicId> topics;        // [entries]
  std::span<const std::uint32_t> counts;  // [entries]

  std::size_t num_rows() const { return begins.empty() ? 0 : begins.size() - 1; }
};

// How a run judged itself (docs/sampler.md#when-training-is-done).
struct Judgement {
  std::int64_t full_iteration = 0;
  // Of a sample of the documents, each predicted without its own counts.
  double log_likelihood_per_token = 0;
};

// Where the run that wrote the model stood.
struct ModelProgress {
  std::int64_t iteration = 0;       // iterations done, growth included
  std::int64_t num_iterations = 0;  // planned, growth included
  bool complete = false;            // false: stopped; can be resumed
  Count active_documents = 0;
  Count active_tokens = 0;
  double work = 0;
  double seconds = 0;
  double log_likelihood_per_token = 0;
  std::vector<Judgement> judgements;  // if the run made any, in order
  bool settled = false;               // the run ended by them
};

// What a model can be made of.
struct ModelTables {
  std::vector<std::string> words;  // [num_words], at most 2^26
  CsrView word_topic;              // n_wk, [num_words x num_topics]
  std::vector<double> alpha;       // [num_topics], each > 0
  double beta = 0.01;              // > 0
  // The content of a text_pipeline.json: how text became the words. Empty: not known, the words are
  // those of bags.
  std::string text_pipeline;
};

class FilePath;
struct Generation;

// Immutable; copies are cheap and share it. Any number of threads may read. Spans and references
// stay valid for the life of the Model or a copy.
class LIGHTLDA_EXPORT Model {
 public:
  // Loads and verifies the newest generation but for its topics of tokens; with_topics: these, too,
  // for who is going to read them. One that is damaged, or not all there, is not used if the one
  // before is whole: load_warning() says so. Errors: kBadInput, naming the file; kOutOfMemory.
  static Result<Model> Load(const std::string& directory, bool with_topics = false);

  // A model in memory, of tables that come from elsewhere. Its words have the frequencies that the
  // table counts; it has no topics of documents, and its corpus has no directory and no checksum.
  // Errors: kBadInput, naming the field; kOutOfMemory.
  static Result<Model> FromTables(const ModelTables& tables);

  // Writes it to a new directory, which Load loads: a model that is equal in all. Errors:
  // kCannotWrite, also when the directory exists and is not to be overwritten, or holds anything
  // else than a model (docs/formats.md#what-may-be-destroyed); kBadInput if the files it was loaded
  // from are gone. Nothing is left behind then.
  Status Save(const std::string& directory, bool overwrite = false) const;

  std::uint32_t num_topics() const;
  std::size_t num_words() const { return vocabulary().size(); }
  Count num_tokens() const;               // that n_wk counts
  std::span<const double> alpha() const;  // [num_topics]
  double beta() const;
  const Vocabulary& vocabulary() const;
  std::span<const Count> topic_totals() const;  // n_k, [num_topics]
  const ModelProgress& progress() const;
  // Documents of this growth level and deeper have topics; 0 once all have.
  int active_level() const;
  const std::string& model_hash() const;
  // Directory of the corpus the model was trained on, as recorded, and its checksum. The directory
  // of a corpus in memory is empty.
  const std::string& corpus_directory() const;
  const std::string& corpus_checksum() const;
  // How text became the words of the vocabulary, or that bags of words came in: a JSON object with
  // its checksum, the content of text_pipeline.json (docs/formats.md). All it takes to read new
  // text as the corpus was read.
  const std::string& text_pipeline() const;
  // Empty, or one line for a user: what of the newest generation is damaged, so that this is the
  // one before.
  const std::string& load_warning() const;
  // The manifest as JSON text: every setting of the run.
  const std::string& manifest() const;

  // n_w. as its non-zero entries, topics ascending. REQUIRES: word < num_words().
  std::vector<TopicCount> WordRow(WordId word) const;

  // n_wk of all words, [num_words x num_topics], valid for the life of the Model. The first call
  // decodes it, in O(entries); then it takes 8 bytes of memory per entry and 8 per word until the
  // Model goes.
  CsrView WordTopic() const;

  // phi, [num_topics x num_words], topic by topic: Probability(k, n_wk). As float each is rounded
  // once. Does not need WordTopic. 0 threads: one per core. REQUIRES: phi.size() == num_topics() *
  // num_words().
  void FillPhi(std::span<double> phi, int num_threads = 1) const;
  void FillPhi(std::span<float> phi, int num_threads = 1) const;

  // phi: the probability of a word in `topic` that n_wk = `count` of its tokens have. A topic's
  // probabilities over all words, those with count 0 included, add up to 1. REQUIRES: topic <
  // num_topics().
  double Probability(TopicId topic, Count count) const;

  // Non-zero entries of the table, and the bytes their packed rows take.
  Count num_entries() const;
  std::uint64_t packed_bytes() const;

  // The n most probable words of every topic, [num_topics][<= n], most probable first, ties by id.
  std::vector<std::vector<TopWord>> TopWords(std::size_t n) const;

  // z of block `block` of the corpus, in position order, [num_tokens of the block]. Tokens of
  // documents that were not yet active when the run stopped have kNoTopic. REQUIRES: corpus is the
  // one the model was trained on (equal checksums). Errors: kBadInput.
  static constexpr TopicId kNoTopic = 0xFFFFFFFFu;
  Result<std::vector<TopicId>> ReadTopics(const Corpus& corpus, std::size_t block) const;

 private:
  struct Impl;
  friend Result<Model> LoadGeneration(const FilePath& directory, Generation generation,
                                      bool with_topics);
  friend const FilePath& FilesOf(const Model& model);
  explicit Model(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_H_
