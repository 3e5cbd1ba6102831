#include "base/thread_pool.h"

#include <glog/logging.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace lightlda {

int ResolveThreadCount(int requested) {
  if (requested > 0) return requested;
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof(usable), &usable) == 0) return std::max(1, CPU_COUNT(&usable));
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int num_threads) {
  CHECK_GE(num_threads, 1);
  for (int thread = 1; thread < num_threads; ++thread) {
    threads_.emplace_back([this, thread] { ThreadMain(thread); });
  }
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    shutting_down_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::RunOnAll(const std::function<void(int)>& body) {
  {
    std::lock_guard lock(mutex_);
    body_ = &body;
    running_ = static_cast<int>(threads_.size());
    ++generation_;
  }
  wake_.notify_all();
  RunGuarded(body, 0);
  std::exception_ptr thrown;
  {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    body_ = nullptr;
    thrown = std::exchange(thrown_, nullptr);
  }
  if (thrown) std::rethrow_exception(thrown);
}

void ThreadPool::RunGuarded(const std::function<void(int)>& body, int thread) {
  try {
    body(thread);
  } catch (...) {
    std::lock_guard lock(mutex_);
    thrown_ = std::current_exception();
  }
}

void ThreadPool::ParallelFor(std::size_t num_tasks,
                             const std::function<void(std::size_t, int)>& body) {
  std::atomic<std::size_t> next{0};
  RunOnAll([&](int thread) {
    for (std::size_t task = next++; task < num_tasks; task = next++) body(task, thread);
  });
}

void ThreadPool::ThreadMain(int thread) {
  std::size_t seen = 0;
  while (true) {
    const std::function<void(int)>* body = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return shutting_down_ || generation_ != seen; });
      if (shutting_down_) return;
      seen = generation_;
      body = body_;
    }
    RunGuarded(*body, thread);
    std::lock_guard lock(mutex_);
    if (--running_ == 0) done_.notify_one();
  }
}

}  // namespace lightlda
