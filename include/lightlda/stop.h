// StopToken: how a long call is asked to stop.
#ifndef LIGHTLDA_STOP_H_
#define LIGHTLDA_STOP_H_

#include <atomic>
#include <memory>

namespace lightlda {

// A flag that its copies share. Whoever starts a call keeps one copy and gives another to the call:
//
//   StopToken stop;
//   std::thread training([&] { result = Train(config, nullptr, stop); });
//   stop.RequestStop();  // that training ends, saved; others go on
//
// A request cannot be taken back: another call takes another token. Thread-safe.
class StopToken {
 public:
  StopToken() : requested_(std::make_shared<std::atomic<bool>>(false)) {}

  // Async-signal-safe. Whether this request is the first.
  bool RequestStop() const noexcept { return !requested_->exchange(true); }
  bool stop_requested() const noexcept { return requested_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> requested_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_STOP_H_
