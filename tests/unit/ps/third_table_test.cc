// A table more is a declaration more: tables of every kind beside each other, of which src/ps knows
// nothing but what is said here. (The simulator's toy has a third table, too.)
#include <barrier>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ps/actor_loop.h"
#include "ps/server_shard.h"
#include "ps/worker_session.h"
#include "test_util.h"
#include "transports.h"

namespace lightlda::testing {
namespace {

constexpr std::uint32_t kWorkers = 3;
constexpr std::uint32_t kShards = 2;
constexpr std::uint32_t kClocks = 3;

std::vector<TableSpec> Tables() {
  TableSpec words;  // as of a word-topic table
  words.name = "words";
  words.items = ItemKind::kRows;
  words.num_items = 40;
  words.num_topics = 9;
  words.pulled = Distribution::kSplit;
  words.owner = Owner::kLeastLoaded;
  words.slice_begins = {0, 3, 20, 40};
  words.max_entries.assign(40, 9);
  words.registers = 3;

  TableSpec authors;  // a second table of rows, of another width, small enough to be pulled whole
  authors.name = "authors";
  authors.items = ItemKind::kRows;
  authors.num_items = 11;
  authors.num_topics = 200;

  TableSpec histograms;  // of documents by their share of a topic: K x buckets
  histograms.name = "histograms";
  histograms.num_items = 9 * 16;

  TableSpec sums;  // of either sign, in slices
  sums.name = "sums";
  sums.num_items = 30;
  sums.update = Update::kAddSigned;
  sums.pulled = Distribution::kSplit;
  sums.slice_begins = {0, 1, 30};
  sums.registers = 2;
  return {words, authors, histograms, sums};
}

std::shared_ptr<const Job> MakeJob(std::uint32_t staleness) {
  auto job = std::make_shared<Job>();
  job->num_workers = kWorkers;
  job->num_shards = kShards;
  job->members.resize(kWorkers + kShards);
  for (TableSpec& spec : Tables()) {
    job->tables.push_back(TableLayout::Make(std::move(spec), kShards).value());
  }
  job->options.staleness = staleness;
  job->options.batch_bytes = 100;  // several messages of most slices
  job->options.num_buffers = 8;
  return job;
}

// What worker w adds to an item in every push: to a row, at topics that differ from item to item.
Count NumberDelta(const TableSpec& spec, std::uint32_t worker, std::uint32_t item) {
  const Count delta = 7 * item + worker + 1;
  return spec.update == Update::kAddSigned && item % 3 == 0 ? -delta : delta;
}
std::vector<TopicDelta> RowDelta(const TableSpec& spec, std::uint32_t worker, std::uint32_t row) {
  std::vector<TopicDelta> deltas;
  for (TopicId topic = (row + worker) % 3; topic < spec.num_topics; topic += 3) {
    deltas.push_back({topic, static_cast<std::int32_t>(row + worker + 1)});
  }
  return deltas;
}

// One worker's calls, the same for every table.
class Exerciser {
 public:
  Exerciser(const Job* job, WorkerSession* session, std::barrier<>* barrier)
      : job_(*job), session_(*session), barrier_(*barrier) {}

  Status Run() {
    for (std::uint32_t clock = 1; clock <= kClocks; ++clock) {
      for (std::uint8_t phase = 0; phase < job_.num_phases(); ++phase) {
        const auto exchange = [&](TableId table, std::uint32_t slice) {
          return Exchange(table, slice, {clock, phase});
        };
        LIGHTLDA_RETURN_IF_ERROR(ForEachSlice(exchange));
      }
    }
    barrier_.arrive_and_wait();  // nobody pushes
    const auto inspect = [&](TableId table, std::uint32_t slice) -> Status {
      LIGHTLDA_RETURN_IF_ERROR(session_.Inspect(table, slice, kClocks));
      return Check(table, slice, job_.EndOf(kClocks));
    };
    LIGHTLDA_RETURN_IF_ERROR(ForEachSlice(inspect));
    barrier_.arrive_and_wait();
    return session_.Finish();
  }

 private:
  template <typename Visit>
  Status ForEachSlice(Visit&& visit) {
    for (std::size_t t = 0; t < job_.tables.size(); ++t) {
      for (std::uint32_t slice = 0; slice < job_.tables[t].num_slices(); ++slice) {
        Status status = visit(static_cast<TableId>(t), slice);
        if (!status.ok()) return status;
      }
    }
    return {};
  }

  Status Exchange(TableId table, std::uint32_t slice, Step step) {
    if (job_.options.staleness == 0) {
      LIGHTLDA_RETURN_IF_ERROR(Push(table, slice, step));
      LIGHTLDA_RETURN_IF_ERROR(session_.Pull(table, slice, step));
      return Check(table, slice, job_.Ordinal(step));
    }
    LIGHTLDA_RETURN_IF_ERROR(session_.Pull(table, slice, step, step.clock - 1));
    LIGHTLDA_RETURN_IF_ERROR(Check(table, slice, 0));
    return Push(table, slice, step);
  }

