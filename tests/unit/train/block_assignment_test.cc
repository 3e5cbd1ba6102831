#include "train/block_assignment.h"

#include <catch2/catch.hpp>

namespace lightlda {
namespace {

std::vector<BlockInfo> Blocks(std::vector<std::uint32_t> tokens) {
  std::vector<BlockInfo> blocks;
  for (const std::uint32_t size : tokens) {
    blocks.push_back({"block-" + std::to_string(blocks.size()), "", 1, size});
  }
  return blocks;
}

using Assigned = std::vector<std::vector<std::size_t>>;

TEST_CASE("blocks are spread by tokens", "[train][blocks]") {
  const auto blocks = Blocks({10, 40, 30, 20});
  CHECK(AssignBlocks(blocks, std::vector<std::string>(2, AllBlocks(blocks))).value() ==
        Assigned{{0, 1}, {2, 3}});
  CHECK(AssignBlocks(blocks, std::vector<std::string>(1, AllBlocks(blocks))).value() ==
        Assigned{{0, 1, 2, 3}});
  CHECK(LargestShare(blocks, 1) == 100);
  CHECK(LargestShare(blocks, 2) == 50);
  CHECK(LargestShare(blocks, 9) == 40);
}

TEST_CASE("more workers than blocks leave some without", "[train][blocks]") {
  const auto blocks = Blocks({5, 5});
  CHECK(AssignBlocks(blocks, std::vector<std::string>(3, AllBlocks(blocks))).value() ==
        Assigned{{0}, {1}, {}});
}

TEST_CASE("a block goes to a worker that has it", "[train][blocks]") {
  const auto blocks = Blocks({10, 10, 10, 10});
  CHECK(AssignBlocks(blocks, std::vector<std::string>{"1100", "0011"}).value() ==
        Assigned{{0, 1}, {2, 3}});
  CHECK(AssignBlocks(blocks, std::vector<std::string>{"1111", "0001"}).value() ==
        Assigned{{0, 1, 2}, {3}});
  const auto nobody = AssignBlocks(blocks, std::vector<std::string>{"1011", "0011"});
  CHECK(nobody.status().code() == StatusCode::kBadInput);
  CHECK(nobody.status().message() == "block-1: no process can read this block");
}

}  // namespace
}  // namespace lightlda
