// The documents of a corpus in the words of a model that was not trained on them.
#ifndef LIGHTLDA_EVAL_HELD_OUT_DOCUMENTS_H_
#define LIGHTLDA_EVAL_HELD_OUT_DOCUMENTS_H_

#include <functional>
#include <span>
#include <vector>

#include "infer/document_reader.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"
#include "lightlda/vocabulary.h"

namespace lightlda {

inline constexpr WordId kUnmatchedWord = 0xFFFFFFFFu;

// The ids that the words of the corpus have in the model, [corpus.num_words()], or kUnmatchedWord:
// words are matched by their names. Of several with one name each is the one with its own id, if
// the model has it there. Errors: kBadInput if no word that the corpus has a token of is in the
// model.
Result<std::vector<WordId>> MatchWords(const Corpus& corpus, const Vocabulary& model);

// Visits all documents in input order, in batches of about kBatchTokens tokens, without names. ids:
// of MatchWords. Memory: a block of the corpus. Errors: kBadInput; the visit's; kCancelled when the
// stop was requested.
inline constexpr std::size_t kBatchTokens = std::size_t{1} << 16;
Status ReadCorpusDocuments(const Corpus& corpus, std::span<const WordId> ids, const StopToken& stop,
                           const std::function<Status(const DocumentBatch&)>& visit);

}  // namespace lightlda

#endif  // LIGHTLDA_EVAL_HELD_OUT_DOCUMENTS_H_
