// What the processes of a team agree on after every iteration: to stop, to save, and what the
// iteration cost.
#ifndef LIGHTLDA_TRAIN_TEAM_VOTE_H_
#define LIGHTLDA_TRAIN_TEAM_VOTE_H_

#include <cstdint>
#include <optional>

#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"
#include "train/team.h"

namespace lightlda {

// For every iteration, in all processes: BeginIteration, sample, Start, Decide. A vote is decided
// when everybody must have started it, so that no process waits for one that may lag behind.
class TeamVote {
 public:
  struct Decision {
    bool stop = false;
    bool checkpoint = false;
  };

  // `team` must outlive it. A stop that any process of it is asked for stops all.
  TeamVote(const TrainTeam* team, StopToken stop);

  void BeginIteration();
  // Tells the others what this process has seen of the iteration, which took so many seconds.
  // checkpoint: it asks for one.
  void Start(double seconds, bool checkpoint);
  // Wants all to stop, as the token's request does.
  void RequestStop() { stop_wanted_ = true; }
  bool stop_requested() const { return stop_wanted_ || stop_.stop_requested(); }

  // The decision on the latest vote that all have started; none while that may lag behind.
  // active_tokens: of all processes. Errors: the group's.
  Result<Decision> Decide(Count active_tokens);
  // Finishes what was started and not decided. Errors: the group's.
  Status FinishAll();

  // Whether the run certainly stops after this iteration: a process alone knows it at once.
  bool stop_is_certain() const { return team_.group->size() == 1 && stop_requested(); }

  // Of the last iteration that was decided on; absent where nothing is exchanged.
  std::optional<double> exchanged_bytes_per_token() const { return exchanged_bytes_per_token_; }
  std::optional<double> waiting_share() const { return waiting_share_; }

 private:
  Traffic TrafficNow() const { return team_.traffic ? team_.traffic() : Traffic(); }

  const TrainTeam& team_;
  StopToken stop_;
  bool stop_wanted_ = false;
  Traffic before_;               // the iteration
  std::uint32_t undecided_ = 0;  // votes that were started and not finished
  std::optional<double> exchanged_bytes_per_token_;
  std::optional<double> waiting_share_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TEAM_VOTE_H_
