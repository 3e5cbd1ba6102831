// The vocabulary of a corpus: words by id, with their frequencies.
#ifndef LIGHTLDA_VOCABULARY_H_
#define LIGHTLDA_VOCABULARY_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/types.h"

namespace lightlda {

// Immutable after construction, hence safe to read from any number of threads.
class LIGHTLDA_EXPORT Vocabulary {
 public:
  Vocabulary() = default;

  // words, frequencies (tokens) and document_frequencies (documents): all [num_words], indexed by
  // WordId. REQUIRES: equal lengths.
  Vocabulary(std::vector<std::string> words, std::vector<Count> frequencies,
             std::vector<Count> document_frequencies);

  std::size_t size() const { return words_.size(); }

  // REQUIRES: word < size(), for the three accessors.
  std::string_view word(WordId word) const { return words_[word]; }
  Count frequency(WordId word) const { return frequencies_[word]; }
  Count document_frequency(WordId word) const { return document_frequencies_[word]; }

  // The word spelled `word`, byte for byte; nullopt: there is none. Of several words with one
  // spelling, which only bags of words may have, the one with the lowest id. About one look at a
  // word. The first call builds an index, which takes 6 bytes per word (400 MB for the most words
  // there can be) and stays; copies share it. Thread-safe, the first call too.
  std::optional<WordId> Find(std::string_view word) const;

  std::span<const std::string> words() const { return words_; }
  std::span<const Count> frequencies() const { return frequencies_; }
  std::span<const Count> document_frequencies() const { return document_frequencies_; }

 private:
  struct Index;  // word ids by the hash of their words

  std::vector<std::string> words_;
  std::vector<Count> frequencies_;
  std::vector<Count> document_frequencies_;
  std::shared_ptr<Index> index_;  // empty until the first Find
};

}  // namespace lightlda

#endif  // LIGHTLDA_VOCABULARY_H_
