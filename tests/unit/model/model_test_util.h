// A small corpus and a model of it for the tests of src/model.
#ifndef LIGHTLDA_TESTS_UNIT_MODEL_MODEL_TEST_UTIL_H_
#define LIGHTLDA_TESTS_UNIT_MODEL_MODEL_TEST_UTIL_H_

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "corpus/corpus_writer.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "model/model_writer.h"
#include "table/word_topic_table.h"
#include "test_util.h"

namespace lightlda::testing {

// Documents of the sample corpus: `num_documents` of 0 to 19 tokens over `num_words` words, in
// several blocks. Document 3 is empty.
inline std::vector<CorpusDocument> SampleDocuments(std::size_t num_documents,
                                                   std::size_t num_words) {
  std::mt19937 random(1);
  std::vector<CorpusDocument> documents(num_documents);
  for (std::size_t d = 0; d < num_documents; ++d) {
    documents[d].name = "doc-" + std::to_string(d);
    const std::size_t length = d == 3 ? 0 : random() % 20;
    for (std::size_t i = 0; i < length; ++i) {
      documents[d].words.push_back(static_cast<WordId>(random() % num_words));
    }
  }
  return documents;
}

inline std::vector<std::string> SampleWords(std::size_t num_words) {
  std::vector<std::string> words;
  for (std::size_t w = 0; w < num_words; ++w) words.push_back("word" + std::to_string(w));
  return words;
}

inline Corpus MakeCorpus(const std::string& directory, const std::vector<std::string>& words,
                         const std::vector<CorpusDocument>& documents,
                         std::uint64_t block_tokens = 150) {
  REQUIRE(WriteCorpus(directory, words, documents, /*seed=*/1, block_tokens).ok());
  auto corpus = Corpus::Open(directory);
  REQUIRE(corpus.ok());
  return std::move(corpus).value();
}

// Topics for every token of a corpus, and the tables they make.
class SampleState {
 public:
  SampleState(const Corpus& corpus, std::uint32_t num_topics, std::uint32_t seed,
              int active_level = 0)
      : corpus_(corpus), table_(corpus.num_words(), num_topics), totals_(num_topics) {
    std::mt19937 random(seed);
    std::vector<std::map<TopicId, std::uint32_t>> rows(corpus.num_words());
    for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
      auto block = corpus.OpenBlock(b);
      REQUIRE(block.ok());
      const auto active = ActivePositions(*block.value(), active_level);
      std::vector<TopicId>& topics = topics_.emplace_back();
      for (WordId word = 0; word < corpus.num_words(); ++word) {
        while (topics.size() < (*block)->word_offsets[word + 1]) {
          const TopicId topic = random() % num_topics;
          topics.push_back(topic);
          if (!active[topics.size() - 1]) continue;
          ++rows[word][topic];
          ++totals_[topic];
        }
      }
    }
    for (WordId word = 0; word < rows.size(); ++word) {
      std::vector<TopicCount> row;
      for (const auto& [topic, count] : rows[word]) row.push_back({topic, count});
      table_.SetRow(word, row);
    }
    snapshot_.corpus = &corpus_;
    snapshot_.rows = table_.rows();
    snapshot_.topic_totals = totals_;
    snapshot_.priors.alpha.assign(num_topics, 0.1);
    snapshot_.priors.beta = 0.01;
    snapshot_.settings = R"({"num_topics":)" + std::to_string(num_topics) +
                         R"(,"alpha":0.1,"seed":)" + std::to_string(seed) + "}";
    snapshot_.active_level = active_level;
    snapshot_.progress.iteration = 7;
    snapshot_.progress.num_iterations = active_level == 0 ? 7 : 20;
    snapshot_.progress.complete = active_level == 0;
    snapshot_.progress.active_documents = 5;
    snapshot_.progress.active_tokens = 6;
    snapshot_.progress.work = 1.5;
    snapshot_.progress.seconds = 0.1;
    snapshot_.progress.log_likelihood_per_token = -7.123456789012345;
    snapshot_.save_topics = [this](const FilePath& directory) { return SaveTopics(directory); };
  }

  ModelSnapshot& snapshot() { return snapshot_; }
  const WordTopicTable& table() const { return table_; }
  const std::vector<Count>& totals() const { return totals_; }
  // In position order.
  const std::vector<TopicId>& topics(std::size_t block) const { return topics_[block]; }

 private:
  Result<std::vector<TopicsEntry>> SaveTopics(const FilePath& directory) const {
    std::vector<TopicsEntry> entries;
    for (std::size_t b = 0; b < topics_.size(); ++b) {
      LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus_.OpenBlock(b));
      LIGHTLDA_ASSIGN_OR_RETURN(
          const TopicsEntry entry,
          SaveBlockTopics(directory, *block, snapshot_.active_level,
                          static_cast<std::uint32_t>(totals_.size()), topics_[b]));
      entries.push_back(entry);
    }
    return entries;
  }

  static std::vector<bool> ActivePositions(const Block& block, int active_level) {
    std::vector<bool> active(block.num_tokens());
    for (std::uint32_t d = 0; d < block.num_documents(); ++d) {
      for (std::uint32_t i = block.document_offsets[d]; i < block.document_offsets[d + 1]; ++i) {
        active[block.positions[i]] = block.levels[d] >= active_level;
      }
    }
    return active;
  }

  const Corpus& corpus_;
  WordTopicTable table_;
  std::vector<Count> totals_;
  std::vector<std::vector<TopicId>> topics_;
  ModelSnapshot snapshot_;
};

// A corpus and a model directory with one generation.
class SampleModel {
 public:
  explicit SampleModel(std::uint32_t num_topics = 5, int active_level = 0,
                       std::size_t num_documents = 60, std::size_t num_words = 30)
      : corpus_(MakeCorpus(dir_.File("corpus"), SampleWords(num_words),
                           SampleDocuments(num_documents, num_words))),
        state_(std::make_unique<SampleState>(corpus_, num_topics, 1, active_level)) {
    REQUIRE(CreateDirectory(path()).ok());
    WriteText(path() + "/metrics.jsonl", "{\"iteration\":1}\n{\"iteration\":2}\n");
    auto hash = SaveModel(path(), state_->snapshot());
    REQUIRE(hash.ok());
    hash_ = *hash;
  }

  std::string path() const { return dir_.File("model"); }
  std::string File(const std::string& name) const { return path() + "/" + name; }
  const Corpus& corpus() const { return corpus_; }
  SampleState& state() { return *state_; }
  const std::string& hash() const { return hash_; }
  const TempDir& dir() const { return dir_; }

 private:
  TempDir dir_;
  Corpus corpus_;
  std::unique_ptr<SampleState> state_;
  std::string hash_;
};

// Loads the model and the topics of all blocks: everything there is to verify.
inline Status LoadAll(const std::string& directory, const Corpus& corpus) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(directory));
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto topics, model.ReadTopics(corpus, block));
  }
  return {};
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_MODEL_MODEL_TEST_UTIL_H_
