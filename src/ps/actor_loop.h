// The thread of an actor: waits for its messages and deadlines, sleeps otherwise.
#ifndef LIGHTLDA_PS_ACTOR_LOOP_H_
#define LIGHTLDA_PS_ACTOR_LOOP_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "net/clock.h"
#include "net/transport.h"
#include "ps/actor.h"

namespace lightlda {

// Runs from construction until the actor has finished or the loop is destroyed. The thread is the
// only one to use the transport; other threads use the actor through With and WaitUntil.
class ActorLoop {
 public:
  // `actor` and `time` must outlive it. If the system refuses the thread, the actor has failed with
  // that error and the loop has ended.
  ActorLoop(Actor* actor, std::unique_ptr<Transport> transport, const TimeSource* time);
  ~ActorLoop();  // without regard to whether the actor has finished
  ActorLoop(const ActorLoop&) = delete;
  ActorLoop& operator=(const ActorLoop&) = delete;

  // Runs use() while nobody else uses the actor, then has what it left sent. Thread-safe.
  template <typename Use>
  auto With(Use&& use) {
    const Turnstile turnstile(this);
    return use();
  }
  // Waits until ready() or the job has failed; adds the time of it to *waited, if it has to wait.
  // ready() runs as under With, here or on the loop's thread, whenever something may have changed;
  // it may change the actor itself. Every wait ends: an actor fails when its deadlines pass.
  // Thread-safe.
  template <typename Ready>
  Status WaitUntil(Ready&& ready, std::atomic<Duration::rep>* waited = nullptr) {
    Turnstile turnstile(this);
    bool is_ready = false;
    const auto look = [&] {
      if (actor_->status().ok()) is_ready = ready();
      return is_ready || ended_ || !actor_->status().ok();
    };
    if (!look()) {
      const TimePoint begin = time_->Now();
      turnstile.WaitFor(std::ref(look));
      if (waited != nullptr) *waited += (time_->Now() - begin).count();
    }
    if (is_ready) return {};
    return actor_->status().ok() ? Status::Failure("the job has ended") : actor_->status();
  }
  // Waits until the actor has finished. Thread-safe.
  Status Join();

 private:
  // A thread that waits. The loop's thread looks for it, so it is woken when it can go on.
  struct Waiter {
    std::function<bool()> look;
    bool done = false;
  };

  // Holds the lock; on the way out wakes the thread if what was done cannot wait for it.
  class Turnstile {
   public:
    explicit Turnstile(ActorLoop* loop) : loop_(loop), lock_(loop->mutex_) {}
    ~Turnstile() { WakeLoop(); }
    // Waits until the loop's thread finds look() true.
    void WaitFor(std::function<bool()> look);

   private:
    void WakeLoop();

    ActorLoop* loop_;
    std::unique_lock<std::mutex> lock_;
  };

  void Run();
  // False when there is nothing left to do.
  bool Turn(Duration* wait);
  // Marks those who can go on; true if there are any.
  bool LookForWaiters();

  Actor* actor_;
  std::unique_ptr<Transport> transport_;
  const TimeSource* time_;
  std::mutex mutex_;
  std::condition_variable changed_;  // a waiter is done, or all has ended
  std::vector<Waiter*> waiters_;
  TimePoint sleeping_until_ = TimePoint::zero();  // zero: awake, or woken already
  bool stopping_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_ACTOR_LOOP_H_
