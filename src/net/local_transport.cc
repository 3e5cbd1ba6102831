// A queue, a mutex and a condition variable per actor.
#include "net/local_transport.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

struct Item {
  Route from;
  HeaderBytes header;
  Payload payload;
};

struct Inbox {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Item> items;
  bool woken = false;
};

// Longer waits overflow the condition variable's clock; waking early is always allowed.
constexpr Duration kLongestWait = std::chrono::hours(1);

}  // namespace

struct LocalHub::Queues {
  Queues(std::uint32_t workers, std::uint32_t shards, std::size_t limit)
      : num_workers(workers), capacity(limit), inboxes(workers + shards) {}

  std::uint32_t num_workers;
  std::size_t capacity;
  std::vector<Inbox> inboxes;  // [num_workers + num_shards]
};

class LocalHub::Endpoint : public Transport {
 public:
  Endpoint(std::shared_ptr<Queues> queues, ActorId self)
      : queues_(std::move(queues)), self_(self) {}

  bool Send(Route to, const HeaderBytes& header, const Payload& payload) override {
    const bool is_worker = self_ < queues_->num_workers;
    // A worker names the shard by number, a shard the worker by what its messages came with.
    const Route target = is_worker ? queues_->num_workers + to : to;
    const Route own = is_worker ? self_ : self_ - queues_->num_workers;
    if (target >= queues_->inboxes.size()) return false;
    Inbox& inbox = queues_->inboxes[target];
    {
      const std::lock_guard lock(inbox.mutex);
      if (inbox.items.size() >= queues_->capacity) return false;
      inbox.items.push_back({own, header, payload});
    }
    inbox.changed.notify_one();
    return true;
  }

  Status Poll(Duration timeout, const Handler& handler) override {
    Inbox& inbox = queues_->inboxes[self_];
    std::deque<Item> items;
    {
      std::unique_lock lock(inbox.mutex);
      inbox.changed.wait_for(lock, std::min(timeout, kLongestWait),
                             [&] { return inbox.woken || !inbox.items.empty(); });
      inbox.woken = false;
      items.swap(inbox.items);
    }
    for (Item& item : items) handler(item.from, item.header, std::move(item.payload));
    return {};
  }

  void Wake() override {
    Inbox& inbox = queues_->inboxes[self_];
    {
      const std::lock_guard lock(inbox.mutex);
      inbox.woken = true;
    }
    inbox.changed.notify_one();
  }

 private:
  std::shared_ptr<Queues> queues_;
  ActorId self_;
};

LocalHub::LocalHub(std::uint32_t num_workers, std::uint32_t num_shards, std::size_t capacity)
    : queues_(std::make_shared<Queues>(num_workers, num_shards, capacity)) {}

std::unique_ptr<Transport> LocalHub::Connect(ActorId actor) {
  return std::make_unique<Endpoint>(queues_, actor);
}

}  // namespace lightlda
