// When a run has to stop so that it is saved before its time is up.
#ifndef LIGHTLDA_TRAIN_TIME_LIMIT_H_
#define LIGHTLDA_TRAIN_TIME_LIMIT_H_

#include <chrono>

#include "lightlda/trainer.h"

namespace lightlda {

// Judges by the longest iteration and the longest save so far; before the first save one is taken
// to be as long as an iteration. Not thread-safe.
class TimeLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // hours: 0 for no limit.
  TimeLimit(double hours, Clock::time_point begin);

  void NoteIteration(double seconds);
  void NoteSave(double seconds);
  // Whether the rest is too short for an iteration, times `iterations`, and a save after it.
  bool IsShort(Clock::time_point now, double iterations) const;
  // Clock::time_point::max() without a limit.
  Clock::time_point end() const { return end_; }

 private:
  Clock::time_point end_ = Clock::time_point::max();
  double longest_iteration_ = 0;  // seconds
  double longest_save_ = 0;       // 0: none yet
};

// The configuration for a part of the call that began then: with what is left of max_hours.
TrainConfig WithTimeLeft(TrainConfig config, TimeLimit::Clock::time_point begin);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TIME_LIMIT_H_
