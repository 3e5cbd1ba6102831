// A fixed set of threads that run one parallel loop at a time.
#ifndef LIGHTLDA_BASE_THREAD_POOL_H_
#define LIGHTLDA_BASE_THREAD_POOL_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace lightlda {

// The number of threads asked for: the value itself, or for 0 one per usable core, as many as the
// control group's quota allows.
int ResolveThreadCount(int requested);

// Calls must come from one thread at a time; the calling thread is thread 0 of each loop.
class ThreadPool {
 public:
  // Has fewer threads, at least the calling one, if the system grants no more; that is logged.
  // REQUIRES: num_threads >= 1.
  explicit ThreadPool(int num_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  // Runs body(thread) once on every thread, thread in [0, size()), and waits for all. What a body
  // throws (std::bad_alloc, that is) is thrown here then; of several, one.
  void RunOnAll(const std::function<void(int thread)>& body);

  // Runs body(task, thread) for every task in [0, num_tasks) and waits for all. Every thread starts
  // with a range of consecutive tasks, as neighbours often share cache lines, and takes over half
  // of another's when it is done. When a body throws, tasks that have not begun are left out.
  void ParallelFor(std::size_t num_tasks,
                   const std::function<void(std::size_t task, int thread)>& body);

  // Called by the calling thread while a ParallelFor runs: between tasks of its own, and every
  // tenth of a second while it waits for the other threads. What it throws ends the loop as if a
  // task had thrown it. Null: nothing is called. Not to be changed during a loop.
  void set_pulse(std::function<void()> pulse) { pulse_ = std::move(pulse); }
  // Tasks of all ParallelFor loops so far.
  std::uint64_t num_tasks_done() const { return num_tasks_done_.load(std::memory_order_relaxed); }

 private:
  void ThreadMain(int thread);
  // Runs body(thread), keeping what it throws.
  void RunGuarded(const std::function<void(int)>& body, int thread);
  // Waits until the other threads have run their bodies; calls pulse, if any, meanwhile.
  void WaitForOthers(const std::function<void()>& pulse);
  void Run(const std::function<void(int)>& body, const std::function<void()>& pulse);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(int)>* body_ = nullptr;
  std::size_t generation_ = 0;
  int running_ = 0;
  bool shutting_down_ = false;
  std::exception_ptr thrown_;
  std::function<void()> pulse_;
  std::atomic<std::uint64_t> num_tasks_done_{0};
  std::vector<std::thread> threads_;
};

// [pool.size()]: one for each thread, on memory of its own.
template <typename Worker, typename... Args>
std::vector<std::unique_ptr<Worker>> MakePerThread(const ThreadPool& pool, const Args&... args) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (int t = 0; t < pool.size(); ++t) workers.push_back(std::make_unique<Worker>(args...));
  return workers;
}

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_THREAD_POOL_H_
