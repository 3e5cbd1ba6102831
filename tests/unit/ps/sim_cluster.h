// A whole cluster in one thread on virtual time: the production state machines, a toy in place of
// the sampler, and faults drawn from a seed. The same seed gives the same run, event for event.
#ifndef LIGHTLDA_TESTS_UNIT_PS_SIM_CLUSTER_H_
#define LIGHTLDA_TESTS_UNIT_PS_SIM_CLUSTER_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "net/faulty_transport.h"
#include "ps/server_shard.h"
#include "sim_worker.h"
#include "toy_job.h"

namespace lightlda::testing {

class VirtualTime : public TimeSource {
 public:
  TimePoint Now() const override { return now; }
  TimePoint now = std::chrono::seconds(1);
};

// Carries every message in order after a fixed time; faults are FaultyTransport's business.
class SimNetwork {
 public:
  SimNetwork(const VirtualTime* time, std::uint32_t num_workers, std::uint32_t num_actors)
      : time_(time), num_workers_(num_workers), inboxes_(num_actors) {}

  std::unique_ptr<Transport> Connect(ActorId actor) {
    return std::make_unique<Endpoint>(this, actor);
  }
  TimePoint NextArrival() const { return flying_.empty() ? kNever : flying_.begin()->first; }
  // Moves what has arrived to the inboxes; calls wake(actor) for each.
  template <typename Wake>
  void Deliver(Wake&& wake) {
    while (!flying_.empty() && flying_.begin()->first <= time_->now) {
      Item item = std::move(flying_.begin()->second);
      flying_.erase(flying_.begin());
      wake(item.to);
      inboxes_[item.to].push_back(std::move(item));
    }
  }

 private:
  struct Item {
    ActorId to;
    Route from;
    HeaderBytes header;
    Payload payload;
  };
  class Endpoint : public Transport {
   public:
    Endpoint(SimNetwork* network, ActorId self) : network_(network), self_(self) {}
    bool Send(Route to, const HeaderBytes& header, const Payload& payload) override {
      const bool is_worker = self_ < network_->num_workers_;
      const auto target = static_cast<ActorId>(is_worker ? network_->num_workers_ + to : to);
      const Route own = is_worker ? self_ : self_ - network_->num_workers_;
      network_->flying_.emplace(network_->time_->now + kLatency,
                                Item{target, own, header, payload});
      return true;
    }
    Status Poll(Duration, const Handler& handler) override {
      std::deque<Item> items;
      items.swap(network_->inboxes_[self_]);
      for (Item& item : items) handler(item.from, item.header, std::move(item.payload));
      return {};
    }
    void Wake() override {}

   private:
    SimNetwork* network_;
    ActorId self_;
  };
  static constexpr Duration kLatency = std::chrono::microseconds(100);

  const VirtualTime* time_;
  std::uint32_t num_workers_;
  std::multimap<TimePoint, Item> flying_;
  std::vector<std::deque<Item>> inboxes_;
};

struct SimOptions {
  ToySpec spec;
  std::uint32_t num_workers = 2;
  std::uint32_t num_shards = 2;
  JobOptions ps;
  std::vector<FaultPlan> faults;  // [num_workers + num_shards]
  double slow = 0;                // the probability that a worker thinks for a while after a wait
};

struct SimResult {
  std::string violation;  // empty: none
  FaultCounts faults;
  bool crashed = false;  // an actor crashed before it was done
  std::uint64_t stalls = 0;
  std::uint64_t pulls = 0;
  std::uint64_t meetings = 0;
  std::uint64_t resent = 0;
  std::uint64_t duplicates = 0;
  TimePoint end;
};

class SimCluster {
 public:
  explicit SimCluster(const SimOptions& options)
      : options_(options),
        reference_(options.spec),
        job_(MakeToyJob(options.spec, options.num_workers, options.num_shards, options.ps)),
        network_(&time_, options.num_workers, job_->num_actors()),
        random_(options.spec.seed) {
    for (std::uint32_t w = 0; w < job_->num_workers; ++w) {
      workers_.push_back(
          std::make_unique<SimWorker>(job_, options.spec, &reference_, &meeting_, w, time_.now));
      actors_.push_back(&workers_.back()->client);
    }
    for (std::uint32_t s = 0; s < job_->num_shards; ++s) {
      shards_.push_back(std::make_unique<ServerShard>(job_, s, time_.now));
      actors_.push_back(shards_.back().get());
    }
    for (ActorId actor = 0; actor < job_->num_actors(); ++actor) {
      transports_.push_back(std::make_unique<FaultyTransport>(network_.Connect(actor),
                                                              options.faults[actor], &time_));
    }
    due_.assign(actors_.size(), time_.now);
    busy_until_.assign(actors_.size(), time_.now);
  }

  SimResult Run() {
    SimResult result;
    result.violation = job_->Validate().message();
    for (std::uint64_t turn = 0; result.violation.empty() && !AllEnded(); ++turn) {
      TimePoint next = network_.NextArrival();
      for (const TimePoint due : due_) next = std::min(next, due);
      if (next > kBound) {
        result.violation = "deadlock: not at an end after hours of virtual time";
        break;
      }
      if (turn > kMaxTurns) {
        result.violation = "busy loop: an actor wakes again and again with nothing to do";
        break;
      }
      time_.now = std::max(time_.now, next);
      network_.Deliver([&](ActorId actor) {
        if (!IsStalled(actor)) due_[actor] = std::min(due_[actor], time_.now);
      });
      for (ActorId actor = 0; actor < actors_.size(); ++actor) {
        if (due_[actor] <= time_.now) RunActor(actor);
      }
      for (const auto& worker : workers_) {
        if (result.violation.empty()) result.violation = worker->checker.violation;
      }
    }
    if (result.violation.empty()) result.violation = CheckEnd(&result);
    Collect(&result);
    return result;
  }

