// Bytes: those that pass a transport are those that follow from the declarations.
#include "ps/table_bytes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "net/counting_transport.h"
#include "net/local_transport.h"
#include "ps/actor_loop.h"
#include "ps/server_shard.h"
#include "ps/worker_session.h"

namespace lightlda {
namespace {

TableSpec Numbers(std::uint32_t count) {
  TableSpec spec;
  spec.name = "numbers";
  spec.num_items = count;
  return spec;
}

TableSpec Rows(std::uint32_t num_rows, std::uint32_t num_topics, std::uint32_t num_slices) {
  TableSpec spec;
  spec.name = "rows";
  spec.items = ItemKind::kRows;
  spec.num_items = num_rows;
  spec.num_topics = num_topics;
  spec.pulled = Distribution::kSplit;
  spec.owner = Owner::kLeastLoaded;
  for (std::uint32_t slice = 0; slice <= num_slices; ++slice) {
    spec.slice_begins.push_back(slice * num_rows / num_slices);
  }
  spec.registers = num_slices;
  return spec;
}

std::shared_ptr<const Job> MakeJob(const TableSpec& spec, std::uint32_t num_shards,
                                   std::size_t batch_bytes) {
  auto job = std::make_shared<Job>();
  job->num_workers = 2;
  job->num_shards = num_shards;
  job->members.resize(2 + num_shards);
  job->tables.push_back(TableLayout::Make(spec, num_shards).value());
  job->options.batch_bytes = batch_bytes;
  job->options.num_buffers = 10'000;
  job->options.window_messages = 100'000;
  job->options.window_bytes = std::size_t{1} << 30;
  job->options.min_resend = std::chrono::hours(1);  // nothing is sent twice
  job->options.max_resend = std::chrono::hours(1);
  REQUIRE(job->Validate().message() == "");
  return job;
}

// What the first of two workers sends and receives in a push of all slices and a pull of them.
struct Moved {
  std::uint64_t pushed = 0, pulled = 0;  // payload
  std::uint64_t sent_messages = 0, received_messages = 0;
};

// push(session, slice) adds what each of the workers has.
template <typename Push>
Moved Exchange(const std::shared_ptr<const Job>& job, Push&& push) {
  const SteadyTime time;
  LocalHub hub(2, job->num_shards, 100'000);
  std::vector<std::unique_ptr<ServerShard>> shards;
  std::vector<std::unique_ptr<ActorLoop>> loops;
  for (std::uint32_t s = 0; s < job->num_shards; ++s) {
    shards.push_back(std::make_unique<ServerShard>(job, s, time.Now()));
    loops.push_back(
        std::make_unique<ActorLoop>(shards.back().get(), hub.Connect(job->ShardActor(s)), &time));
  }
  ByteCounts counts;
  std::vector<std::unique_ptr<WorkerSession>> sessions;
  sessions.push_back(
      WorkerSession::Start(
          job, 0, std::make_unique<CountingTransport>(hub.Connect(0), std::nullopt, &counts), &time)
          .value());
  sessions.push_back(WorkerSession::Start(job, 1, hub.Connect(1), &time).value());
  const TableLayout& table = job->table(0);
  for (const auto& session : sessions) {
    for (std::uint32_t slice = 0; slice < table.num_slices(); ++slice) {
      REQUIRE(session->BeginPush(0, slice, {1, 0}).ok());
      REQUIRE(push(session.get(), slice).ok());
      REQUIRE(session->EndPush().ok());
    }
  }
  for (const auto& session : sessions) {
    for (std::uint32_t slice = 0; slice < table.num_slices(); ++slice) {
      REQUIRE(session->Pull(0, slice, {1, 0}).ok());
      const bool has_rows = table.spec().items == ItemKind::kRows;
      const bool pulled =
          has_rows ? session->WaitRows(0, slice).ok() : session->WaitNumbers(0, slice).ok();
      REQUIRE(pulled);
    }
  }
  for (const auto& session : sessions) REQUIRE(session->Finish().ok());
  for (const auto& loop : loops) REQUIRE(loop->Join().ok());
  return {counts.sent - kHeaderBytes * counts.sent_messages,
          counts.received - kHeaderBytes * counts.received_messages, counts.sent_messages,
          counts.received_messages};
}

TEST_CASE("numbers move exactly the bytes that their declaration says", "[ps]") {
  TableSpec split = Numbers(700);
  split.pulled = Distribution::kSplit;
  split.slice_begins = {0, 1, 130, 131, 700};
  split.registers = 4;
  for (const TableSpec& spec : {Numbers(1), Numbers(2), Numbers(1000), Numbers(40'000), split}) {
    for (const std::uint32_t shards : {1u, 3u}) {
      for (const std::size_t batch : {std::size_t{64}, std::size_t{1000}, std::size_t{1} << 20}) {
        for (const Count value : {Count{1}, Count{31}, Count{1} << 40}) {
          INFO(spec.num_items << " numbers " << value << ", " << shards << " shards, " << batch);
          const Moved moved =
              Exchange(MakeJob(spec, shards, batch), [&](WorkerSession* session, auto slice) {
                const std::vector<Count> numbers(
                    spec.slice_begin(slice + 1) - spec.slice_begin(slice), value);
                return session->AddNumbers(numbers);
              });
          const Traffic push = NumberTraffic(spec, value, shards, batch);
          const Traffic pull = NumberTraffic(spec, 2 * value, shards, batch);
          CHECK(static_cast<double>(moved.pushed) == push.payload_bytes);
          CHECK(static_cast<double>(moved.pulled) == pull.payload_bytes);
          // Besides: requests, the end, acknowledgements.
          CHECK(static_cast<double>(moved.sent_messages) >= push.messages);
          CHECK(static_cast<double>(moved.received_messages) >= pull.messages);
        }
      }
    }
  }
}

// Rows as of a trained model: the r-th of a word's n entries has about n / r tokens.
std::vector<TopicDelta> ModelRow(std::uint32_t entries, std::uint32_t num_topics,
                                 std::mt19937* random) {
  std::vector<TopicId> topics(num_topics);
  for (TopicId topic = 0; topic < num_topics; ++topic) topics[topic] = topic;
  std::shuffle(topics.begin(), topics.end(), *random);
  topics.resize(entries);
  std::sort(topics.begin(), topics.end());
  std::vector<TopicDelta> row;
  for (const TopicId topic : topics) {
    const std::uint32_t rank = 1 + (*random)() % entries;
    row.push_back({topic, static_cast<std::int32_t>(1 + entries / rank)});
  }
  return row;
}

TEST_CASE("rows move the bytes that follow from their number and entries", "[ps]") {
  constexpr std::uint32_t kRows = 2000;
  for (const std::uint32_t num_topics : {100u, 1000u, 20'000u}) {
    INFO("K = " << num_topics);
    const TableSpec spec = Rows(kRows, num_topics, 5);
    std::mt19937 random(num_topics);
    std::vector<std::vector<TopicDelta>> rows;
    double entries = 0, predicted_push = 0, predicted_pull = 0;
    for (std::uint32_t row = 0; row < kRows; ++row) {
      const auto size = static_cast<std::uint32_t>(
          std::clamp(2.0 * num_topics / (1 + row), 1.0, 0.6 * num_topics));
      rows.push_back(ModelRow(size, num_topics, &random));
      entries += size;
      predicted_push += RowPayload(spec, Movement::kPush, 1, size);
      predicted_pull += RowPayload(spec, Movement::kPull, 1, size);
    }
    const std::size_t batch = std::size_t{1} << 16;
    const Moved moved =
        Exchange(MakeJob(spec, 3, batch), [&](WorkerSession* session, std::uint32_t slice) {
          RowChanges changes;
          for (std::uint32_t r = spec.slice_begin(slice); r < spec.slice_begin(slice + 1); ++r) {
            changes.Add(r, rows[r]);
          }
          return session->AddRows(changes);
        });
    INFO(entries << " entries");
    CHECK(static_cast<double>(moved.pushed) == Approx(predicted_push).epsilon(0.25));
    CHECK(static_cast<double>(moved.pulled) == Approx(predicted_pull).epsilon(0.15));
    const auto pulled = static_cast<double>(moved.pulled);
    const Traffic traffic = RowTraffic(spec, pulled, 3, batch);
    CHECK(traffic.payload_bytes == pulled);
    CHECK(traffic.messages >= 15);
    CHECK(static_cast<double>(moved.received_messages) >= traffic.messages);
  }
}

TEST_CASE("nothing moves where there is nothing, but a message for each slice and shard", "[ps]") {
  CHECK(RowPayload(Rows(10, 5, 2), Movement::kPush, 0, 0) == 0);
  CHECK(RowTraffic(Rows(10, 5, 2), 0, 3, 1000).messages == 6);
  CHECK(RowTraffic(Rows(10, 5, 2), 0, 3, 1000).bytes() == 6 * kHeaderBytes);
  CHECK(NumberTraffic(Numbers(2), 1, 5, 1000).messages == 5);
}

TEST_CASE("memory follows from slices, registers and how many share a table", "[ps]") {
  TableSpec rows = Rows(100, 50, 10);
  rows.registers = 4;
  const TableContent content = {2000, 4000};
  CHECK(WorkerBytes(rows, content) == 5 * 400);  // four asked for, one at hand
  CHECK(ItemBytes(rows, content, 2) == (2000 * 8 * 1.5 + 100 * 16) / 2);
  CHECK(ItemBytes(Numbers(100), {}, 2) == 400);
  // One answer for each slice, an old one at each worker, and those to inspections.
  CHECK(AnswersAlive(rows, {3, 2, 0}) == 10 + 3 + 8);
  CHECK(AnswersAlive(rows, {3, 2, 1}) == 3 * 5 + 8);
  CHECK(AnswerBytes(rows, content, {3, 2, 0}) == 21 * 200);
  CHECK(MostContent(rows).entries == 5000);
  rows.max_entries.assign(100, 7);
  CHECK(MostContent(rows).entries == 700);
  CHECK(MostContent(Numbers(3)).entries == 0);
  CHECK(MostContent(Numbers(3)).packed_bytes > 0);
}

TEST_CASE("a shard's pool takes every answer that can be alive, whatever the rows", "[ps]") {
  constexpr std::uint32_t kTopics = 300;
  for (const std::size_t batch : {std::size_t{64}, std::size_t{100}, std::size_t{5000}}) {
    TableSpec spec = Rows(20, kTopics, 2);
    spec.num_topics = 1 << 24;  // far apart: every entry as long as can be
    spec.max_entries.assign(20, kTopics);
    const auto job = MakeJob(spec, 1, batch);
    ShardRows shard(&job->table(0), 0);
    for (std::uint32_t row = 0; row < 20; ++row) {
      std::vector<TopicDelta> deltas;
      for (TopicId topic = 0; topic < kTopics; ++topic) {
        deltas.push_back({topic * 50'000 + 49'999, 0x7FFFFFFF - static_cast<int>(topic)});
      }
      RowChanges changes;
      changes.Add(row, deltas);
      PackedChanges packed;
      packed.Pack(changes, spec.num_topics, 1 << 20);
      std::vector<std::uint8_t> bytes(1 << 20);
      RowBatchWriter writer(bytes);
      MessageHeader header;
      header.slice = row / 10;
      header.num_items = 1;
      REQUIRE(writer.Add(row % 10, packed.bytes(0)));
      REQUIRE(shard.Apply(header, std::span(bytes).first(writer.size())).message() == "");
    }
    const std::size_t pool_size = AnswerBuffers(*job, 0);
    BufferPool pool(pool_size, batch);
    std::vector<std::vector<AnswerBatch>> answers;
    for (std::uint32_t i = 0; i < AnswersAlive(spec, {2, 1, 0}); ++i) {
      answers.push_back(shard.Encode(i % 2, &pool));
      REQUIRE_FALSE(answers.back().empty());
    }
    // And it is not far too large.
    CHECK(pool.num_free() < 4 * pool_size / 5);
  }
}

}  // namespace
}  // namespace lightlda
