// A client, message by message: what it asks, what it believes, and when it waits.
#include "ps/ps_client.h"

#include <catch2/catch.hpp>
#include <string>

#include "actor_harness.h"
#include "ps/pulled_slice.h"
#include "table/row_codec.h"

namespace lightlda::testing {
namespace {

using std::chrono::seconds;

struct ClientTest {
  explicit ClientTest(std::uint32_t staleness, std::uint32_t num_shards = 1)
      : job(MakeJob(staleness, num_shards)),
        client(job, 0, seconds(10)),
        hand(job.get(), &client, 0) {}

  static std::shared_ptr<const Job> MakeJob(std::uint32_t staleness, std::uint32_t num_shards) {
    ToySpec spec;
    spec.num_words = 4;
    spec.num_topics = 3;
    spec.num_slices = 1;
    JobOptions options;
    options.staleness = staleness;
    options.stall_timeout = seconds(20);
    options.pull_timeout = seconds(40);
    options.batch_bytes = 64;
    options.num_buffers = num_shards + 1;
    return MakeToyJob(spec, 1, num_shards, options);
  }
  void Answer(std::uint32_t shard, Step step, std::uint32_t applied_clock,
              const Payload& payload = {}, std::uint32_t num_items = 0) {
    MessageHeader header = hand.Header(MessageType::kAnswer, job->ShardActor(shard));
    header.step = step;
    header.applied_clock = applied_clock;
    header.num_items = num_items;
    hand.Give(header, payload);
  }

