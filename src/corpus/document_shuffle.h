// A seeded shuffle of the documents, as a function instead of a table.
//
// A Feistel network over the smallest even number of bits that holds the number of documents, with
// Philox as its round function; results outside the range are fed back until they fall inside
// ("cycle walking"). So it is a permutation for any number of documents, in O(1) memory and less
// than four steps a document on average.
#ifndef LIGHTLDA_CORPUS_DOCUMENT_SHUFFLE_H_
#define LIGHTLDA_CORPUS_DOCUMENT_SHUFFLE_H_

#include <cstdint>

#include "lightlda/types.h"

namespace lightlda {

// Immutable; any number of threads may use it.
class DocumentShuffle {
 public:
  // REQUIRES: 1 <= num_documents < 2^62.
  DocumentShuffle(DocId num_documents, std::uint64_t seed);

  // The place of `document` in the shuffled order. A permutation of [0, num_documents).
  // REQUIRES: document < num_documents.
  DocId Place(DocId document) const;

  // Growth level of `document`: the number of times 2 divides its place, max_level() for place 0.
  // So exactly ceil(num_documents / 2^s) documents have level s or deeper, for every s <=
  // max_level().
  int Level(DocId document) const;

  // floor(log2(num_documents)).
  int max_level() const { return max_level_; }

 private:
  std::uint64_t Permute(std::uint64_t value) const;

  DocId num_documents_;
  std::uint64_t seed_;
  int half_bits_;  // the network permutes [0, 2^(2 * half_bits_))
  int max_level_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_DOCUMENT_SHUFFLE_H_
