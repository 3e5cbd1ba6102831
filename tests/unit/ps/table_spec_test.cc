// Declarations: what makes sense, and that no difference between two processes goes unseen.
#include "ps/table_spec.h"

#include <catch2/catch.hpp>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

namespace lightlda {
namespace {

TableSpec Rows() {
  TableSpec spec;
  spec.name = "rows";
  spec.items = ItemKind::kRows;
  spec.num_items = 3;
  spec.num_topics = 5;
  spec.pulled = Distribution::kSplit;
  spec.owner = Owner::kLeastLoaded;
  spec.slice_begins = {0, 1, 3};
  spec.max_entries = {5, 2, 1};
  return spec;
}

TableSpec Numbers() {
  TableSpec spec;
  spec.name = "numbers";
  spec.num_items = 4;
  return spec;
}

using Change = std::function<void(TableSpec*)>;

bool IsValid(TableSpec spec, const Change& change) {
  change(&spec);
  return spec.Validate().ok();
}

TEST_CASE("a declaration that makes no sense is a usage error that names the table", "[ps]") {
  CHECK(Rows().Validate().message() == "");
  CHECK(Numbers().Validate().message() == "");
  CHECK(IsValid(Numbers(), [](TableSpec* s) { s->update = Update::kAddSigned; }));
  CHECK(IsValid(Rows(), [](TableSpec* s) { s->max_entries = {}; }));
  const std::vector<Change> of_rows = {
      [](TableSpec* s) {
        s->slice_begins = {0, 2};
      },
      [](TableSpec* s) {
        s->slice_begins = {1, 3};
      },
      [](TableSpec* s) {
        s->slice_begins = {0, 2, 1, 3};
      },
      [](TableSpec* s) { s->slice_begins = {}; },
      [](TableSpec* s) { s->num_topics = 0; },
      [](TableSpec* s) { s->num_topics = (1 << 24) + 1; },
      [](TableSpec* s) {
        s->max_entries = {5, 2};
      },
      [](TableSpec* s) { s->update = Update::kAddSigned; },
      [](TableSpec* s) { s->pulled = Distribution::kBroadcast; },  // but has slices
      [](TableSpec* s) { s->pulled = Distribution::kPartialSum; },
      [](TableSpec* s) { s->pushed = Distribution::kSplit; },
      [](TableSpec* s) { s->registers = 0; }};
  for (const Change& change : of_rows) CHECK_FALSE(IsValid(Rows(), change));
  const std::vector<Change> of_numbers = {[](TableSpec* s) { s->owner = Owner::kLeastLoaded; },
                                          [](TableSpec* s) {
                                            s->max_entries = {1, 1, 1, 1};
                                          },
                                          [](TableSpec* s) {
                                            s->slice_begins = {0, 4};
                                          }};
  for (const Change& change : of_numbers) CHECK_FALSE(IsValid(Numbers(), change));
  TableSpec nameless = Numbers();
  nameless.registers = 0;
  CHECK(nameless.Validate().code() == StatusCode::kUsage);
  CHECK(nameless.Validate().message() == "table numbers: expected at least one register");
}

TEST_CASE("slices and limits of rows follow from the declaration", "[ps]") {
  CHECK(Rows().num_slices() == 2);
  CHECK(Rows().slice_begin(1) == 1);
  CHECK(Rows().slice_begin(2) == 3);
  CHECK(Rows().MaxEntries(1) == 2);
  CHECK(Numbers().num_slices() == 1);
  CHECK(Numbers().slice_begin(0) == 0);
  CHECK(Numbers().slice_begin(1) == 4);
  TableSpec full = Rows();
  full.max_entries = {};
  CHECK(full.MaxEntries(1) == 5);
}

TEST_CASE("declarations that differ anywhere have different fingerprints", "[ps]") {
  const std::vector<Change> changes = {[](TableSpec*) {},
                                       [](TableSpec* s) { s->name = "other"; },
                                       [](TableSpec* s) { s->num_items = 4; },
                                       [](TableSpec* s) { s->num_topics = 6; },
                                       [](TableSpec* s) { s->items = ItemKind::kNumbers; },
                                       [](TableSpec* s) { s->pulled = Distribution::kBroadcast; },
                                       [](TableSpec* s) { s->update = Update::kAddSigned; },
                                       [](TableSpec* s) { s->owner = Owner::kEqualRanges; },
                                       [](TableSpec* s) {
                                         s->slice_begins = {0, 2, 3};
                                       },
                                       [](TableSpec* s) { s->max_entries[1] = 3; },
                                       [](TableSpec* s) { s->registers = 2; }};
  std::set<std::string> prints;
  for (const Change& change : changes) {
    TableSpec spec = Rows();
    change(&spec);
    prints.insert(spec.Fingerprint());
  }
  CHECK(prints.size() == changes.size());
}

TEST_CASE("slices are contiguous, cover all items and weigh about the same", "[ps]") {
  std::vector<Count> weights(10000);
  for (std::size_t w = 0; w < weights.size(); ++w) {
    weights[w] = static_cast<Count>(1e6 / static_cast<double>(1 + w));
  }
  const std::vector<std::uint32_t> begins = CutSlices(weights, 16);
  REQUIRE(begins.front() == 0);
  REQUIRE(begins.back() == 10000);
  CHECK(begins.size() <= 17);
  CHECK(begins.size() > 8);
  const Count total = std::accumulate(weights.begin(), weights.end(), Count{0});
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    REQUIRE(begins[i] < begins[i + 1]);
    const Count sum =
        std::accumulate(weights.begin() + begins[i], weights.begin() + begins[i + 1], Count{0});
    // One item more than its share at most, and an item may be larger than a share.
    CHECK(sum <= total / 16 + weights[begins[i]]);
  }
  CHECK(CutSlices(std::vector<Count>{5, 5}, 8) == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(CutSlices(std::vector<Count>{0, 0, 0}, 2).back() == 3);
}

}  // namespace
}  // namespace lightlda