  Status Push(TableId id, std::uint32_t slice, Step step) {
    const TableLayout& table = job_.table(id);
    LIGHTLDA_RETURN_IF_ERROR(session_.BeginPush(id, slice, step));
    RowChanges rows;
    std::vector<Count> numbers;
    for (std::uint32_t i = table.slice_begin(slice); i < table.slice_end(slice); ++i) {
      if (table.spec().items == ItemKind::kRows) {
        rows.Add(i, RowDelta(table.spec(), session_.worker(), i));
      } else {
        numbers.push_back(NumberDelta(table.spec(), session_.worker(), i));
      }
    }
    LIGHTLDA_RETURN_IF_ERROR(table.spec().items == ItemKind::kRows ? session_.AddRows(rows)
                                                                   : session_.AddNumbers(numbers));
    return session_.EndPush();
  }

  // Waits for a slice and compares it with `pushes` pushes of every worker; 0: anything goes.
  Status Check(TableId id, std::uint32_t slice, std::uint64_t pushes) {
    const TableLayout& table = job_.table(id);
    const auto failure = [&](std::uint32_t item) {
      return Status::Failure("item " + std::to_string(item) + " of " + table.spec().name +
                             " is not the sum of " + std::to_string(pushes) + " pushes");
    };
    if (table.spec().items == ItemKind::kNumbers) {
      LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<Count> found, session_.WaitNumbers(id, slice));
      for (std::uint32_t i = table.slice_begin(slice); i < table.slice_end(slice); ++i) {
        Count sum = 0;
        for (std::uint32_t w = 0; w < kWorkers; ++w) sum += NumberDelta(table.spec(), w, i);
        const bool same = found[i - table.slice_begin(slice)] == static_cast<Count>(pushes) * sum;
        if (pushes > 0 && !same) return failure(i);
      }
      return {};
    }
    LIGHTLDA_ASSIGN_OR_RETURN(const SliceRows found, session_.WaitRows(id, slice));
    std::vector<TopicCount> row;
    for (std::uint32_t i = table.slice_begin(slice); i < table.slice_end(slice); ++i) {
      LIGHTLDA_RETURN_IF_ERROR(found.Get(i, &row));
      std::vector<std::int64_t> sums(table.num_topics(), 0), counts(table.num_topics(), 0);
      for (std::uint32_t w = 0; w < kWorkers; ++w) {
        for (const TopicDelta& delta : RowDelta(table.spec(), w, i)) {
          sums[delta.topic] += static_cast<std::int64_t>(pushes) * delta.delta;
        }
      }
      for (const TopicCount& entry : row) counts[entry.topic] = entry.count;
      if (pushes > 0 && sums != counts) return failure(i);
    }
    return {};
  }

  const Job& job_;
  WorkerSession& session_;
  std::barrier<>& barrier_;
};

void Exercise(const std::shared_ptr<const Job>& job, Transports transports) {
  REQUIRE(job->Validate().message() == "");
  const SteadyTime time;
  std::vector<std::unique_ptr<ServerShard>> shards;
  std::vector<std::unique_ptr<ActorLoop>> loops;
  for (std::uint32_t s = 0; s < kShards; ++s) {
    shards.push_back(std::make_unique<ServerShard>(job, s, time.Now()));
    loops.push_back(std::make_unique<ActorLoop>(shards.back().get(),
                                                std::move(transports[job->ShardActor(s)]), &time));
  }
  std::vector<Status> statuses(kWorkers);
  std::vector<std::thread> threads;
  std::barrier<> barrier(kWorkers);
  for (std::uint32_t w = 0; w < kWorkers; ++w) {
    threads.emplace_back([&, w] {
      const auto session = WorkerSession::Start(job, w, std::move(transports[w]), &time).value();
      statuses[w] = Exerciser(job.get(), session.get(), &barrier).Run();
      if (statuses[w].ok()) return;
      session->Abort(statuses[w]);
      barrier.arrive_and_drop();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Status& status : statuses) CHECK(status.message() == "");
  for (const auto& loop : loops) CHECK(loop->Join().message() == "");
}

TEST_CASE("tables of any declaration are pushed, summed, pulled and inspected, over any transport",
          "[ps][zmq]") {
  const TempDir directory;
  for (const std::uint32_t staleness : {0u, 2u}) {
    INFO("staleness " << staleness);
    const auto job = MakeJob(staleness);
    Exercise(job, LocalTransports(*job));
    const auto network = ZmqNetwork::Create({}, job->options.batch_bytes).value();
    Exercise(job, ZmqTransports(*job, network.get(), "", [&](std::uint32_t shard) {
               return "ipc://" + directory.File("shard-" + std::to_string(shard));
             }));
    Exercise(job, ZmqTransports(*job, network.get(), "",
                                [](std::uint32_t) { return "tcp://127.0.0.1:*"; }));
  }
}

}  // namespace
}  // namespace lightlda::testing
