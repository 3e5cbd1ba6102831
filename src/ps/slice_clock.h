// Which pushes and pulls of one slice have happened: the rules of bounded staleness.
//
// Steps are counted 1, 2, ... (Job::Ordinal). A worker takes part in every step of every slice:
//   staleness 0   push step n, pull step n, push step n+1, ... An answer to a pull of step n holds
//                 everybody's pushes up to n and nobody's beyond.
//   staleness s   pull step n, push step n, pull step n+1, ... An answer to a pull of step n holds
//                 everybody's pushes up to n-s, the worker's own up to n-1, and what else has come.
// An inspection stands outside this order: it reads the slice between clocks, when all workers have
// agreed that nobody pushes, and leaves no trace.
#ifndef LIGHTLDA_PS_SLICE_CLOCK_H_
#define LIGHTLDA_PS_SLICE_CLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lightlda/status.h"
#include "net/clock.h"
#include "ps/job.h"

namespace lightlda {

// Not thread-safe.
class SliceClock {
 public:
  struct Pull {
    std::uint32_t worker;
    std::uint64_t ordinal;
    std::uint64_t required;  // everybody's pushes up to this one
    bool inspection;         // and none beyond: ordinal is the last step of a clock, maybe 0
    TimePoint since;         // awake time
  };

  // `job` must outlive it.
  explicit SliceClock(const Job* job)
      : job_(job), pushed_(job->num_workers, 0), answered_(job->num_workers, 0) {}

  // Whether a message of a push may be applied now. Errors: kFailure.
  Status CheckPush(std::uint32_t worker, std::uint64_t ordinal) const;
  // The last message of the push has been applied. REQUIRES: CheckPush is OK.
  void FinishPush(std::uint32_t worker);

  // Takes in a pull that wants everybody's pushes up to the end of min_clock, beyond what the
  // staleness asks for. Errors: kFailure.
  Status AddPull(std::uint32_t worker, std::uint64_t ordinal, std::uint32_t min_clock,
                 TimePoint now);
  // Takes in a wish to read the slice as of the end of `clock`. Errors: kFailure if somebody has
  // gone on, or the worker itself is not there yet.
  Status AddInspection(std::uint32_t worker, std::uint32_t clock, TimePoint now);
  // A pull or inspection that may be answered now, null if there is none; valid until the next
  // change.
  const Pull* FirstReady() const;
  // It has been answered. REQUIRES: FirstReady() is not null.
  void FinishFirstReady();
  // Those that wait.
  const std::vector<Pull>& waiting() const { return waiting_; }

  // Everybody's pushes up to this one have been applied.
  std::uint64_t applied() const { return applied_; }
  std::uint64_t pushed(std::uint32_t worker) const { return pushed_[worker]; }

 private:
  bool IsWaiting(std::uint32_t worker) const;

  const Job* job_;
  std::vector<std::uint64_t> pushed_;    // [num_workers], complete pushes
  std::vector<std::uint64_t> answered_;  // [num_workers], the last pull answered
  std::uint64_t applied_ = 0;            // least of pushed_
  std::vector<Pull> waiting_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_SLICE_CLOCK_H_
