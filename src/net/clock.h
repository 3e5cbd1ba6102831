// Time as the parameter server sees it: monotonic, and injected, so that tests run on virtual time.
#ifndef LIGHTLDA_NET_CLOCK_H_
#define LIGHTLDA_NET_CLOCK_H_

#include <chrono>

namespace lightlda {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::nanoseconds;  // since a start that means nothing
inline constexpr TimePoint kNever = TimePoint::max();

// Where "now" comes from. Now() is thread-safe and never goes back.
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  virtual TimePoint Now() const = 0;
};

// The machine's monotonic clock.
class SteadyTime : public TimeSource {
 public:
  TimePoint Now() const override { return std::chrono::steady_clock::now().time_since_epoch(); }
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_CLOCK_H_
