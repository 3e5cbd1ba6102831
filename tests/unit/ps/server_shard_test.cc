// A shard, message by message: clocks, phases, and peers that do not keep the rules.
#include "ps/server_shard.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "ps/number_batch.h"
#include "shard_harness.h"

namespace lightlda::testing {
namespace {

using std::chrono::seconds;

TEST_CASE("an answer waits for every worker's push and is the same bytes for all", "[ps]") {
  ShardTest test(0);
  test.Push(0, {1, 0}, 0, {{0, 5}});
  test.Pull(0, {1, 0});
  CHECK(test.Answered(0, 0).empty());
  test.Push(1, {1, 0}, 0, {{1, 7}});
  CHECK(test.Answered(0, 0) == Row{{0, 5}, {1, 7}});
  test.Pull(1, {1, 0});
  CHECK(test.Answered(1, 0) == Row{{0, 5}, {1, 7}});
  CHECK(test.shard.num_encoded() == 1);
  CHECK(test.hand.Answers(0)[0].payload.bytes.data() ==
        test.hand.Answers(1)[0].payload.bytes.data());
}

TEST_CASE("a fast worker's next push does not leak into a slow worker's answer", "[ps]") {
  ShardTest test(0);
  test.Push(0, {1, 0}, 0, {{0, 5}});
  test.Push(1, {1, 0}, 0, {{1, 7}});
  test.Pull(0, {1, 0});
  test.Push(0, {1, 1}, 0, {{0, -5}, {1, 5}});
  test.Pull(1, {1, 0});
  CHECK(test.Answered(1, 0) == Row{{0, 5}, {1, 7}});
  test.Pull(0, {1, 1});
  CHECK(test.Answered(0, 1).empty());
  test.Push(1, {1, 1}, 0, {{0, 1}, {1, -1}});
  CHECK(test.Answered(0, 1) == Row{{0, 1}, {1, 11}});
}

TEST_CASE("both phases sum up", "[ps]") {
  ShardTest test(0);
  for (const ActorId worker : {0u, 1u}) test.Push(worker, {1, 0}, 0, {{0, 5}});
  for (const ActorId worker : {0u, 1u}) test.Pull(worker, {1, 0});
  for (const ActorId worker : {0u, 1u}) test.Push(worker, {1, 1}, 0, {{0, -4}, {1, 4}});
  for (const ActorId worker : {0u, 1u}) test.Pull(worker, {1, 1});
  CHECK(test.shard.status().message() == "");
  CHECK(test.Answered(0, 0) == Row{{0, 10}});
  CHECK(test.Answered(1, 1) == Row{{0, 2}, {1, 8}});
  CHECK(test.hand.Answers(1)[0].header.applied_clock == 0);  // half of clock 1
  CHECK(test.hand.Answers(1)[1].header.applied_clock == 1);
}

TEST_CASE("at staleness 2 a pull waits for pushes two clocks back and no longer", "[ps]") {
  ShardTest test(2);
  for (const std::uint32_t clock : {1u, 2u}) {
    test.Pull(0, {clock, 0});
    test.Push(0, {clock, 0}, 0, {{0, 1}});
  }
  CHECK(test.Answered(0, 1) == Row{{0, 1}});  // nobody else has pushed: answered at once
  test.Pull(0, {3, 0});
  CHECK(test.Answered(0, 2).empty());
  test.Pull(1, {1, 0});
  test.Push(1, {1, 0}, 0, {{1, 1}});
  CHECK(test.Answered(0, 2) == Row{{0, 2}, {1, 1}});
  CHECK(test.hand.Answers(0)[2].header.applied_clock == 1);
}

TEST_CASE("a pull that wants a clock waits for it whatever the staleness", "[ps]") {
  ShardTest test(4);
  test.Pull(0, {1, 0});
  test.Push(0, {1, 0}, 0, {{0, 1}});
  test.Pull(0, {2, 0}, 1);
  CHECK(test.Answered(0, 1).empty());
  test.Pull(1, {1, 0});
  test.Push(1, {1, 0}, 0, {{0, 1}});
  CHECK(test.Answered(0, 1) == Row{{0, 2}});
}

TEST_CASE("at any staleness a pull may want all of the clock before", "[ps]") {
  for (const std::uint32_t staleness : {0u, 1u, 4u}) {
    ShardTest test(staleness);
    std::size_t answers = 0;
    for (const std::uint32_t clock : {1u, 2u, 3u}) {
      for (std::uint8_t phase = 0; phase < test.job->num_phases(); ++phase) {
        for (const ActorId worker : {0u, 1u}) {
          if (staleness == 0) test.Push(worker, {clock, phase}, 0, {{worker, 1}});
        }
        for (const ActorId worker : {0u, 1u}) {
          test.Pull(worker, {clock, phase}, clock - 1);
          if (staleness > 0) test.Push(worker, {clock, phase}, 0, {{worker, 1}});
        }
        REQUIRE(test.shard.status().message() == "");
        ++answers;
        CHECK(test.hand.Answers(0).size() <= answers);
        (void)test.Answered(0, 0);
        CHECK(test.hand.Answers(0).size() == answers);
        CHECK(test.hand.Answers(1).size() == answers);
      }
    }
  }
}

TEST_CASE("a worker that breaks the rules ends the job with an error that names it", "[ps]") {
  const std::string worker = "worker 0 (rank 0 on host h): ";
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {1, 0}, 0, {{0, -1}});
        }) == worker + "topic 0 of row 0 of toy_rows would get a count of -1");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->PushRow(0, {1, 0}, 0, {0x07});
        }) == worker + "malformed row 0 of toy_rows");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->PushRow(0, {1, 0}, 2, {});
        }) == worker + "expected 1 items of slice 0, found malformed bytes");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {2, 0}, 0, {{0, 1}});
        }) == worker + "expected a push of step 1.0, found step 2.0");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {1, 2}, 0, {{0, 1}});
        }) == worker + "no such step: clock 1, phase 2");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {0, 0}, 0, {{0, 1}});
        }) == worker + "no such step: clock 0, phase 0");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Pull(0, {1, 0});
        }) == worker + "pulls step 1.0 after a push of step 0 and a pull of step 0");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {1, 0}, 0, {{0, 1}});
          t->Push(0, {1, 1}, 0, {{0, 1}});
        }) == worker + "pushes step 1.1 before the answer to step 1.0");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->Push(0, {1, 0}, 0, {{0, 1}});
          t->Pull(0, {1, 0});
          t->Push(0, {1, 1}, 0, {{0, 1}});
        }) == worker + "pushes step 1.1 before the answer to step 1.0");
  CHECK(Outcome(1, [](ShardTest* t) {
          t->Push(0, {1, 0}, 0, {{0, 1}});
        }) == worker + "pushes step 1 before the answer to step 1");
  CHECK(Outcome(1, [](ShardTest* t) {
          t->Pull(0, {1, 0}, 1);
        }) == worker + "pulls clock 1 before its own push");
  CHECK(Outcome(0, [](ShardTest* t) {
          MessageHeader header = t->hand.Header(MessageType::kPush, 0);
          header.step = {1, 0};
          header.slice = 1;
          t->hand.Give(header);
        }) == worker + "expected a slice below 1, found 1");
  CHECK(Outcome(0, [](ShardTest* t) {
          MessageHeader header = t->hand.Header(MessageType::kPush, 0);
          header.step = {1, 0};
          header.table = 3;
          t->hand.Give(header);
        }) == worker + "expected a table below 3, found 3");
  CHECK(Outcome(0, [](ShardTest* t) { t->hand.Give(t->hand.Header(MessageType::kAnswer, 0)); }) ==
        worker + "sent a message of type 4 to a shard");
  CHECK(Outcome(0, [](ShardTest* t) {
          t->hand.Give(t->hand.Header(MessageType::kDone, 0));
          t->Push(0, {1, 0}, 0, {{0, 1}});
        }) == worker + "sent a message after its last");
}

