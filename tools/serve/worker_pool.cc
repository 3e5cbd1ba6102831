#include "serve/worker_pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace lightlda::serve {
namespace {

// More would let one worker take what another could begin with at once.
constexpr std::size_t kMaxJobsAtATime = 16;

}  // namespace

// A ParallelFor. `body` is alive while an index is not done; who finds none left does not use it.
struct WorkerPool::Loop {
  Loop(std::size_t count, const std::function<void(std::size_t)>* of_caller)
      : n(count), body(of_caller) {}

  void Run() {
    for (std::size_t i = next.fetch_add(1); i < n; i = next.fetch_add(1)) {
      (*body)(i);
      const std::lock_guard lock(mutex);
      if (++done == n) finished.notify_all();
    }
  }
  void Wait() {
    std::unique_lock lock(mutex);
    finished.wait(lock, [&] { return done == n; });
  }

  const std::size_t n;
  const std::function<void(std::size_t)>* const body;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::condition_variable finished;
  std::size_t done = 0;  // guarded by mutex
};

WorkerPool::WorkerPool(int threads, std::size_t max_queue) : max_queue_(max_queue) {
  for (int i = 0; i < threads; ++i) {
    try {
      threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      if (threads_.empty()) throw;
      break;
    }
  }
}

void WorkerPool::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkerPool::TrySubmit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= max_queue_) return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::ParallelFor(std::size_t n, const std::function<void(std::size_t)>& body) {
  if (n == 0) return;
  const auto loop = std::make_shared<Loop>(n, &body);
  const std::size_t helpers = std::min(n, threads_.size()) - 1;
  if (helpers > 0) {
    const std::lock_guard lock(mutex_);
    loops_.insert(loops_.end(), helpers, loop);
  }
  for (std::size_t i = 0; i < helpers; ++i) wake_.notify_one();
  loop->Run();
  loop->Wait();
}

std::size_t WorkerPool::queue_depth() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

// REQUIRES: mutex_ is held.
std::vector<std::function<void()>> WorkerPool::TakeJobs() {
  std::vector<std::function<void()>> taken;
  if (!jobs_.empty()) {
    const std::size_t share = jobs_.size() / threads_.size();
    const std::size_t count = std::clamp<std::size_t>(share, 1, kMaxJobsAtATime);
    for (std::size_t i = 0; i < count; ++i) {
      taken.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
    }
  } else if (!loops_.empty()) {
    taken.push_back([loop = std::move(loops_.front())] { loop->Run(); });
    loops_.pop_front();
  }
  return taken;
}

void WorkerPool::Work() {
  while (true) {
    std::vector<std::function<void()>> taken;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty() || !loops_.empty(); });
      if (jobs_.empty() && loops_.empty()) return;
      taken = TakeJobs();
    }
    for (const auto& job : taken) job();
  }
}

}  // namespace lightlda::serve
