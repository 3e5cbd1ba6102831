// Helpers of the tests of Preprocess.
#ifndef LIGHTLDA_TESTS_UNIT_INGEST_PREPROCESS_TEST_UTIL_H_
#define LIGHTLDA_TESTS_UNIT_INGEST_PREPROCESS_TEST_UTIL_H_

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/preprocess.h"
#include "test_util.h"

namespace lightlda::testing {

// A document of a corpus, its tokens by name.
struct NamedDocument {
  std::string name;
  std::vector<std::string> words;
};

// All documents in input order. REQUIREs that the corpus and its blocks open.
inline std::vector<NamedDocument> ReadDocuments(const std::string& directory) {
  auto corpus = Corpus::Open(directory);
  INFO(corpus.status().message());
  REQUIRE(corpus.ok());
  std::vector<NamedDocument> documents(static_cast<std::size_t>(corpus->num_documents()));
  for (std::size_t b = 0; b < corpus->blocks().size(); ++b) {
    auto opened = corpus->OpenBlock(b);
    auto names = corpus->ReadDocumentNames(b);
    INFO(opened.status().message() << names.status().message());
    REQUIRE((opened.ok() && names.ok()));
    const Block& block = **opened;
    std::vector<WordId> word_of(block.num_tokens());
    for (WordId w = 0; w < corpus->num_words(); ++w) {
      std::fill(word_of.begin() + block.word_offsets[w],
                word_of.begin() + block.word_offsets[w + 1], w);
    }
    for (std::uint32_t d = 0; d < block.num_documents(); ++d) {
      NamedDocument& document = documents[block.document_index[d]];
      document.name = (*names)[d];
      for (auto i = block.document_offsets[d]; i < block.document_offsets[d + 1]; ++i) {
        document.words.emplace_back(corpus->vocabulary().word(word_of[block.positions[i]]));
      }
    }
  }
  return documents;
}

inline std::vector<std::string> ReadWords(const std::string& directory) {
  auto corpus = Corpus::Open(directory);
  REQUIRE(corpus.ok());
  const auto words = corpus->vocabulary().words();
  return {words.begin(), words.end()};
}

// "name: word word" of every document.
inline std::vector<std::string> Describe(const std::string& directory) {
  std::vector<std::string> lines;
  for (const NamedDocument& document : ReadDocuments(directory)) {
    std::string line = document.name + ":";
    for (const std::string& word : document.words) line += " " + word;
    lines.push_back(line);
  }
  return lines;
}

// Names in `directory`, sorted.
inline std::vector<std::string> ListNames(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Reads `input` (a path) into dir/corpus. All words are kept.
inline PreprocessConfig BaseConfig(const TempDir& dir, const std::string& input,
                                   InputFormat format = InputFormat::kAuto) {
  PreprocessConfig config;
  config.inputs = {input};
  config.output = dir.File("corpus");
  config.format = format;
  config.num_threads = 2;
  return config;
}

// For text and jsonl.
inline PreprocessConfig KeepAll(PreprocessConfig config) {
  config.min_df = "0";
  config.max_df = "1.0";
  config.min_token_length = 1;
  return config;
}

inline Status Refused(const PreprocessConfig& config) {
  const auto result = Preprocess(config);
  REQUIRE_FALSE(result.ok());
  return result.status();
}

inline bool Contains(const Status& status, const std::string& part) {
  INFO(status.message());
  return status.message().find(part) != std::string::npos;
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_INGEST_PREPROCESS_TEST_UTIL_H_
