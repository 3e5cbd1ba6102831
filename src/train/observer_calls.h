// Calls of the user's observer, whose exceptions are kept until the run has been wound up.
#ifndef LIGHTLDA_TRAIN_OBSERVER_CALLS_H_
#define LIGHTLDA_TRAIN_OBSERVER_CALLS_H_

#include <exception>
#include <string>
#include <utility>

#include "lightlda/status.h"
#include "lightlda/trainer.h"

namespace lightlda {

// Used by one thread.
class ObserverCalls {
 public:
  // observer: null where nobody looks.
  explicit ObserverCalls(TrainObserver* observer) : observer_(observer) {}

  bool listens() const { return observer_ != nullptr; }

  // call(observer). kCancelled if it throws; from then on nobody is called.
  template <typename Call>
  Status Tell(Call&& call) {
    if (observer_ == nullptr) return {};
    try {
      std::forward<Call>(call)(*observer_);
      return {};
    } catch (const std::exception& error) {
      return Keep(std::string(": ") + error.what());
    } catch (...) {
      return Keep("");
    }
  }
  Status Message(const std::string& text) {
    return Tell([&](TrainObserver& observer) { observer.OnMessage(text); });
  }

  // Throws what the observer has thrown, once.
  void Rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  Status Keep(const std::string& what) {
    thrown_ = std::current_exception();
    observer_ = nullptr;
    return Status::Cancelled("the observer has thrown an exception" + what);
  }

  TrainObserver* observer_;
  std::exception_ptr thrown_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_OBSERVER_CALLS_H_
