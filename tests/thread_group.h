// A ProcessGroup whose processes are threads of one process: whole clusters in a test, without MPI.
#ifndef LIGHTLDA_TESTS_THREAD_GROUP_H_
#define LIGHTLDA_TESTS_THREAD_GROUP_H_

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lightlda/process_group.h"

namespace lightlda::testing {

// Every collective call is the same: the n-th call of each rank adds a string to the n-th round,
// and is complete when all have.
class ThreadGroup : public ProcessGroup {
 public:
  // The groups of all ranks; each is to be used by one thread.
  static std::vector<std::unique_ptr<ProcessGroup>> Make(int size) {
    const auto hub = std::make_shared<Hub>(size);
    std::vector<std::unique_ptr<ProcessGroup>> groups;
    for (int rank = 0; rank < size; ++rank) {
      groups.push_back(std::make_unique<ThreadGroup>(hub, rank));
    }
    return groups;
  }

  int rank() const override { return rank_; }
  int size() const override { return hub_->size; }

  Result<std::vector<std::string>> AllGather(const std::string& mine) override {
    return Wait(Add(mine));
  }
  Status Sum(std::span<Count> values) override { return SumAs(values); }
  Status Sum(std::span<double> values) override { return SumAs(values); }

  void StartSum(std::vector<Count> values) override {
    started_.emplace_back(Add(Bytes(std::span<const Count>(values))), std::move(values));
  }
  Result<std::vector<Count>> FinishSum() override {
    auto [round, values] = std::move(started_.front());
    started_.erase(started_.begin());
    LIGHTLDA_RETURN_IF_ERROR(AddUp(round, std::span<Count>(values)));
    return std::move(values);
  }
  void Progress() override {}

  std::unique_ptr<ProcessGroup> Split(bool member) override {
    const std::size_t round = next_round_;
    const Result<std::vector<std::string>> flags = AllGather(member ? "x" : "");
    if (!member) return nullptr;
    std::vector<int> members;
    for (int r = 0; flags.ok() && r < hub_->size; ++r) {
      if (!flags.value()[static_cast<std::size_t>(r)].empty()) members.push_back(r);
    }
    const auto rank = std::find(members.begin(), members.end(), rank_) - members.begin();
    const std::lock_guard lock(hub_->mutex);
    std::shared_ptr<Hub>& part = hub_->parts[round];
    if (part == nullptr) part = std::make_shared<Hub>(static_cast<int>(members.size()));
    auto group = std::make_unique<ThreadGroup>(part, static_cast<int>(rank));
    group->failure_ = flags.status();
    return group;
  }

  // What the processes share. Public for make_unique; of no use elsewhere.
  struct Hub {
    explicit Hub(int num_ranks) : size(num_ranks) {}

    struct Round {
      std::vector<std::string> contributions;
      int num_added = 0;
      int num_taken = 0;
    };
    const int size;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::size_t, Round> rounds;
    std::map<std::size_t, std::shared_ptr<Hub>> parts;  // by the round of their Split
  };
  ThreadGroup(std::shared_ptr<Hub> hub, int rank) : hub_(std::move(hub)), rank_(rank) {}

 private:
  template <typename T>
  static std::string Bytes(std::span<const T> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
  }

  std::size_t Add(std::string mine) {
    const std::lock_guard lock(hub_->mutex);
    Hub::Round& round = hub_->rounds[next_round_];
    round.contributions.resize(static_cast<std::size_t>(hub_->size));
    round.contributions[static_cast<std::size_t>(rank_)] = std::move(mine);
    ++round.num_added;
    hub_->changed.notify_all();
    return next_round_++;
  }
  Result<std::vector<std::string>> Wait(std::size_t number) {
    std::unique_lock lock(hub_->mutex);
    Hub::Round& round = hub_->rounds[number];
    while (failure_.ok() && round.num_added < hub_->size) {
      lock.unlock();
      const Status watched = Watch();
      lock.lock();
      if (round.num_added == hub_->size) break;
      failure_ = watched;
      if (failure_.ok()) hub_->changed.wait_for(lock, std::chrono::milliseconds(5));
    }
    LIGHTLDA_RETURN_IF_ERROR(failure_);
    std::vector<std::string> contributions = round.contributions;
    if (++round.num_taken == hub_->size) hub_->rounds.erase(number);
    return contributions;
  }

  template <typename T>
  Status AddUp(std::size_t round, std::span<T> values) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> contributions, Wait(round));
    std::fill(values.begin(), values.end(), T{0});
    for (const std::string& bytes : contributions) {
      if (bytes.size() != values.size_bytes()) return Status::Failure("sums of different sizes");
      for (std::size_t i = 0; i < values.size(); ++i) {
        T value;
        std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
        values[i] += value;
      }
    }
    return {};
  }
  template <typename T>
  Status SumAs(std::span<T> values) {
    return AddUp(Add(Bytes(std::span<const T>(values))), values);
  }

  std::shared_ptr<Hub> hub_;
  int rank_;
  std::size_t next_round_ = 0;
  std::vector<std::pair<std::size_t, std::vector<Count>>> started_;
  Status failure_;
};

// Runs process(group) in a thread for each of `size` ranks, until all have ended.
inline void RunProcesses(int size, const std::function<void(ProcessGroup*)>& process) {
  const std::vector<std::unique_ptr<ProcessGroup>> groups = ThreadGroup::Make(size);
  std::vector<std::thread> threads;
  for (const auto& group : groups) threads.emplace_back([&] { process(group.get()); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_THREAD_GROUP_H_