 private:
  static constexpr TimePoint kBound = std::chrono::hours(3);
  static constexpr std::uint64_t kMaxTurns = 2'000'000;  // a hundred times what runs need

  bool Ended(ActorId actor) const {
    return transports_[actor]->crashed() || actors_[actor]->finished();
  }
  bool AllEnded() const {
    for (ActorId actor = 0; actor < actors_.size(); ++actor) {
      if (!Ended(actor)) return false;
    }
    return true;
  }

  bool IsStalled(ActorId actor) const {
    return transports_[actor]->stalled_until() > TimePoint::zero();
  }

  void RunActor(ActorId actor) {
    FaultyTransport& transport = *transports_[actor];
    if (Ended(actor)) {
      due_[actor] = kNever;
      return;
    }
    if (const TimePoint until = transport.stalled_until(); until > TimePoint::zero()) {
      if (due_[actor] != until) ++num_stalls_;
      due_[actor] = until;
      return;
    }
    (void)transport.Poll(Duration::zero(),
                         [&](Route from, std::span<const std::uint8_t> header, Payload payload) {
                           actors_[actor]->OnMessage(from, header, std::move(payload), time_.now);
                         });
    if (actor < workers_.size()) RunProgram(actor);
    actors_[actor]->Advance(time_.now, &transport);
    due_[actor] = std::max(std::min(actors_[actor]->NextWake(), transport.NextWake()),
                           time_.now + std::chrono::microseconds(1));
    if (actor < workers_.size() && busy_until_[actor] > time_.now) {
      due_[actor] = std::min(due_[actor], busy_until_[actor]);
    }
  }

  void RunProgram(ActorId actor) {
    SimWorker& worker = *workers_[actor];
    if (!worker.client.status().ok() || time_.now < busy_until_[actor]) return;
    const std::uint64_t num_met = meeting_.num_met();
    worker.Resume();
    for (ActorId other = 0; meeting_.num_met() > num_met && other < workers_.size(); ++other) {
      if (!IsStalled(other)) due_[other] = time_.now;
    }
    const bool thinks = std::uniform_real_distribution<double>()(random_) < options_.slow;
    if (thinks) busy_until_[actor] = time_.now + std::chrono::microseconds(random_() % 20000);
  }

  // Who survived has either done all or names the one that crashed.
  std::string CheckEnd(SimResult* result) {
    std::string crashed;
    for (ActorId actor = 0; actor < actors_.size(); ++actor) {
      if (!actors_[actor]->finished()) crashed = job_->Name(actor);
    }
    result->crashed = !crashed.empty();
    bool all_done = true;
    for (ActorId actor = 0; actor < actors_.size(); ++actor) {
      if (!actors_[actor]->finished()) continue;
      const Status& status = actors_[actor]->status();
      if (!status.ok()) {
        all_done = false;
        const bool named = !crashed.empty() && status.message().find(crashed) != std::string::npos;
        if (!named) return job_->Name(actor) + " ends with: " + status.message();
      } else if (actor < workers_.size() && !workers_[actor]->done()) {
        return job_->Name(actor) + " ends well before its program does";
      }
    }
    if (!all_done || !crashed.empty()) return "";
    std::vector<const ToyTokens*> tokens;
    for (const auto& worker : workers_) tokens.push_back(&worker->checker.tokens);
    std::vector<const ServerShard*> shards;
    for (const auto& shard : shards_) shards.push_back(shard.get());
    return CheckFinal(*job_, options_.spec, reference_, tokens, shards);
  }

  void Collect(SimResult* result) const {
    for (const auto& transport : transports_) {
      const FaultCounts& counts = transport->counts();
      result->faults.dropped += counts.dropped;
      result->faults.duplicated += counts.duplicated;
      result->faults.delayed += counts.delayed;
      result->faults.reordered += counts.reordered;
      result->faults.cut += counts.cut;
      result->faults.stalled += counts.stalled;
      result->faults.crashed += counts.crashed;
    }
    for (const Actor* actor : actors_) {
      result->resent += actor->stats().links.resent_messages;
      result->duplicates += actor->stats().links.duplicates;
    }
    for (const auto& shard : shards_) result->pulls += shard->num_answered();
    result->stalls = num_stalls_;
    result->meetings = meeting_.num_met() / 2;
    result->end = time_.now;
  }

  SimOptions options_;
  VirtualTime time_;
  ToyReference reference_;
  SimMeeting meeting_;
  std::shared_ptr<const Job> job_;
  SimNetwork network_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<SimWorker>> workers_;
  std::vector<std::unique_ptr<ServerShard>> shards_;
  std::vector<Actor*> actors_;  // workers, then shards
  std::vector<std::unique_ptr<FaultyTransport>> transports_;
  std::vector<TimePoint> due_;
  std::vector<TimePoint> busy_until_;
  std::uint64_t num_stalls_ = 0;
};

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_SIM_CLUSTER_H_
