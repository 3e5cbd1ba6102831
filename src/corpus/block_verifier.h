// Checks that the arrays of a block are what Block promises.
#ifndef LIGHTLDA_CORPUS_BLOCK_VERIFIER_H_
#define LIGHTLDA_CORPUS_BLOCK_VERIFIER_H_

#include "corpus/block_file.h"
#include "lightlda/corpus.h"
#include "lightlda/status.h"

namespace lightlda {

// Checksums find accidents; this makes sure that a file which passes them, whoever made it, cannot
// lead training out of its arrays. One linear pass an array. Errors: kBadInput, without the path.
Status VerifyBlock(const Block& block, const BlockFacts& facts);

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_BLOCK_VERIFIER_H_