TEST_CASE("a count beyond 32 bits is an error, one at the limit is not", "[ps]") {
  ShardTest test(1);
  for (const std::uint32_t clock : {1u, 2u}) {
    test.Pull(0, {clock, 0}, 0);
    test.Pull(1, {clock, 0}, 0);
    test.Push(0, {clock, 0}, 0, {{0, 0x7FFFFFFF}});
    test.Push(1, {clock, 0}, 0, {{1, 1}});
  }
  test.Pull(0, {3, 0});
  test.Push(0, {3, 0}, 0, {{0, 1}});
  CHECK(test.shard.status().message() == "");
  CHECK(test.Answered(0, 2) == Row{{0, 0xFFFFFFFE}, {1, 2}});
  test.Pull(1, {3, 0});
  test.Push(1, {3, 0}, 0, {{0, 1}});
  CHECK(
      test.shard.status().message() ==
      "worker 1 (rank 1 on host h): topic 0 of row 0 of toy_rows would get a count of 4294967296");
}

TEST_CASE("totals take 64 bits, and sums below zero or beyond are errors", "[ps]") {
  const auto push = [](ShardTest* test, ActorId worker, Count value) {
    std::vector<std::uint8_t> bytes(20);
    NumberBatchWriter writer(bytes);
    writer.Add(1, value);
    bytes.resize(writer.size());
    MessageHeader header = test->hand.Header(MessageType::kPush, worker);
    header.table = kTotals;
    header.step = {1, 0};
    header.num_items = 1;
    test->hand.Give(header, MakePayload(bytes));
  };
  ShardTest test(0);
  push(&test, 0, std::int64_t{1} << 62);
  push(&test, 1, (std::int64_t{1} << 62) - 1);
  CHECK(test.shard.status().message() == "");
  CHECK(test.shard.numbers(kTotals).Get(1) == 0x7FFFFFFFFFFFFFFF);
  ShardTest negative(0);
  push(&negative, 0, -1);
  CHECK(negative.shard.status().message() ==
        "worker 0 (rank 0 on host h): number 1 of toy_totals, 0, would change by -1");
  ShardTest beyond(0);
  push(&beyond, 0, 0x7FFFFFFFFFFFFFFF);
  push(&beyond, 1, 1);
  CHECK_FALSE(beyond.shard.status().ok());
}

