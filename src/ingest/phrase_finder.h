// Which words that follow each other are phrases.
//
// Counts, score and threshold are those of gensim's Phrases with scoring='npmi': the pairs of
// neighbouring words of all documents are counted, overlapping ones too; the score of a pair in at
// least min_count places is its normalised pointwise mutual information (Bouma, Normalized
// (Pointwise) Mutual Information in Collocation Extraction, GSCL 2009), with probabilities that are
// counts divided by the number of all words; it is a phrase if that is above the threshold.
#ifndef LIGHTLDA_INGEST_PHRASE_FINDER_H_
#define LIGHTLDA_INGEST_PHRASE_FINDER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ingest/word_pair.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

struct PhraseRules {
  Count min_count = 5;     // at least 1
  double threshold = 0.5;  // in [-1, 1)
  // Bits of the index of the sketch: a first pass counts pairs in a small table that many pairs
  // share, and a second counts those alone that may be phrases by what the table says.
  int sketch_bits = 22;
  // Pairs that are counted at a time. If there are more, the documents are read several times, each
  // time for a part of the pairs; the outcome is the same.
  std::size_t max_pairs = std::size_t{1} << 23;
};

// ln(p(ab) / (p(a) p(b))) / -ln p(ab), in [-1, 1].
double Npmi(Count pair, Count first, Count second, Count total);

// Calls its argument with the words of document after document.
using VisitDocuments =
    std::function<Status(const std::function<void(std::span<const std::uint32_t>)>&)>;

// The phrases, ascending. tokens: by word, as the documents have them. Errors: visit's.
Result<std::vector<WordPair>> FindPhrases(const VisitDocuments& visit,
                                          std::span<const Count> tokens, const PhraseRules& rules);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_PHRASE_FINDER_H_
