// WorkerPool: threads that answer requests, with a bounded queue before them.
#ifndef LIGHTLDA_TOOLS_SERVE_WORKER_POOL_H_
#define LIGHTLDA_TOOLS_SERVE_WORKER_POOL_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace lightlda::serve {

// Jobs run in the order in which they came. Under load a worker takes several at a time, so that
// short ones of many connections do not pay for a wake-up each. Thread-safe; all state but the
// threads is guarded by mutex_. Jobs must not throw.
class WorkerPool {
 public:
  // Fewer threads, at least one, if the system grants no more. REQUIRES: threads > 0.
  WorkerPool(int threads, std::size_t max_queue);
  ~WorkerPool() { Stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs what is in the queue, and ends. No other call after it.
  void Stop();

  // False: the queue is full, and the job does not run.
  bool TrySubmit(std::function<void()> job);

  // Runs body(i) for every i below n, in the calling job's thread and in workers that have nothing
  // else to do, and returns when all are done. REQUIRES: body does not throw.
  void ParallelFor(std::size_t n, const std::function<void(std::size_t)>& body);

  int num_threads() const { return static_cast<int>(threads_.size()); }
  std::size_t queue_depth() const;

 private:
  struct Loop;

  void Work();
  std::vector<std::function<void()>> TakeJobs();

  const std::size_t max_queue_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::deque<std::shared_ptr<Loop>> loops_;  // that idle workers may help with
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_WORKER_POOL_H_
