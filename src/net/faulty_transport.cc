// Faults: each message sent draws its fate; held messages leave when their time has come.
#include "net/faulty_transport.h"

#include <algorithm>
#include <utility>

namespace lightlda {
namespace {

// What is to be overtaken waits so long at most.
constexpr Duration kReorderSpan = std::chrono::milliseconds(5);

}  // namespace

TimePoint FaultyTransport::stalled_until() const {
  const TimePoint now = time_->Now();
  for (const FaultPlan::Span& stall : plan_.stalls) {
    if (stall.Contains(now)) return stall.end;
  }
  return TimePoint::zero();
}

bool FaultyTransport::IsCut(Route peer) const {
  const TimePoint now = time_->Now();
  return std::any_of(plan_.cuts.begin(), plan_.cuts.end(), [&](const FaultPlan::Cut& cut) {
    return cut.peer == peer && cut.span.Contains(now);
  });
}

void FaultyTransport::Hold(TimePoint until, Route to, const HeaderBytes& header,
                           const Payload& payload) {
  outgoing_.emplace(until, Held{to, header, payload});
}

bool FaultyTransport::Send(Route to, const HeaderBytes& header, const Payload& payload) {
  if (crashed()) {
    ++counts_.crashed;
    return true;
  }
  if (const TimePoint until = stalled_until(); until > TimePoint::zero()) {
    ++counts_.stalled;
    Hold(until, to, header, payload);
    return true;
  }
  if (IsCut(to)) {
    ++counts_.cut;
    return true;
  }
  if (Chance(plan_.drop)) {
    ++counts_.dropped;
    return true;
  }
  const TimePoint now = time_->Now();
  if (Chance(plan_.duplicate)) {
    ++counts_.duplicated;
    const auto extra = static_cast<Duration::rep>(random_() % (plan_.max_delay.count() + 1));
    Hold(now + Duration(extra), to, header, payload);
  }
  if (Chance(plan_.delay)) {
    ++counts_.delayed;
    const auto extra = static_cast<Duration::rep>(random_() % (plan_.max_delay.count() + 1));
    Hold(now + Duration(extra), to, header, payload);
    return true;
  }
  if (Chance(plan_.reorder)) {
    ++counts_.reordered;
    Hold(now + kReorderSpan, to, header, payload);
    return true;
  }
  return inner_->Send(to, header, payload);
}

void FaultyTransport::ReleaseDue() {
  const TimePoint now = time_->Now();
  if (stalled_until() > TimePoint::zero()) return;
  while (!outgoing_.empty() && outgoing_.begin()->first <= now) {
    const Held held = std::move(outgoing_.begin()->second);
    outgoing_.erase(outgoing_.begin());
    if (crashed()) {
      ++counts_.crashed;
    } else if (IsCut(held.peer)) {
      ++counts_.cut;
    } else {
      inner_->Send(held.peer, held.header, held.payload);
    }
  }
}

Status FaultyTransport::Poll(Duration timeout, const Handler& handler) {
  ReleaseDue();
  const TimePoint now = time_->Now();
  const TimePoint stalled = stalled_until();
  TimePoint wake = NextWake();
  if (stalled == TimePoint::zero()) {
    std::vector<Held> held;
    held.swap(incoming_);
    for (Held& item : held) handler(item.peer, item.header, std::move(item.payload));
    if (!held.empty()) timeout = Duration::zero();
  } else {
    wake = stalled;
  }
  if (wake != kNever) timeout = std::min(timeout, std::max(wake - now, Duration::zero()));
  return inner_->Poll(
      timeout, [&](Route from, std::span<const std::uint8_t> header, Payload payload) {
        if (crashed()) {
          ++counts_.crashed;
        } else if (IsCut(from)) {
          ++counts_.cut;
        } else if (stalled > TimePoint::zero()) {
          ++counts_.stalled;
          Held item{from, {}, std::move(payload)};
          std::copy_n(header.begin(), std::min(header.size(), kHeaderBytes), item.header.begin());
          incoming_.push_back(std::move(item));
        } else {
          handler(from, header, std::move(payload));
        }
      });
}

TimePoint FaultyTransport::NextWake() const {
  const TimePoint own = outgoing_.empty() ? kNever : outgoing_.begin()->first;
  return std::min(own, inner_->NextWake());
}

}  // namespace lightlda
