#include "sampler/token_batch.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

namespace lightlda {
namespace {

static_assert(TotalsDelta::kMaxPending <= std::numeric_limits<std::int32_t>::max());

TEST_CASE("changes of totals add up, those carried over too", "[sampler]") {
  for (const std::size_t max_pending : {std::size_t{4}, TotalsDelta::kMaxPending}) {
    TotalsDelta delta(3, max_pending);
    std::vector<Count> totals = {100, 200, 300};
    const std::vector<TopicId> joining = {2, 2, 1}, before = {0, 0, 1}, after = {2, 0, 0};
    MoveList moves;
    const auto padded = [](std::vector<TopicId> topics) {
      topics.resize(kLanes, 0);
      return topics;
    };
    for (int round = 0; round < 10; ++round) {
      delta.Add(joining.data(), joining.size());
      moves.Clear();
      moves.Append(BestKernels(), 3, padded(before).data(), padded(after).data());
      CHECK(moves.size() == 2);
      delta.Apply(moves);
    }
    INFO("max pending " << max_pending);
    delta.Flush(&totals);
    CHECK(totals == std::vector<Count>{100, 200, 330});
    delta.Flush(&totals);  // forgotten
    CHECK(totals == std::vector<Count>{100, 200, 330});
  }
}

}  // namespace
}  // namespace lightlda
