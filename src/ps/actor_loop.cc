// Poll without the lock, work with it.
#include "ps/actor_loop.h"

#include <algorithm>

namespace lightlda {

ActorLoop::ActorLoop(Actor* actor, std::unique_ptr<Transport> transport, const TimeSource* time)
    : actor_(actor), transport_(std::move(transport)), time_(time), thread_([this] { Run(); }) {}

ActorLoop::~ActorLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  transport_->Wake();
  thread_.join();
}

void ActorLoop::Turnstile::WakeLoop() {
  if (loop_->actor_->NextWake() >= loop_->sleeping_until_) return;
  loop_->sleeping_until_ = TimePoint::zero();
  loop_->transport_->Wake();
}

bool ActorLoop::Turn(Duration* wait) {
  bool going;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint now = time_->Now();
    actor_->Advance(now, transport_.get());
    going = !stopping_ && !actor_->finished();
    ended_ = !going;
    sleeping_until_ = std::min(actor_->NextWake(), transport_->NextWake());
    *wait = std::max(sleeping_until_ - now, Duration::zero());
  }
  changed_.notify_all();
  return going;
}

void ActorLoop::Run() {
  const auto take = [this](Route from, std::span<const std::uint8_t> header, Payload payload) {
    const std::lock_guard lock(mutex_);
    actor_->OnMessage(from, header, std::move(payload), time_->Now());
  };
  for (Duration wait; Turn(&wait);) {
    if (Status status = transport_->Poll(wait, take); !status.ok()) {
      const std::lock_guard lock(mutex_);
      actor_->Fail(std::move(status));
    }
  }
}

Status ActorLoop::Join() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_; });
  return actor_->status();
}

}  // namespace lightlda
