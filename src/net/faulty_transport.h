// A transport with faults: for tests of everything above it, on real networks and simulated ones.
#ifndef LIGHTLDA_NET_FAULTY_TRANSPORT_H_
#define LIGHTLDA_NET_FAULTY_TRANSPORT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "net/transport.h"

namespace lightlda {

// What goes wrong at one actor. Probabilities are for each message sent.
struct FaultPlan {
  struct Span {
    TimePoint begin;
    TimePoint end;
    bool Contains(TimePoint time) const { return begin <= time && time < end; }
  };
  struct Cut {
    Route peer;
    Span span;
  };

  std::uint64_t seed = 1;
  double drop = 0;
  double duplicate = 0;
  double delay = 0;    // by up to max_delay
  double reorder = 0;  // held until another one has overtaken it
  Duration max_delay = std::chrono::milliseconds(100);
  std::vector<Cut> cuts;        // nothing passes, either way
  std::vector<Span> stalls;     // as if the process were stopped: nothing is sent or received until
                                // the end, then everything
  TimePoint crash_at = kNever;  // as if the process were gone from then on
};

struct FaultCounts {
  std::uint64_t dropped = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t delayed = 0;
  std::uint64_t reordered = 0;
  std::uint64_t cut = 0;      // messages lost to cuts
  std::uint64_t stalled = 0;  // messages held by stalls
  std::uint64_t crashed = 0;  // messages lost to the crash
};

// The faults are a function of the plan and of what is sent when. Not thread-safe but for Wake.
class FaultyTransport : public Transport {
 public:
  // `time` must outlive it.
  FaultyTransport(std::unique_ptr<Transport> inner, FaultPlan plan, const TimeSource* time)
      : inner_(std::move(inner)), plan_(std::move(plan)), time_(time), random_(plan_.seed) {}

  bool Send(Route to, const HeaderBytes& header, const Payload& payload) override;
  Status Poll(Duration timeout, const Handler& handler) override;
  void Wake() override { inner_->Wake(); }
  TimePoint NextWake() const override;

  bool crashed() const { return time_->Now() >= plan_.crash_at; }
  // The end of the stall under way, or zero.
  TimePoint stalled_until() const;
  const FaultCounts& counts() const { return counts_; }

 private:
  struct Held {
    Route peer;
    HeaderBytes header;
    Payload payload;
  };

  bool Chance(double probability) {
    return probability > 0 && std::uniform_real_distribution<double>()(random_) < probability;
  }
  bool IsCut(Route peer) const;
  void Hold(TimePoint until, Route to, const HeaderBytes& header, const Payload& payload);
  void ReleaseDue();

  std::unique_ptr<Transport> inner_;
  FaultPlan plan_;
  const TimeSource* time_;
  std::mt19937_64 random_;
  std::multimap<TimePoint, Held> outgoing_;  // by when they go
  std::vector<Held> incoming_;               // came during a stall
  FaultCounts counts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_FAULTY_TRANSPORT_H_
