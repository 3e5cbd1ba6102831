// Growth levels: which documents a run starts on.
//
// A document's level is the number of trailing zeros of a keyed hash of its index in the input. So
// about one document in 2^s has level s or deeper, which ones looks random, and no document's level
// depends on how many others there are: a corpus can be appended to, and be written by many
// processes that each know their own documents alone.
#ifndef LIGHTLDA_CORPUS_DOCUMENT_LEVEL_H_
#define LIGHTLDA_CORPUS_DOCUMENT_LEVEL_H_

#include <cstdint>

#include "lightlda/types.h"

namespace lightlda {

// No level is deeper. One document in 2^40 is less than any corpus can start on.
inline constexpr int kMaxDocumentLevel = 40;

// Growth level of `document`, 0 to kMaxDocumentLevel. A pure function.
int DocumentLevel(DocId document, std::uint64_t seed);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_DOCUMENT_LEVEL_H_
