// Checks of a declaration.
#include "ps/table_spec.h"

#include <algorithm>
#include <numeric>

#include "base/checksum.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kMaxTopics = std::uint32_t{1} << 24;  // of a packed row

std::string Hash(const std::vector<std::uint32_t>& numbers) {
  return ToHex(Checksum(std::as_bytes(std::span(numbers))));
}

}  // namespace

Status TableSpec::Validate() const {
  const auto refuse = [this](const std::string& what) {
    return Status::Usage("table " + name + ": " + what);
  };
  const bool has_rows = items == ItemKind::kRows;
  if (has_rows && (num_topics < 1 || num_topics > kMaxTopics)) {
    return refuse("expected rows of 1 to 2^24 topics, found " + std::to_string(num_topics));
  }
  if (pushed != Distribution::kPartialSum || pulled == Distribution::kPartialSum) {
    return refuse("expected to be pushed as partial sums and pulled split or broadcast");
  }
  const bool is_split = pulled == Distribution::kSplit;
  if (is_split ? slice_begins.size() < 2 || slice_begins.front() != 0 ||
                     slice_begins.back() != num_items || !std::ranges::is_sorted(slice_begins)
               : !slice_begins.empty()) {
    return refuse("expected slices from item 0 to item " + std::to_string(num_items) +
                  " in order, and none if it is not split");
  }
  if (!has_rows && (owner != Owner::kEqualRanges || !max_entries.empty())) {
    return refuse("expected numbers to be owned in equal ranges");
  }
  if (has_rows && update != Update::kAddCounts) return refuse("expected rows to hold counts");
  if (!max_entries.empty() && max_entries.size() != num_items) {
    return refuse("expected a limit for each of " + std::to_string(num_items) + " rows, found " +
                  std::to_string(max_entries.size()));
  }
  if (registers < 1) return refuse("expected at least one register");
  return {};
}

std::string TableSpec::Fingerprint() const {
  return name + "(items=" + std::to_string(static_cast<int>(items)) + "x" +
         std::to_string(num_items) + " topics=" + std::to_string(num_topics) +
         " pulled=" + std::to_string(static_cast<int>(pulled)) +
         " update=" + std::to_string(static_cast<int>(update)) +
         " owner=" + std::to_string(static_cast<int>(owner)) +
         " slices=" + std::to_string(num_slices()) + "/" + Hash(slice_begins) +
         " entries=" + Hash(max_entries) + " registers=" + std::to_string(registers) + ")";
}

std::vector<std::uint32_t> CutSlices(std::span<const Count> weights, std::uint32_t num_slices) {
  const Count total = std::accumulate(weights.begin(), weights.end(), Count{0});
  std::vector<std::uint32_t> begins = {0};
  Count sum = 0;
  for (std::size_t item = 0; item < weights.size(); ++item) {
    sum += weights[item];
    // In doubles: the product may pass 2^63, and a boundary need not be exact.
    const double target = static_cast<double>(total) * static_cast<double>(begins.size());
    const bool full = static_cast<double>(sum) * num_slices >= target;
    if (full && begins.size() < num_slices && item + 1 < weights.size()) {
      begins.push_back(static_cast<std::uint32_t>(item + 1));
    }
  }
  if (!weights.empty()) begins.push_back(static_cast<std::uint32_t>(weights.size()));
  return begins;
}

}  // namespace lightlda
