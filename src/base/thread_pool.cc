#include "base/thread_pool.h"

#include <glog/logging.h>
#include <sched.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace lightlda {
namespace {

// The tasks of a loop, a range of consecutive ones a thread.
class TaskRanges {
 public:
  TaskRanges(std::size_t num_tasks, std::size_t num_threads) : ranges_(num_threads) {
    for (std::size_t t = 0; t < num_threads; ++t) {
      ranges_[t].begin = num_tasks * t / num_threads;
      ranges_[t].end = num_tasks * (t + 1) / num_threads;
    }
  }

  // The next task of the thread's own range.
  std::optional<std::size_t> Next(std::size_t thread) {
    Range& range = ranges_[thread];
    std::lock_guard lock(range.mutex);
    if (range.begin == range.end) return std::nullopt;
    return range.begin++;
  }

  // Gives the thread, whose range is empty, the later half of the longest one. False if all
  // are empty.
  bool Steal(std::size_t thread) {
    std::size_t longest = 0;
    Range* victim = nullptr;
    for (Range& range : ranges_) {
      std::lock_guard lock(range.mutex);
      if (range.end - range.begin <= longest) continue;
      longest = range.end - range.begin;
      victim = &range;
    }
    if (victim == nullptr) return false;
    std::size_t begin;
    std::size_t end;
    {
      std::lock_guard lock(victim->mutex);
      end = victim->end;
      begin = end - (end - victim->begin + 1) / 2;
      victim->end = begin;
    }
    Range& own = ranges_[thread];
    std::lock_guard lock(own.mutex);
    own.begin = begin;
    own.end = end;
    return true;
  }

 private:
  struct alignas(64) Range {  // a cache line each
    std::mutex mutex;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::vector<Range> ranges_;
};

}  // namespace

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
  TaskRanges ranges(num_tasks, threads_.size() + 1);
  RunOnAll([&](int thread) {
    const auto t = static_cast<std::size_t>(thread);
    do {
      while (const std::optional<std::size_t> task = ranges.Next(t)) body(*task, thread);
    } while (ranges.Steal(t));
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
