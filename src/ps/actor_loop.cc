// Poll without the lock, work with it.
#include "ps/actor_loop.h"

#include <algorithm>

#include "base/thread.h"

namespace lightlda {

ActorLoop::ActorLoop(Actor* actor, std::unique_ptr<Transport> transport, const TimeSource* time)
    : actor_(actor), transport_(std::move(transport)), time_(time) {
  if (Status status = StartThread([this] { Run(); }, &thread_); !status.ok()) {
    actor_->Fail(std::move(status));
    ended_ = true;
  }
}

ActorLoop::~ActorLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  transport_->Wake();
  if (thread_.joinable()) thread_.join();
}

void ActorLoop::Turnstile::WaitFor(std::function<bool()> look) {
  Waiter waiter{std::move(look)};
  loop_->waiters_.push_back(&waiter);
  WakeLoop();
  loop_->changed_.wait(lock_, [&] { return waiter.done; });
}

void ActorLoop::Turnstile::WakeLoop() {
  if (!loop_->actor_->touched()) return;
  if (loop_->actor_->NextWake() >= loop_->sleeping_until_) return;
  loop_->sleeping_until_ = TimePoint::zero();
  loop_->transport_->Wake();
}

bool ActorLoop::LookForWaiters() {
  return std::erase_if(waiters_, [](Waiter* waiter) { return waiter->done = waiter->look(); }) > 0;
}

bool ActorLoop::Turn(Duration* wait) {
  bool ended, notify;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint now = time_->Now();
    actor_->Advance(now, transport_.get());
    ended = ended_ = stopping_ || actor_->finished();
    notify = LookForWaiters() || ended;
    sleeping_until_ = std::min(actor_->NextWake(), transport_->NextWake());
    *wait = std::max(sleeping_until_ - now, Duration::zero());
  }
  if (notify) changed_.notify_all();
  return !ended;
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
