// Actors: what they do whatever their role.
#include "ps/actor.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <new>
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

}  // namespace
}  // namespace lightlda::testing
