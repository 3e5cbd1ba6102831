// Short naps with a sum after each, so that nobody waits long for one that was asked to give up.
#include "train/save_wait.h"

#include <algorithm>
#include <span>
#include <thread>
#include <utility>

#include "lightlda/types.h"

namespace lightlda {
namespace {

constexpr std::chrono::milliseconds kNap{200};
constexpr std::chrono::seconds kFirstWait{1};
constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::seconds kSayInterval{60};

}  // namespace

SaveWait::SaveWait(ProcessGroup* group, StopToken stop, Clock::time_point end)
    : group_(*group),
      stop_(std::move(stop)),
      begin_(Clock::now()),
      end_(end),
      said_(begin_),
      nap_(kFirstWait) {
  stop_.ListenAgain();
}

Result<bool> SaveWait::Next() {
  const Clock::time_point next = Clock::now() + nap_;
  nap_ = std::min<Clock::duration>(2 * nap_, kLongestWait);
  for (;;) {
    std::this_thread::sleep_for(kNap);
    const Clock::time_point now = Clock::now();
    const bool leads = group_.rank() == 0;
    Count votes[] = {stop_.stop_requested_again() || (leads && now >= end_) ? 1 : 0,
                     leads && now >= next ? 1 : 0};
    LIGHTLDA_RETURN_IF_ERROR(group_.Sum(std::span<Count>(votes)));
    if (votes[0] > 0) return false;
    if (votes[1] > 0) return true;
  }
}

bool SaveWait::IsTimeToSay() {
  if (Clock::now() - said_ < kSayInterval) return false;
  said_ = Clock::now();
  return true;
}

double SaveWait::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

}  // namespace lightlda
