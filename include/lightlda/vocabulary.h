// The vocabulary of a corpus: words by id, with their frequencies.
#ifndef LIGHTLDA_VOCABULARY_H_
#define LIGHTLDA_VOCABULARY_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// Immutable after construction, hence safe to read from any number of threads.
class Vocabulary {
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

  std::span<const std::string> words() const { return words_; }
  std::span<const Count> frequencies() const { return frequencies_; }
  std::span<const Count> document_frequencies() const { return document_frequencies_; }

 private:
  std::vector<std::string> words_;
  std::vector<Count> frequencies_;
  std::vector<Count> document_frequencies_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_VOCABULARY_H_
