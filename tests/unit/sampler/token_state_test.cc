#include "sampler/token_state.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

constexpr std::size_t kRecord = 6;
const StateShape kShape = {{100, 0, 37, 2000}, kRecord};

// Writes a value that names the record over each of its bytes, or checks that it is there.
void Visit(const StatePart& part, std::span<const RecordWindow> windows, bool check, int salt) {
  for (const RecordRange& range : part.ranges) {
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      std::byte* record = windows[range.block].data + (i - windows[range.block].first) * kRecord;
      const std::vector<std::byte> value(
          kRecord, static_cast<std::byte>(salt + static_cast<int>(range.block * 31 + i * 7)));
      if (!check) {
        std::memcpy(record, value.data(), kRecord);
      } else if (std::memcmp(record, value.data(), kRecord) != 0) {
        FAIL("block " << range.block << " record " << i);
      }
    }
  }
}

// All records by blocks, and the same by three ranges of records of every block.
const std::vector<StatePart> kByBlock = {
    {0, 1, {{0, 0, 100}}}, {1, 2, {{2, 0, 37}}}, {2, 3, {{3, 0, 2000}}}};
const std::vector<StatePart> kBySlice = {{0, 1, {{0, 0, 11}, {2, 0, 37}, {3, 0, 5}}},
                                         {1, 2, {{3, 5, 1000}}},
                                         {2, 3, {{0, 11, 1}}},
                                         {3, 5, {{0, 12, 88}, {3, 1005, 995}}}};

TEST_CASE("what one sweep leaves the next one finds, however cut", "[sampler]") {
  TempDir dir;
  for (const bool streamed : {false, true}) {
    INFO((streamed ? "streamed" : "resident"));
    const auto state =
        streamed ? Must(MakeStreamedState(kShape, dir.path(), 1000)) : MakeResidentState(kShape);
    using Access = TokenState::Access;
    int salt = 0;
    for (int round = 0; round < 3; ++round) {
      for (const auto& [before, after] :
           {std::pair(&kByBlock, &kBySlice), {&kBySlice, &kByBlock}}) {
        ++salt;
        std::size_t seen = 0;
        Must(state->Sweep(*before, Access::kUpdate, [&](const auto& part, auto windows) {
          CHECK(part.first_task == (*before)[seen++].first_task);
          Visit(part, windows, false, salt);
        }));
        CHECK(seen == before->size());
        Must(state->Sweep(*after, Access::kRead, [&](const auto& part, auto windows) {
          Visit(part, windows, true, salt);
        }));
      }
    }
  }
}

TEST_CASE("records are zero at first, and an empty sweep is none", "[sampler]") {
  TempDir dir;
  const auto state = Must(MakeStreamedState(kShape, dir.path(), 1000));
  CHECK(state->part_bytes() == 1000);
  CHECK(MakeResidentState(kShape)->part_bytes() == std::numeric_limits<std::size_t>::max());
  Must(state->Sweep({}, TokenState::Access::kUpdate, [](const auto&, auto) { FAIL("called"); }));
  Must(state->Sweep(kByBlock, TokenState::Access::kRead, [](const auto& part, auto windows) {
    const RecordRange& range = part.ranges[0];
    for (std::size_t i = 0; i < range.count * kRecord; ++i) {
      if (windows[range.block].data[i] != std::byte{0}) FAIL("byte " << i);
    }
  }));
}

}  // namespace
}  // namespace lightlda
