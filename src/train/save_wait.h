// Waiting between the attempts at a save that cannot be written, as on a full disk.
#ifndef LIGHTLDA_TRAIN_SAVE_WAIT_H_
#define LIGHTLDA_TRAIN_SAVE_WAIT_H_

#include <chrono>

#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// All processes of a team wait together; heartbeats go on meanwhile. Not thread-safe.
class SaveWait {
 public:
  using Clock = std::chrono::steady_clock;

  // Begins. `group` must outlive it. end: when the group's rank 0 has waited enough. A stop that
  // any process is asked for from now on ends the waiting, too.
  SaveWait(ProcessGroup* group, StopToken stop, Clock::time_point end);

  // Waits: longer every time, up to half a minute. Whether to try again; else the waiting has
  // ended. Collective, the same everywhere. Errors: the group's.
  Result<bool> Next();

  // Whether to say again that the run waits: once a minute.
  bool IsTimeToSay();
  double seconds() const;  // so far

 private:
  ProcessGroup& group_;
  StopToken stop_;
  Clock::time_point begin_;
  Clock::time_point end_;
  Clock::time_point said_;
  Clock::duration nap_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SAVE_WAIT_H_
