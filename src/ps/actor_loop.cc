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

void ActorLoop::Turnstile::WaitFor(std::function<bool()> look) {
  Waiter waiter;
  waiter.look = std::move(look);
  loop_->waiters_.push_back(&waiter);
  WakeLoop();
  waiter.changed.wait(lock_, [&] { return waiter.done; });
}

void ActorLoop::Turnstile::WakeLoop() {
  if (!loop_->actor_->touched()) return;
  if (loop_->actor_->NextWake() >= loop_->sleeping_until_) return;
  loop_->sleeping_until_ = TimePoint::zero();
  loop_->transport_->Wake();
}

void ActorLoop::LookForWaiters() {
  std::erase_if(waiters_, [](Waiter* waiter) {
    waiter->done = waiter->look();
    // Under the lock: once it is let go, the waiter and its condition are gone.
    if (waiter->done) waiter->changed.notify_one();
    return waiter->done;
  });
}

bool ActorLoop::Turn(Duration* wait) {
  const std::lock_guard lock(mutex_);
  const TimePoint now = time_->Now();
  actor_->Advance(now, transport_.get());
  ended_ = stopping_ || actor_->finished();
  LookForWaiters();
  sleeping_until_ = std::min(actor_->NextWake(), transport_->NextWake());
  *wait = std::max(sleeping_until_ - now, Duration::zero());
  if (ended_) end_.notify_all();
  return !ended_;
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
  end_.wait(lock, [&] { return ended_; });
  return actor_->status();
}

}  // namespace lightlda