TEST_CASE("messages of strangers, other jobs and earlier lives are dropped and counted", "[ps]") {
  ShardTest test(0);
  test.shard.OnMessage(0, {}, {}, test.hand.now);
  const std::vector<std::uint8_t> rubbish(kHeaderBytes, 7);
  test.shard.OnMessage(0, rubbish, {}, test.hand.now);
  CHECK(test.shard.stats().malformed == 2);
  const auto changed = [&](const std::function<void(MessageHeader*)>& change) {
    MessageHeader header = test.hand.Header(MessageType::kHeartbeat, 0);
    change(&header);
    header.sequence = 1;
    test.hand.Give(header);
  };
  changed([](MessageHeader* header) { header->job[0] ^= 1; });
  changed([](MessageHeader* header) { header->incarnation += 1; });
  changed([](MessageHeader* header) { header->receiver = 0; });
  test.hand.Give([&] {
    MessageHeader header = test.hand.Header(MessageType::kHeartbeat, 0);
    header.sender = 99;
    return header;
  }());
  CHECK(test.shard.stats().foreign == 4);
  CHECK(test.shard.status().ok());
}

TEST_CASE("a silent worker is named with its last clock, to all others", "[ps]") {
  ShardTest test(0);
  test.Push(1, {1, 0}, 0, {{0, 1}});
  test.hand.Pass(seconds(19), {0});
  CHECK(test.shard.status().message() == "");
  test.hand.Pass(seconds(2), {0});
  const std::string message =
      "lost worker 1 (rank 1 on host h): not heard of for 20.0s, last clock 1";
  CHECK(test.shard.status().message() == message);
  bool told = false;
  for (const auto& sent : test.hand.transport.sent) {
    const std::string text(sent.payload.bytes.begin(), sent.payload.bytes.end());
    told = told ||
           (sent.header.type == MessageType::kAbort && sent.to == 0 && text == "\x08" + message);
  }
  CHECK(told);
  CHECK_FALSE(test.shard.finished());
  test.hand.Pass(test.job->options.linger, {0});
  CHECK(test.shard.finished());
}

TEST_CASE("a pause of the process itself loses nobody", "[ps]") {
  ShardTest test(0);
  test.hand.Pass(seconds(15), {0, 1});
  test.hand.now += seconds(300);  // stopped: nothing runs, nothing is heard
  test.shard.Advance(test.hand.now, &test.hand.transport);
  CHECK(test.shard.status().message() == "");
  test.hand.Pass(seconds(19), {});
  CHECK(test.shard.status().message() == "");
  test.hand.Pass(seconds(2), {});
  CHECK_FALSE(test.shard.status().ok());
}

TEST_CASE("a pull that waits too long names whose push is missing", "[ps]") {
  ShardTest test(0);
  test.Push(0, {1, 0}, 0, {{0, 1}});
  test.Pull(0, {1, 0});
  test.hand.Pass(seconds(39), {0, 1});
  CHECK(test.shard.status().message() == "");
  test.hand.Pass(seconds(3), {0, 1});
  CHECK(test.shard.status().message().find(
            "toy_rows of step 1.0, which lacks the push of worker 1 (rank 1 on host h) at clock "
            "0") != std::string::npos);
}

// Two slices of a word each at a shard with room for one answer.
struct OneBuffer {
  explicit OneBuffer(std::uint32_t staleness)
      : job([&] {
          ToySpec spec;
          spec.num_words = 2;
          spec.num_topics = 2;
          spec.num_slices = 2;
          JobOptions options;
          options.staleness = staleness;
          options.stall_timeout = seconds(20);
          options.pull_timeout = seconds(40);
          options.num_answer_buffers = 1;
          return MakeToyJob(spec, 2, 1, options);
        }()),
        shard(job, 0, seconds(10)),
        hand(job.get(), &shard, 2) {}

