// A vote is a sum that is started after an iteration and waited for later.
#include "train/team_vote.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

// The numbers of a vote, summed over the processes.
enum Vote : std::size_t {
  kStop,
  kCheckpoint,
  kBytes,
  kWaitedMicroseconds,
  kMicroseconds,
  kNumVotes
};

double Ratio(Count a, Count b) {
  return static_cast<double>(a) / static_cast<double>(std::max<Count>(1, b));
}
Count Microseconds(double seconds) { return static_cast<Count>(seconds * 1e6); }

}  // namespace

TeamVote::TeamVote(const TrainTeam* team, StopToken stop) : team_(*team), stop_(std::move(stop)) {}

void TeamVote::BeginIteration() { before_ = TrafficNow(); }

void TeamVote::Start(double seconds, bool checkpoint) {
  const Traffic now = TrafficNow();
  std::vector<Count> vote(kNumVotes, 0);
  vote[kStop] = stop_requested() ? 1 : 0;
  vote[kCheckpoint] = checkpoint ? 1 : 0;
  vote[kBytes] = static_cast<Count>(now.bytes - before_.bytes);
  vote[kWaitedMicroseconds] = Microseconds(now.waited_seconds - before_.waited_seconds);
  vote[kMicroseconds] = Microseconds(seconds);
  team_.group->StartSum(std::move(vote));
  ++undecided_;
}

Result<TeamVote::Decision> TeamVote::Decide(Count active_tokens) {
  Decision decision;
  if (undecided_ > team_.staleness) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> votes, team_.group->FinishSum());
    --undecided_;
    decision = {votes[kStop] > 0, votes[kCheckpoint] > 0};
    if (team_.traffic) {
      exchanged_bytes_per_token_ = Ratio(votes[kBytes], active_tokens);
      waiting_share_ = Ratio(votes[kWaitedMicroseconds], votes[kMicroseconds]);
    }
  }
  decision.stop = decision.stop || stop_is_certain();
  return decision;
}

Status TeamVote::FinishAll() {
  for (; undecided_ > 0; --undecided_) {
    LIGHTLDA_RETURN_IF_ERROR(team_.group->FinishSum().status());
  }
  return {};
}

}  // namespace lightlda