  std::shared_ptr<const Job> job;
  PsClient client;
  ActorHarness hand;
};

TEST_CASE("a pull asks every shard and is ready when all have answered", "[ps]") {
  ClientTest test(1, 2);
  test.client.Pull(kRows, 0, {1, 0});
  test.client.Advance(test.hand.now, &test.hand.transport);
  int pulls = 0;
  for (const auto& sent : test.hand.transport.sent) {
    pulls += sent.header.type == MessageType::kPull;
  }
  CHECK(pulls == 2);
  test.Answer(0, {1, 0}, 0);
  CHECK_FALSE(test.client.IsReady(kRows, 0));
  test.Answer(1, {1, 0}, 3);
  REQUIRE(test.client.IsReady(kRows, 0));
  CHECK(test.client.Take(kRows, 0).shards.size() == 2);
  CHECK_FALSE(test.client.IsPulling(kRows, 0));
}

TEST_CASE("an answer staler than the bound ends the job", "[ps]") {
  ClientTest test(2);
  test.client.Pull(kRows, 0, {7, 0});
  test.Answer(0, {7, 0}, 4);
  CHECK(
      test.client.status().message() ==
      "shard 0 (rank 1 on host h): answers toy_rows of clock 7 as of clock 4, staler than clock 5");
  ClientTest fresh(2);
  fresh.client.Pull(kRows, 0, {7, 0});
  fresh.Answer(0, {7, 0}, 5);
  CHECK(fresh.client.status().ok());
  ClientTest wanted(4);
  wanted.client.Pull(kRows, 0, {2, 0}, 1);
  wanted.Answer(0, {2, 0}, 0);
  CHECK_FALSE(wanted.client.status().ok());
}

TEST_CASE("an inspection takes exactly the clock it asked for, at any staleness", "[ps]") {
  for (const std::uint32_t staleness : {0u, 2u}) {
    ClientTest test(staleness);
    test.client.Inspect(kRows, 0, 3);
    test.Answer(0, {3, 0}, 3);
    CHECK(test.client.IsReady(kRows, 0));
    for (const std::uint32_t applied : {2u, 4u}) {
      ClientTest wrong(staleness);
      wrong.client.Inspect(kRows, 0, 3);
      wrong.Answer(0, {3, 0}, applied);
      CHECK_FALSE(wrong.client.status().ok());
    }
    ClientTest empty(staleness);
    empty.client.Inspect(kTotals, 0, 0);
    MessageHeader header = empty.hand.Header(MessageType::kAnswer, 1);
    header.table = kTotals;
    empty.hand.Give(header);
    CHECK(empty.client.IsReady(kTotals, 0));
  }
}

TEST_CASE("an answer that nobody asked for ends the job", "[ps]") {
  ClientTest test(1);
  test.Answer(0, {1, 0}, 0);
  CHECK(
      test.client.status().message() ==
      "shard 0 (rank 1 on host h): answers slice 0 of table 0 of clock 1, for which nobody asked");
  ClientTest twice(1);
  twice.client.Pull(kRows, 0, {1, 0});
  twice.Answer(0, {1, 0}, 0);
  twice.Answer(0, {1, 0}, 0);
  CHECK_FALSE(twice.client.status().ok());
}

TEST_CASE("a push takes buffers until none is left and goes on when one is acknowledged", "[ps]") {
  ClientTest test(1);
  std::vector<TopicCount> row;
  for (TopicId topic = 0; topic < 4; ++topic) row.push_back({topic, 1u << 30});
  const std::vector<std::uint8_t> packed = EncodeRow(row, 4);
  test.client.BeginPush(kRows, 0, {1, 0});
  int added = 0;
  while (test.client.TryAddRow(0, packed)) ++added;
  CHECK(added >= 2);
  CHECK(added < 8);
  test.client.Advance(test.hand.now, &test.hand.transport);
  CHECK_FALSE(test.client.TryAddRow(0, packed));
  MessageHeader header = test.hand.Header(MessageType::kHeartbeat, 1);
  header.ack = 1;
  test.hand.Give(header);
  test.hand.transport.sent.clear();  // they hold the buffers too
  CHECK(test.client.TryAddRow(0, packed));
  test.client.EndPush();
  test.client.Advance(test.hand.now, &test.hand.transport);
  REQUIRE_FALSE(test.hand.transport.sent.empty());
  CHECK(test.hand.transport.sent.back().header.last);
}

TEST_CASE("rows of another shard, malformed rows and wrong counts are refused", "[ps]") {
  ClientTest test(1, 2);
  const TableLayout& layout = test.job->table(kRows);
  const WordId word = layout.ItemAt(0, 0, 0);
  const auto rows_of = [&](std::uint32_t shard, const std::vector<std::uint8_t>& packed,
                           std::uint32_t num_items) {
    std::vector<std::uint8_t> bytes(64);
    RowBatchWriter writer(bytes);
    writer.Add(word, packed);
    bytes.resize(writer.size());
    PulledSlice pulled;
    pulled.shards.resize(2);
    pulled.shards[shard] = {{num_items, MakePayload(bytes)}};
    Result<SliceRows> rows = SliceRows::Make(&layout, std::move(pulled));
    if (!rows.ok()) return rows.status();
    std::vector<TopicCount> row;
    return rows.value().Get(word, &row);
  };
  const std::vector<std::uint8_t> good = EncodeRow(std::vector<TopicCount>{{1, 2}}, 4);
  CHECK(rows_of(0, good, 1).ok());
  CHECK_FALSE(rows_of(1, good, 1).ok());
  CHECK_FALSE(rows_of(0, good, 2).ok());
  CHECK_FALSE(rows_of(0, {0x09, 1}, 1).ok());
}

TEST_CASE("parts of a row are joined if they follow each other, refused otherwise", "[ps]") {
  const ClientTest test(1);
  const TableLayout& layout = test.job->table(kRows);
  const std::vector<std::uint8_t> low = EncodeRow(std::vector<TopicCount>{{0, 5}, {1, 2}}, 4);
  const std::vector<std::uint8_t> high = EncodeRow(std::vector<TopicCount>{{3, 9}}, 4);
  using Records = std::vector<std::pair<std::uint32_t, std::vector<std::uint8_t>>>;
  // The row of word 0, or why there is none; each record is a batch of its own or all are one.
  const auto row_of = [&](const Records& records, bool split, std::vector<TopicCount>* row) {
    PulledSlice pulled;
    pulled.shards.resize(1);
    std::vector<std::uint8_t> bytes(200);
    RowBatchWriter writer(bytes);
    const auto close = [&] {
      const std::vector<std::uint8_t> used(bytes.begin(), bytes.begin() + writer.size());
      pulled.shards[0].push_back({writer.num_items(), MakePayload(used)});
      writer = RowBatchWriter(bytes);
    };
    for (const auto& [offset, packed] : records) {
      writer.Add(offset, packed);
      if (split) close();
    }
    close();
    const Result<SliceRows> rows = SliceRows::Make(&layout, std::move(pulled));
    return rows.ok() ? rows.value().Get(0, row) : rows.status();
  };
  for (const bool split : {false, true}) {
    std::vector<TopicCount> row;
    REQUIRE(row_of({{0, low}, {0, high}, {1, low}}, split, &row).ok());
    CHECK(row == std::vector<TopicCount>{{0, 5}, {1, 2}, {3, 9}});
    CHECK_FALSE(row_of({{0, high}, {0, low}}, split, &row).ok());
    CHECK_FALSE(row_of({{0, low}, {0, low}}, split, &row).ok());
    CHECK_FALSE(row_of({{0, low}, {1, low}, {0, high}}, split, &row).ok());
  }
}

TEST_CASE("a silent shard is named; a failure elsewhere is passed on in its own words", "[ps]") {
  ClientTest test(0);
  test.hand.Pass(seconds(21));
  CHECK(test.client.status().message() ==
        "lost shard 0 (rank 1 on host h): not heard of for 20.0s, at our clock 0");
  CHECK(test.client.status().code() == StatusCode::kPeerLost);
  const auto after_abort = [](const std::string& payload) {
    ClientTest told(0);
    told.hand.Give(told.hand.Header(MessageType::kAbort, 1),
                   MakePayload(std::vector<std::uint8_t>(payload.begin(), payload.end())));
    return told.client.status();
  };
  CHECK(after_abort("\x04rank 5: disk\nfull").message() == "rank 5: disk\\nfull");
  CHECK(after_abort("\x04rank 5: disk\nfull").code() == StatusCode::kCannotWrite);
  CHECK(after_abort("\x03gone").code() == StatusCode::kBadInput);
  CHECK(after_abort("\x08gone").code() == StatusCode::kPeerLost);
  // "All is saved" and "success" are no failures, whoever says so; nor is silence.
  CHECK(after_abort("\x05gone").code() == StatusCode::kFailure);
  CHECK(after_abort(std::string(1, '\0') + "gone").code() == StatusCode::kFailure);
  CHECK(after_abort("\x09gone").code() == StatusCode::kFailure);
  CHECK(after_abort("").code() == StatusCode::kFailure);
}

}  // namespace
}  // namespace lightlda::testing
