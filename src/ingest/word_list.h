// The file of --vocab: one word per line.
#ifndef LIGHTLDA_INGEST_WORD_LIST_H_
#define LIGHTLDA_INGEST_WORD_LIST_H_

#include <string>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

struct WordList {
  std::vector<std::string> words;  // line n is word n - 1
  std::vector<std::string> notes;  // for the user: lines that were given a name
};

// bags: blank lines keep their place, so that no id shifts: a line without any visible character is
// named after what it holds, "<U+00A0>", or "<blank line N>". For text they are an error. Errors:
// kBadInput "FILE:LINE: ..." for those, for a word that was there before, for invalid UTF-8, a
// NUL byte or a tab, which a table has; kBadInput for no words, more than kMaxWords, or no text.
Result<WordList> ReadWordList(const std::string& path, bool bags);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_WORD_LIST_H_
