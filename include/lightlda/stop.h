// StopToken: how a long call is asked to stop, or to save and go on.
#ifndef LIGHTLDA_STOP_H_
#define LIGHTLDA_STOP_H_

#include <atomic>
#include <memory>

namespace lightlda {

// Requests that its copies share. Whoever starts a call keeps one copy and gives another to the
// call:
//
//   StopToken stop;
//   std::thread training([&] { result = Train(config, nullptr, stop); });
//   stop.RequestSave();  // that training saves a checkpoint and goes on
//   stop.RequestStop();  // that training ends, saved; others go on
//
// A stop cannot be taken back: another call takes another token. Thread-safe; all but making one is
// async-signal-safe.
class StopToken {
 public:
  StopToken() : state_(std::make_shared<State>()) {}

  // Whether this request is the first, or the first since ListenAgain.
  bool RequestStop() const noexcept {
    state_->stop.store(true, std::memory_order_relaxed);
    return !state_->heard.exchange(true);
  }
  bool stop_requested() const noexcept { return state_->stop.load(std::memory_order_relaxed); }

  // For a call that cannot stop yet, as it waits until a full disk has room: what is requested from
  // now on makes stop_requested_again true. It is not meant for others.
  void ListenAgain() const noexcept { state_->heard.store(false); }
  bool stop_requested_again() const noexcept {
    return state_->heard.load(std::memory_order_relaxed);
  }

  // Asks for a checkpoint. Until it is made further requests ask for the same one.
  void RequestSave() const noexcept { state_->save.store(true, std::memory_order_relaxed); }
  // Whether one was asked for since this was last called.
  bool TakeSaveRequest() const noexcept { return state_->save.exchange(false); }

 private:
  struct State {
    std::atomic<bool> stop{false};
    std::atomic<bool> heard{false};
    std::atomic<bool> save{false};
  };

  std::shared_ptr<State> state_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_STOP_H_
