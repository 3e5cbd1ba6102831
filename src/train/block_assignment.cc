// Longest processing time first: no worker gets more than a block above its share.
#include "train/block_assignment.h"

#include <algorithm>
#include <numeric>

#include "base/file.h"

namespace lightlda {

std::string AllBlocks(std::span<const BlockInfo> blocks) { return std::string(blocks.size(), '1'); }

std::string ReadableBlocks(const Corpus& corpus, int num_processes) {
  if (num_processes == 1) return AllBlocks(corpus.blocks());
  std::string readable;
  for (const BlockInfo& block : corpus.blocks()) {
    readable += PathExists(JoinPath(corpus.directory(), block.file)) ? '1' : '0';
  }
  return readable;
}

Result<std::vector<std::vector<std::size_t>>> AssignBlocks(std::span<const BlockInfo> blocks,
                                                           std::span<const std::string> holders) {
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return blocks[a].num_tokens > blocks[b].num_tokens;
  });
  constexpr std::size_t kNobody = ~std::size_t{0};
  std::vector<std::vector<std::size_t>> assigned(holders.size());
  std::vector<std::uint64_t> tokens(holders.size(), 0);
  for (const std::size_t block : order) {
    std::size_t best = kNobody;
    for (std::size_t worker = 0; worker < holders.size(); ++worker) {
      if (holders[worker].size() != blocks.size() || holders[worker][block] != '1') continue;
      if (best == kNobody || tokens[worker] < tokens[best]) best = worker;
    }
    if (best == kNobody) {
      return Status::BadInput(blocks[block].file + ": no process can read this block");
    }
    assigned[best].push_back(block);
    tokens[best] += blocks[block].num_tokens;
  }
  for (auto& of_worker : assigned) std::sort(of_worker.begin(), of_worker.end());
  return assigned;
}

std::uint64_t LargestShare(std::span<const BlockInfo> blocks, std::uint32_t num_workers) {
  const std::vector<std::string> holders(num_workers, AllBlocks(blocks));
  const auto assigned = AssignBlocks(blocks, holders);
  std::uint64_t largest = 0;
  for (const auto& of_worker : assigned.value()) {
    std::uint64_t tokens = 0;
    for (const std::size_t block : of_worker) tokens += blocks[block].num_tokens;
    largest = std::max(largest, tokens);
  }
  return largest;
}

}  // namespace lightlda
