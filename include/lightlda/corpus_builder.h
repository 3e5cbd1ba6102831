// Corpora made in memory, for programs that have their documents at hand.
//
//   CorpusBuilder builder;
//   const std::vector<std::string> words = {"topic", "models", "topic"};
//   Status status = builder.AddWords("first document", words);
//   Result<Corpus> corpus = std::move(builder).Build();
//
// Such a corpus is to every call what one on disk is, block for block: training it gives the same
// model, and Corpus::Save writes it as a directory with the same checksum.
#ifndef LIGHTLDA_CORPUS_BUILDER_H_
#define LIGHTLDA_CORPUS_BUILDER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

struct CorpusBuilderOptions {
  std::uint64_t seed = 1;          // of the documents' growth levels
  std::uint64_t block_tokens = 0;  // tokens per block at most; 0: chosen from the corpus's size
};

struct WordCount {
  WordId word = 0;
  std::uint32_t count = 0;
};

// Documents as one sparse matrix, [num_documents x num_words]: document d has the entries begins[d]
// up to, not including, begins[d + 1] of `words`, and of `counts` unless that is empty, which says
// 1 of each. Entries of a document may be in any order and repeat a word: they are its token order.
// Borrowed.
struct DocumentsView {
  std::span<const std::uint64_t> begins;  // [num_documents + 1], ascending from 0
  std::span<const WordId> words;          // [entries], each below num_words
  std::span<const std::uint32_t> counts;  // [entries], or empty
};

// Takes documents one by one. Memory: 4 bytes per token, the names and the words; Build adds the
// corpus, about 4 bytes per token and 20 per document beside the names. Movable. Not thread-safe.
class LIGHTLDA_EXPORT CorpusBuilder {
 public:
  // Words get ids as documents first bring them.
  explicit CorpusBuilder(CorpusBuilderOptions options = {});
  // The words and their ids are these, [num_words]; documents may have no others. Errors:
  // kBadInput for an empty or repeated word, bytes that are not UTF-8, no words or more than 2^26;
  // kOutOfMemory.
  static Result<CorpusBuilder> WithVocabulary(std::vector<std::string> words,
                                              CorpusBuilderOptions options = {});
  CorpusBuilder(CorpusBuilder&&) noexcept;
  CorpusBuilder& operator=(CorpusBuilder&&) noexcept;
  ~CorpusBuilder();

  // The next document, which may be empty: its tokens in order, as words or as ids; or as counts,
  // in the order given. Names need not differ. A document that is refused leaves the builder as it
  // was; one that does not fit memory (kOutOfMemory) leaves it fit for destruction only. Errors:
  // kBadInput, naming the document, for a word or id that is not in the vocabulary, a
  // new word as WithVocabulary has it, more than 2^31 - 1 tokens.
  Status AddWords(std::string_view name, std::span<const std::string> words);
  Status AddWords(std::string_view name, std::span<const std::string_view> words);
  Status AddTokens(std::string_view name, std::span<const WordId> tokens);
  Status AddCounts(std::string_view name, std::span<const WordCount> counts);

  Count num_documents() const;
  Count num_tokens() const;
  std::size_t num_words() const;

  // The corpus of the documents added. O(tokens). Errors: kBadInput if they have no token;
  // kOutOfMemory.
  Result<Corpus> Build() &&;

 private:
  struct Impl;
  explicit CorpusBuilder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// All documents at once. words: the vocabulary, [num_words]. names: [num_documents], or empty for
// "0", "1" and so on. Errors: as CorpusBuilder's, and kBadInput for arrays whose lengths do not
// agree.
LIGHTLDA_EXPORT Result<Corpus> CorpusFromTokens(const DocumentsView& documents,
                                                std::vector<std::string> words,
                                                std::span<const std::string> names = {},
                                                CorpusBuilderOptions options = {});

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_BUILDER_H_
