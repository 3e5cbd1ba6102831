// Which worker trains which blocks of the corpus.
#ifndef LIGHTLDA_TRAIN_BLOCK_ASSIGNMENT_H_
#define LIGHTLDA_TRAIN_BLOCK_ASSIGNMENT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/status.h"

namespace lightlda {

// For each worker the blocks that are its, ascending: the largest first, each to the worker with
// the fewest tokens so far among those that have it. holders: [num_workers], one character per
// block, '1' where the worker can read it. A function of its arguments alone. Errors: kBadInput for
// a block that nobody has.
Result<std::vector<std::vector<std::size_t>>> AssignBlocks(std::span<const BlockInfo> blocks,
                                                           std::span<const std::string> holders);

// The holder's line of a process: which blocks it can read. A process alone is to have them all, so
// that the error of one that is missing comes from opening it.
std::string ReadableBlocks(const Corpus& corpus, int num_processes);

// As many characters '1' as there are blocks.
std::string AllBlocks(std::span<const BlockInfo> blocks);

// Tokens of the blocks of the worker that has most.
std::uint64_t LargestShare(std::span<const BlockInfo> blocks, std::uint32_t num_workers);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_BLOCK_ASSIGNMENT_H_
