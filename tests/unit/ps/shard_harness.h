// A shard of a small job under test, fed by hand with what its two workers would send.
#ifndef LIGHTLDA_TESTS_UNIT_PS_SHARD_HARNESS_H_
#define LIGHTLDA_TESTS_UNIT_PS_SHARD_HARNESS_H_

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actor_harness.h"
#include "ps/pulled_slice.h"
#include "ps/row_batch.h"
#include "ps/server_shard.h"
#include "table/row_codec.h"

namespace lightlda::testing {

// Two words in one slice, two workers, one shard; K = 2 and two stamps.
inline std::shared_ptr<const Job> SmallJob(std::uint32_t staleness) {
  ToySpec spec;
  spec.num_words = 2;
  spec.num_topics = 2;
  spec.num_slices = 1;
  JobOptions options;
  options.staleness = staleness;
  options.stall_timeout = std::chrono::seconds(20);
  options.pull_timeout = std::chrono::seconds(40);
  return MakeToyJob(spec, 2, 1, options);
}

struct ShardTest {
  explicit ShardTest(std::uint32_t staleness)
      : job(SmallJob(staleness)),
        shard(job, 0, std::chrono::seconds(10)),
        hand(job.get(), &shard, 2) {}

  void Push(ActorId worker, Step step, WordId word, const std::vector<TopicDelta>& deltas) {
    std::vector<TopicCount> row;
    DeltasToRow(deltas, &row);
    PushRow(worker, step, word, EncodeRow(row, job->table(kRows).num_topics()));
  }
  void PushRow(ActorId worker, Step step, WordId word, const std::vector<std::uint8_t>& packed) {
    std::vector<std::uint8_t> bytes(packed.size() + 20);
    RowBatchWriter writer(bytes);
    writer.Add(word, packed);
    bytes.resize(writer.size());
    MessageHeader header = hand.Header(MessageType::kPush, worker);
    header.step = step;
    header.num_items = 1;
    hand.Give(header, MakePayload(bytes));
  }
  void Pull(ActorId worker, Step step, std::uint32_t min_clock = 0) {
    MessageHeader header = hand.Header(MessageType::kPull, worker);
    header.step = step;
    header.applied_clock = min_clock;
    hand.Give(header);
  }
  void Inspect(ActorId worker, std::uint32_t clock) {
    MessageHeader header = hand.Header(MessageType::kInspect, worker);
    header.step = {clock, 0};
    hand.Give(header);
  }
  // The row of word 0 in the n-th answer to a worker; empty if there is none.
  std::vector<TopicCount> Answered(ActorId worker, std::size_t n) {
    shard.Advance(hand.now, &hand.transport);
    const auto answers = hand.Answers(worker);
    if (answers.size() <= n) return {};
    PulledSlice pulled;
    pulled.shards = {{{answers[n].header.num_items, answers[n].payload}}};
    std::vector<TopicCount> row;
    const auto rows = SliceRows::Make(&job->table(kRows), std::move(pulled));
    REQUIRE(rows.ok());
    REQUIRE(rows.value().Get(0, &row).ok());
    return row;
  }

  std::shared_ptr<const Job> job;
  ServerShard shard;
  ActorHarness hand;
};

using Row = std::vector<TopicCount>;

// What a job ends with after `act`.
inline std::string Outcome(std::uint32_t staleness, const std::function<void(ShardTest*)>& act) {
  ShardTest test(staleness);
  act(&test);
  return test.shard.status().message();
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_SHARD_HARNESS_H_
