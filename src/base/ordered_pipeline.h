// One producer, several workers, one consumer that sees the results in the producer's order.
#ifndef LIGHTLDA_BASE_ORDERED_PIPELINE_H_
#define LIGHTLDA_BASE_ORDERED_PIPELINE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "lightlda/status.h"

namespace lightlda {

// At most `num_workers` * 2 + 2 items are under way, so memory is bounded whoever is slow. What the
// consumer sees does not depend on the number of workers.
template <typename Input, typename Output>
class OrderedPipeline {
 public:
  // Replaces the input by the next one; false at the end. Called from one thread.
  using Produce = std::function<Result<bool>(Input*)>;
  // Called from `num_workers` threads at a time, worker in [0, num_workers).
  using Work = std::function<void(int worker, Input*, Output*)>;
  // Called from the thread of Run.
  using Consume = std::function<Status(Output*)>;

  // Runs until the end or the first error: of the consumer at once, of the producer after
  // everything it produced before was consumed. Goes on with fewer workers if the system grants no
  // more threads; kFailure if it does not grant two. REQUIRES: num_workers >= 1; called once.
  Status Run(int num_workers, const Produce& produce, const Work& work, const Consume& consume) {
    limit_ = static_cast<std::size_t>(num_workers) * 2 + 2;
    std::vector<std::thread> threads;
    Status status = StartThreads(
        1, [&](int) { ProduceAll(produce); }, &threads);
    if (status.ok()) {
      status = StartThreads(
          num_workers, [&](int worker) { WorkAll(worker, work); }, &threads);
    }
    if (status.ok()) status = ConsumeAll(consume);
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads) thread.join();
    return status;
  }

 private:
  struct Item {
    std::uint64_t number;
    std::unique_ptr<Input> input;
  };

  void ProduceAll(const Produce& produce) {
    for (std::uint64_t number = 0;; ++number) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_ || number < next_consumed_ + limit_; });
        if (stopping_) return;
      }
      auto input = std::make_unique<Input>();
      const Result<bool> more = produce(input.get());
      std::lock_guard lock(mutex_);
      if (!more.ok() || !more.value()) {
        end_status_ = more.status();
        end_ = number;
        ended_ = true;
        changed_.notify_all();
        return;
      }
      waiting_.push_back({number, std::move(input)});
      changed_.notify_all();
    }
  }

  void WorkAll(int worker, const Work& work) {
    while (true) {
      Item item;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        item = std::move(waiting_.front());
        waiting_.pop_front();
      }
      auto output = std::make_unique<Output>();
      work(worker, item.input.get(), output.get());
      item.input.reset();
      std::lock_guard lock(mutex_);
      done_.emplace(item.number, std::move(output));
      changed_.notify_all();
    }
  }

  Status ConsumeAll(const Consume& consume) {
    while (true) {
      std::unique_ptr<Output> output;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          return done_.contains(next_consumed_) || (ended_ && next_consumed_ == end_);
        });
        const auto found = done_.find(next_consumed_);
        if (found == done_.end()) return end_status_;
        output = std::move(found->second);
        done_.erase(found);
        ++next_consumed_;
      }
      changed_.notify_all();
      LIGHTLDA_RETURN_IF_ERROR(consume(output.get()));
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t limit_ = 0;
  bool stopping_ = false;
  bool ended_ = false;  // the producer has no more
  std::uint64_t end_ = 0;
  Status end_status_;
  std::uint64_t next_consumed_ = 0;
  std::deque<Item> waiting_;
  std::map<std::uint64_t, std::unique_ptr<Output>> done_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_ORDERED_PIPELINE_H_
