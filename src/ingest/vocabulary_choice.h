// Which raw words become words of the corpus, and under which ids.
#ifndef LIGHTLDA_INGEST_VOCABULARY_CHOICE_H_
#define LIGHTLDA_INGEST_VOCABULARY_CHOICE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "ingest/parsed_chunk.h"
#include "ingest/preprocess_settings.h"
#include "ingest/raw_words.h"
#include "ingest/top_words.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "text/stopwords.h"

namespace lightlda {

inline constexpr WordId kDroppedWord = std::numeric_limits<WordId>::max();

struct VocabularyChoice {
  std::vector<WordId> ids;         // by raw id; kDroppedWord: dropped
  std::vector<std::string> words;  // by id
  Count num_tokens = 0;            // left
  ReasonCounts dropped_words;
  ReasonCounts dropped_tokens;
  std::map<std::string, TopWords, std::less<>> dropped_examples;  // by reason
};

// Text: words in at least min_df and at most max_df documents, the max_vocab most frequent of them,
// by frequency descending, then bytes ascending. With a given vocabulary `given` its words in its
// order, those outside it dropped. Errors: kBadInput if no word is left, or none can be by the
// bounds, saying why and what to change.
Result<VocabularyChoice> ChooseTextVocabulary(const PreprocessSettings& settings,
                                              const RawWords& raw, Count num_documents,
                                              const std::vector<std::string>& given);

// Bags of words: every id up to the last, named by `given` or by its number as in the input. Unless
// the user asked for a filter, ids stay as they are; else the kept ones are numbered in their
// order. stopwords: of the words in `given`. REQUIRES: given is empty or holds a name for every raw
// id. Errors: as ChooseTextVocabulary; kBadInput for ids that are nearly all unused.
Result<VocabularyChoice> ChooseBagVocabulary(const PreprocessSettings& settings,
                                             const RawWords& raw, Count num_documents,
                                             const std::vector<std::string>& given,
                                             const StopwordSet& stopwords);

// Bags of words that are added to a corpus whose words are `given`: the words of these names, in
// its order; all others go. named: the names of the ids, or if it is empty they are numbers from
// first_number. Errors: kBadInput if no token is left.
Result<VocabularyChoice> FindBagVocabulary(const RawWords& raw,
                                           const std::vector<std::string>& named,
                                           std::uint32_t first_number,
                                           const std::vector<std::string>& given);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_VOCABULARY_CHOICE_H_
