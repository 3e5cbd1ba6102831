// What the processes of a team agree on, and when.
#include "train/team_vote.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "collective/solo_group.h"
#include "test_util.h"
#include "thread_group.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::RunProcesses;

TeamVote::Decision Vote(TeamVote* vote, bool checkpoint = false) {
  vote->BeginIteration();
  vote->Start(/*seconds=*/1, checkpoint);
  return Must(vote->Decide(/*active_tokens=*/100));
}

TEST_CASE("a process alone stops after the iteration in which it is asked to", "[train]") {
  SoloGroup group;
  const TrainTeam team = TeamOfOne(&group);
  const StopToken stop;
  TeamVote vote(&team, stop);
  CHECK_FALSE(Vote(&vote).stop);
  CHECK(Vote(&vote, /*checkpoint=*/true).checkpoint);
  CHECK_FALSE(Vote(&vote).checkpoint);
  CHECK_FALSE(vote.stop_is_certain());
  vote.BeginIteration();
  vote.Start(/*seconds=*/1, /*checkpoint=*/false);
  stop.RequestStop();  // after the vote
  CHECK(vote.stop_is_certain());
  CHECK(Must(vote.Decide(100)).stop);
  CHECK_FALSE(vote.exchanged_bytes_per_token());
  CHECK_FALSE(vote.waiting_share());
}

TEST_CASE("a process may want the stop itself, and the token is left alone", "[train]") {
  SoloGroup group;
  const TrainTeam team = TeamOfOne(&group);
  const StopToken stop;
  TeamVote vote(&team, stop);
  vote.RequestStop();
  CHECK(vote.stop_is_certain());
  CHECK(Vote(&vote).stop);
  CHECK_FALSE(stop.stop_requested());
}

TEST_CASE("all stop and save when one is asked to, as late as processes may be apart", "[train]") {
  for (const std::uint32_t staleness : {0u, 2u}) {
    CAPTURE(staleness);
    // [3 processes][5 iterations]
    std::vector<std::vector<int>> stops(3), checkpoints(3);
    std::vector<int> certain(3, 1);
    RunProcesses(3, [&](ProcessGroup* group) {
      const auto rank = static_cast<std::size_t>(group->rank());
      TrainTeam team = TeamOfOne(group);
      team.staleness = staleness;
      const StopToken stop;
      TeamVote vote(&team, stop);
      for (int iteration = 0; iteration < 5; ++iteration) {
        if (rank == 1 && iteration == 1) stop.RequestStop();
        const TeamVote::Decision decision = Vote(&vote, rank == 0 && iteration == 2);
        stops[rank].push_back(decision.stop ? 1 : 0);
        checkpoints[rank].push_back(decision.checkpoint ? 1 : 0);
      }
      certain[rank] = vote.stop_is_certain() ? 1 : 0;
      Must(vote.FinishAll());
      Must(vote.FinishAll());  // nothing is left
    });
    const bool exact = staleness == 0;
    for (std::size_t rank = 0; rank < 3; ++rank) {
      CAPTURE(rank);
      CHECK(stops[rank] ==
            (exact ? std::vector<int>{0, 1, 1, 1, 1} : std::vector<int>{0, 0, 0, 1, 1}));
      CHECK(checkpoints[rank] ==
            (exact ? std::vector<int>{0, 0, 1, 0, 0} : std::vector<int>{0, 0, 0, 0, 1}));
      CHECK(certain[rank] == 0);
    }
  }
}

TEST_CASE("what an iteration cost is summed over the processes", "[train]") {
  std::vector<double> bytes(2), shares(2);
  RunProcesses(2, [&](ProcessGroup* group) {
    const auto rank = static_cast<std::size_t>(group->rank());
    Traffic traffic = {1000, 10};
    TrainTeam team = TeamOfOne(group);
    team.traffic = [&traffic] { return traffic; };
    TeamVote vote(&team, StopToken());
    vote.BeginIteration();
    traffic.bytes += rank == 0 ? 300 : 100;
    traffic.waited_seconds += rank == 0 ? 0.5 : 0.25;
    vote.Start(rank == 0 ? 1 : 2, /*checkpoint=*/false);
    Must(vote.Decide(/*active_tokens=*/200));
    bytes[rank] = vote.exchanged_bytes_per_token().value_or(-1);
    shares[rank] = vote.waiting_share().value_or(-1);
  });
  CHECK(bytes == std::vector<double>(2, 2.0));
  CHECK(shares == std::vector<double>(2, 0.25));
}

}  // namespace
}  // namespace lightlda
