#include "base/thread_pool.h"

#include <glog/logging.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "base/cpu_limit.h"
#include "base/thread.h"

namespace lightlda {
namespace {

constexpr std::chrono::milliseconds kPulseInterval{100};

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

  // Leaves no task.
  void Clear() {
    for (Range& range : ranges_) {
      std::lock_guard lock(range.mutex);
      range.begin = range.end;
    }
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
  const bool known = sched_getaffinity(0, sizeof(usable), &usable) == 0;
  const int cores =
      known ? CPU_COUNT(&usable) : static_cast<int>(std::thread::hardware_concurrency());
  // A thread more than the quota allows would be held up, and the others with it.
  const double quota = std::ceil(CpuLimitOfControlGroup().value_or(cores));
  return std::max(1, static_cast<int>(std::min<double>(cores, quota)));
}

ThreadPool::ThreadPool(int num_threads) {
  CHECK_GE(num_threads, 1);
  const Status status = StartThreads(
      num_threads - 1, [this](int i) { ThreadMain(i + 1); }, &threads_);
  if (!status.ok()) LOG(WARNING) << "going on with one thread: " << status.message();
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    shutting_down_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::RunOnAll(const std::function<void(int)>& body) { Run(body, nullptr); }

void ThreadPool::Run(const std::function<void(int)>& body, const std::function<void()>& pulse) {
  {
    std::lock_guard lock(mutex_);
    body_ = &body;
    running_ = static_cast<int>(threads_.size());
    ++generation_;
  }
  wake_.notify_all();
  RunGuarded(body, 0);
  WaitForOthers(pulse);
  std::exception_ptr thrown;
  {
    std::lock_guard lock(mutex_);
    body_ = nullptr;
    thrown = std::exchange(thrown_, nullptr);
  }
  if (thrown) std::rethrow_exception(thrown);
}

void ThreadPool::WaitForOthers(const std::function<void()>& pulse) {
  const auto all_done = [this] { return running_ == 0; };
  std::unique_lock lock(mutex_);
  while (pulse && !thrown_ && !done_.wait_for(lock, kPulseInterval, all_done)) {
    lock.unlock();
    RunGuarded([&](int) { pulse(); }, 0);
    lock.lock();
  }
  done_.wait(lock, all_done);
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
  const auto pulse = [&] {
    try {
      pulse_();
    } catch (...) {
      ranges.Clear();
      throw;
    }
  };
  const auto run_tasks = [&](int thread) {
    const auto t = static_cast<std::size_t>(thread);
    const bool beats = thread == 0 && pulse_ != nullptr;
    do {
      while (const std::optional<std::size_t> task = ranges.Next(t)) {
        body(*task, thread);
        num_tasks_done_.fetch_add(1, std::memory_order_relaxed);
        if (beats) pulse_();
      }
    } while (ranges.Steal(t));
  };
  const auto run_or_clear = [&](int thread) {
    try {
      run_tasks(thread);
    } catch (...) {
      ranges.Clear();
      throw;
    }
  };
  Run(run_or_clear, pulse_ ? std::function<void()>(pulse) : nullptr);
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
