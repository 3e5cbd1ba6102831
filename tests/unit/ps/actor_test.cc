// Actors: what they do whatever their role.
#include "ps/actor.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "actor_harness.h"

namespace lightlda::testing {
namespace {

// A shard to which every message is too much.
class SmallShard : public Actor {
 public:
  explicit SmallShard(std::shared_ptr<const Job> job)
      : Actor(job, job->ShardActor(0), {0}, std::chrono::seconds(10)) {}

 protected:
  Status OnDelivered(std::size_t, const MessageHeader&, Payload) override {
    throw std::bad_alloc();
  }
  Status OnTick(TimePoint) override { return {}; }
  bool Complete(TimePoint) const override { return false; }
  std::string Progress(std::size_t) const override { return ""; }
};

TEST_CASE("an actor that runs out of memory ends the job in its own name", "[ps]") {
  ToySpec spec;
  spec.num_words = 1;
  spec.num_slices = 1;
  const auto job = MakeToyJob(spec, 1, 1, {});
  SmallShard shard(job);
  ActorHarness hand(job.get(), &shard, job->ShardActor(0));
  hand.Give(hand.Header(MessageType::kDone, 0));
  CHECK(shard.status().code() == StatusCode::kOutOfMemory);
  CHECK(shard.status().message() == "shard 0 (rank 1 on host h): out of memory");
  shard.Advance(hand.now, &hand.transport);
  REQUIRE(hand.transport.sent.size() == 1);
  CHECK(hand.transport.sent[0].header.type == MessageType::kAbort);
}

// A shard with one worker, which does nothing.
class IdleShard : public Actor {
 public:
  explicit IdleShard(std::shared_ptr<const Job> job)
      : Actor(job, job->ShardActor(0), {0}, std::chrono::seconds(10)) {}

 protected:
  Status OnDelivered(std::size_t, const MessageHeader&, Payload) override { return {}; }
  Status OnTick(TimePoint) override { return {}; }
  bool Complete(TimePoint) const override { return false; }
  std::string Progress(std::size_t) const override { return ""; }
};

// The shard, its worker, and what is noticed of that: "closed ", "silent ", "again ", or an error.
struct Watched {
  Watched() {
    ToySpec spec;
    spec.num_words = 1;
    spec.num_slices = 1;
    job = std::make_shared<Job>(*MakeToyJob(spec, 1, 1, {}));
    job->members[0].has_ended = [this] { return ended; };
    job->on_notice = [this](const PeerNotice& notice) {
      const char* const names[] = {"closed ", "silent ", "again ", ""};
      told += names[static_cast<int>(notice.kind)] + notice.error;
      lost = notice.peer;
    };
    shard = std::make_unique<IdleShard>(job);
    hand = std::make_unique<ActorHarness>(job.get(), shard.get(), job->ShardActor(0));
    hand->Pass(std::chrono::seconds(2), {0});
  }

  std::shared_ptr<Job> job;
  std::unique_ptr<IdleShard> shard;
  std::unique_ptr<ActorHarness> hand;
  bool ended = false;
  std::string told;
  std::optional<ActorId> lost;
};

TEST_CASE("a silent peer is told of long before it is lost, and when it is back", "[ps]") {
  Watched watched;
  watched.hand->Pass(std::chrono::seconds(6));
  CHECK(watched.told == "silent ");
  watched.hand->Pass(std::chrono::seconds(1), {0});
  CHECK(watched.told == "silent again ");
  watched.hand->Pass(std::chrono::seconds(16));
  CHECK(watched.told ==
        "silent again silent lost worker 0 (rank 0 on host h): not heard of for 15.0s");
  CHECK(watched.lost == ActorId{0});
}

TEST_CASE("a peer that nothing can be sent to is told of at once, once", "[ps]") {
  Watched watched;
  watched.hand->transport.takes = false;
  watched.hand->Pass(std::chrono::seconds(3));
  CHECK(watched.told == "closed ");
  watched.hand->transport.takes = true;
  watched.hand->Pass(std::chrono::seconds(1), {0});
  CHECK(watched.told == "closed again ");
}

TEST_CASE("a peer whose process has ended is lost at once, and not before", "[ps]") {
  Watched watched;
  watched.ended = true;  // as long as messages are taken nobody asks
  watched.hand->Pass(std::chrono::seconds(2), {0});
  CHECK(watched.told == "");
  watched.hand->transport.takes = false;
  watched.hand->Pass(std::chrono::seconds(2));
  CHECK(watched.told == "lost worker 0 (rank 0 on host h): its process has ended");
}

TEST_CASE("who hears of a loss hears of whom, too", "[ps]") {
  Watched watched;
  watched.ended = true;
  watched.hand->transport.takes = false;
  watched.hand->Pass(std::chrono::seconds(2));
  watched.hand->transport.takes = true;
  watched.hand->Pass(std::chrono::seconds(2));
  const auto& told = watched.hand->transport.sent.back();
  REQUIRE(told.header.type == MessageType::kAbort);
  Watched other;
  MessageHeader header = other.hand->Header(MessageType::kAbort, 0);
  header.slice = told.header.slice;
  other.hand->Give(header, told.payload);
  CHECK(other.told == watched.told);
  CHECK(other.lost == ActorId{0});
}

}  // namespace
}  // namespace lightlda::testing