  void Give(MessageType type, ActorId worker, std::uint32_t slice, std::uint32_t clock) {
    MessageHeader header = hand.Header(type, worker);
    header.slice = slice;
    header.step = {clock, 0};
    hand.Give(header);
    shard.Advance(hand.now, &hand.transport);
  }
  // The worker has received all answers so far, and the network holds none.
  void Acknowledge(ActorId worker, std::uint64_t num_answers) {
    hand.transport.sent.clear();
    MessageHeader header = hand.Header(MessageType::kHeartbeat, worker);
    header.ack = num_answers;
    hand.Give(header);
    shard.Advance(hand.now, &hand.transport);
  }

  std::shared_ptr<const Job> job;
  ServerShard shard;
  ActorHarness hand;
};

TEST_CASE("an answer without room waits for acknowledgements, and is given then", "[ps]") {
  OneBuffer test(0);
  REQUIRE(test.job->table(kRows).num_slices() == 2);
  for (const std::uint32_t slice : {0u, 1u}) {
    for (const ActorId worker : {0u, 1u}) test.Give(MessageType::kPush, worker, slice, 1);
  }
  test.Give(MessageType::kPull, 0, 0, 1);
  test.Give(MessageType::kPull, 0, 1, 1);
  CHECK(test.hand.Answers(0).size() == 1);
  test.Acknowledge(0, 1);  // but worker 1 has yet to pull slice 0: its answer is kept
  CHECK(test.hand.Answers(0).empty());
  test.Give(MessageType::kPull, 1, 0, 1);  // needs no room
  CHECK(test.hand.Answers(1).size() == 1);
  CHECK(test.hand.Answers(0).empty());
  test.Acknowledge(1, 1);
  REQUIRE(test.hand.Answers(0).size() == 1);
  CHECK(test.hand.Answers(0)[0].header.slice == 1);
  CHECK(test.shard.num_encoded() == 2);
  CHECK(test.shard.status().message() == "");
}

TEST_CASE("what is kept to save work makes room for an answer", "[ps]") {
  OneBuffer test(2);
  test.Give(MessageType::kPull, 0, 0, 1);
  CHECK(test.shard.pool().num_free() == 0);
  test.Acknowledge(0, 1);
  CHECK(test.shard.pool().num_free() == 0);  // kept for worker 1
  test.Give(MessageType::kPull, 0, 1, 1);
  CHECK(test.hand.Answers(0).size() == 1);
  CHECK(test.shard.status().message() == "");
}

TEST_CASE("answers that wait for room are given in the order in which they began to", "[ps]") {
  OneBuffer test(2);
  test.Give(MessageType::kPull, 0, 0, 1);
  test.Give(MessageType::kPull, 0, 1, 1);
  test.Give(MessageType::kPull, 1, 0, 1);
  CHECK(test.hand.Answers(0).size() == 1);
  CHECK(test.hand.Answers(1).empty());
  test.Acknowledge(0, 1);
  REQUIRE(test.hand.Answers(0).size() == 1);
  CHECK(test.hand.Answers(0)[0].header.slice == 1);
  CHECK(test.hand.Answers(1).empty());
  test.Acknowledge(0, 2);
  CHECK(test.hand.Answers(1).size() == 1);
}

TEST_CASE("a worker that asks for more slices than a table has registers ends the job", "[ps]") {
  const auto pull_both = [](std::uint32_t registers) {
    OneBuffer test(0);
    Job job = *test.job;
    TableSpec rows = job.table(kRows).spec();
    rows.registers = registers;
    job.tables[kRows] = TableLayout::Make(rows, 1).value();
    ServerShard shard(std::make_shared<const Job>(job), 0, seconds(10));
    ActorHarness hand(&job, &shard, 2);
    for (const MessageType type : {MessageType::kPush, MessageType::kPull}) {
      for (const std::uint32_t slice : {0u, 1u}) {  // which wait for worker 1
        MessageHeader header = hand.Header(type, 0);
        header.slice = slice;
        header.step = {1, 0};
        hand.Give(header);
      }
    }
    return shard.status().message();
  };
  CHECK(pull_both(2) == "");
  CHECK(pull_both(1) == "worker 0 (rank 0 on host h): has more than 1 pulls of toy_rows waiting");
}

TEST_CASE("a shard ends when all workers are done and have heard so", "[ps]") {
  ShardTest test(0);
  for (const ActorId worker : {0u, 1u}) {
    test.hand.Give(test.hand.Header(MessageType::kDone, worker));
  }
  test.shard.Advance(test.hand.now, &test.hand.transport);
  CHECK_FALSE(test.shard.finished());
  for (const ActorId worker : {0u, 1u}) {
    MessageHeader header = test.hand.Header(MessageType::kHeartbeat, worker);
    header.ack = 1;
    test.hand.Give(header);
  }
  test.shard.Advance(test.hand.now, &test.hand.transport);
  CHECK(test.shard.finished());
  CHECK(test.shard.status().ok());
}

}  // namespace
}  // namespace lightlda::testing
