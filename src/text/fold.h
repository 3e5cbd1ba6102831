// Folding: the normalisation that makes spellings of a word one word.
#ifndef LIGHTLDA_TEXT_FOLD_H_
#define LIGHTLDA_TEXT_FOLD_H_

#include <string>
#include <string_view>

#include "lightlda/status.h"

namespace lightlda {

// `text` in Unicode's NFKC_Casefold form, what Tokenizer does to each word: case folded,
// compatibility characters replaced (full width, ligatures), composed, soft hyphens and other
// invisible characters removed. Use it on words that are compared with tokens. Thread-safe.
// REQUIRES: text is valid UTF-8. Errors: kFailure if ICU's data cannot be loaded.
Result<std::string> FoldText(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_FOLD_H_
