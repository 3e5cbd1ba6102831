// Spares: objects that are kept for the next who needs one, as making one takes long.
#ifndef LIGHTLDA_BASE_SPARES_H_
#define LIGHTLDA_BASE_SPARES_H_

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace lightlda {

// Thread-safe. The objects need not be: each has one owner at a time.
template <typename T>
class Spares {
 public:
  // Null if none is idle: make one.
  std::unique_ptr<T> Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<T> taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }
  void Return(std::unique_ptr<T> object) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(object));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;  // guarded by mutex_
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_SPARES_H_
