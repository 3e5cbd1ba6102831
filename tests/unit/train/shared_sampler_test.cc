// Samplers that share their rows over a parameter server, each in a thread, against one sampler.
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "net/local_transport.h"
#include "ps/actor_loop.h"
#include "ps/server_shard.h"
#include "ps/worker_session.h"
#include "sampler/sampler.h"
#include "sampler_likelihood.h"
#include "stage_settings.h"
#include "synthetic_corpus.h"
#include "test_util.h"
#include "thread_group.h"
#include "train/evaluation.h"
#include "train/ps_table.h"
#include "train/schedule.h"
#include "train/tables.h"

namespace lightlda {
namespace {

using testing::Blocks;
using testing::Documents;
using testing::LogLikelihood;
using testing::Must;
using testing::TempDir;
using testing::ThreadGroup;

constexpr std::size_t kWords = 60;
constexpr std::size_t kBlocks = 5;
constexpr std::uint32_t kTopics = 12;
constexpr int kLevels = 2;
constexpr std::uint32_t kIterations = 12;          // of each stage: enough for stale rows
using Topics = std::vector<std::vector<TopicId>>;  // [num_blocks][num_tokens]

Documents SmallCorpus() { return testing::DrawPlanted(300, 25, kWords, 5, /*seed=*/4); }

SamplerOptions Options(const std::string& scratch, std::size_t part_bytes) {
  SamplerOptions options;
  options.num_topics = kTopics;
  options.alpha.assign(kTopics, 0.1);
  options.beta = 0.01;
  options.num_words = kWords;
  options.part_bytes = part_bytes;
  options.scratch_directory = scratch;
  return options;
}

// How the processes of a run exchange, and whether they stream.
struct Sharing {
  std::uint32_t num_shards = 0;
  std::uint32_t staleness = 0;
  bool streamed = false;
};

// A stage with more proposals if it is the last, or without any.
StageSettings Settings(int level, bool proposals, const Sharing& sharing) {
  PlanDetails plan;
  plan.num_shards = static_cast<int>(sharing.num_shards);
  plan.staleness = sharing.staleness;
  PlanDetails::Stage stage;
  stage.level = level;
  stage.draws = proposals ? Draws::kProposals : Draws::kConditionals;
  stage.mh_steps = level == 0 ? 2 : 1;
  stage.beta = level == 0 ? 0 : 0.05;
  stage.streamed = sharing.streamed;
  return SettingsOf(plan, stage);
}

// Stages of growth, a few iterations each.
Status TrainAll(Sampler* sampler, bool proposals, const Sharing& sharing,
                const std::function<Status()>& between = {}) {
  std::uint32_t iteration = 0;
  for (int level = kLevels; level >= 0; --level) {
    LIGHTLDA_RETURN_IF_ERROR(sampler->StartStage(Settings(level, proposals, sharing), iteration));
    for (std::uint32_t i = 0; i < kIterations; ++i) {
      LIGHTLDA_RETURN_IF_ERROR(sampler->Iterate(++iteration));
      if (between) LIGHTLDA_RETURN_IF_ERROR(between());
    }
  }
  return {};
}

Topics TopicsOf(const Sampler& sampler, std::size_t num_blocks) {
  Topics topics(num_blocks);
  for (std::size_t b = 0; b < num_blocks; ++b) Must(sampler.ReadTopics(b, &topics[b]));
  return topics;
}

// What one sampler with all tokens does.
struct Reference {
  explicit Reference(bool proposals)
      : blocks(testing::MakeBlocks(SmallCorpus(), kWords, kBlocks)), pool(1) {
    sampler = std::make_unique<Sampler>(Options("", 0), blocks, &pool);
    Must(TrainAll(sampler.get(), proposals, {}));
  }
  Blocks blocks;
  ThreadPool pool;
  std::unique_ptr<Sampler> sampler;
};

struct Cluster {
  std::uint32_t workers = 2;
  std::uint32_t shards = 2;
  std::uint32_t slices = 3;
  std::uint32_t staleness = 0;
  int threads = 1;
  std::size_t part_bytes = 0;

  Sharing sharing() const { return {shards, staleness, part_bytes > 0}; }
};

std::vector<Count> Frequencies(const Blocks& blocks) {
  std::vector<Count> frequencies(kWords, 0);
  for (const auto& block : blocks) {
    for (std::size_t w = 0; w < kWords; ++w) {
      frequencies[w] += block->word_offsets[w + 1] - block->word_offsets[w];
    }
  }
  return frequencies;
}

std::shared_ptr<const Job> MakeJob(const Cluster& cluster, const Blocks& blocks) {
  auto job = std::make_shared<Job>();
  const std::vector<Count> frequencies = Frequencies(blocks);
  job->num_workers = cluster.workers;
  job->num_shards = cluster.shards;
  job->members.resize(cluster.workers + cluster.shards);
  for (TableSpec& table : TrainingTables(frequencies, kTopics, cluster.slices)) {
    job->tables.push_back(Must(TableLayout::Make(std::move(table), cluster.shards)));
  }
  job->options.staleness = cluster.staleness;
  return job;
}

// One worker of a cluster: the blocks b with b % workers == worker.
struct Worker {
  Worker(const Cluster& cluster, std::uint32_t worker, std::shared_ptr<const Job> job_ptr,
         std::unique_ptr<Transport> transport, std::unique_ptr<ProcessGroup> group_ptr)
      : job(std::move(job_ptr)), group(std::move(group_ptr)), pool(cluster.threads) {
    Blocks all = testing::MakeBlocks(SmallCorpus(), kWords, kBlocks);
    for (std::size_t b = worker; b < kBlocks; b += cluster.workers) {
      blocks.push_back(std::move(all[b]));
    }
    session = Must(WorkerSession::Start(job, worker, std::move(transport), &time));
    table = std::make_unique<PsTable>(job.get(), session.get());
    sampler = std::make_unique<Sampler>(Options(scratch.path(), cluster.part_bytes), blocks, &pool,
                                        table.get());
  }

  SteadyTime time;
  std::shared_ptr<const Job> job;
  std::unique_ptr<ProcessGroup> group;
  TempDir scratch;
  Blocks blocks;
  ThreadPool pool;
  std::unique_ptr<WorkerSession> session;
  std::unique_ptr<PsTable> table;
  std::unique_ptr<Sampler> sampler;
};

// Runs work(worker) in a thread for every worker of a cluster. Returns the topics they end with.
Topics RunCluster(const Cluster& cluster, const std::function<Status(Worker*)>& work) {
  const Blocks all = testing::MakeBlocks(SmallCorpus(), kWords, kBlocks);
  const std::shared_ptr<const Job> job = MakeJob(cluster, all);
  const SteadyTime time;
  LocalHub hub(cluster.workers, cluster.shards);
  std::vector<std::unique_ptr<ServerShard>> shards;
  std::vector<std::unique_ptr<ActorLoop>> loops;
  for (std::uint32_t s = 0; s < cluster.shards; ++s) {
    shards.push_back(std::make_unique<ServerShard>(job, s, time.Now()));
    loops.push_back(
        std::make_unique<ActorLoop>(shards.back().get(), hub.Connect(job->ShardActor(s)), &time));
  }
  auto groups = ThreadGroup::Make(static_cast<int>(cluster.workers));
  Topics topics(kBlocks);
  std::vector<Status> statuses(cluster.workers);
  std::vector<std::thread> threads;
  for (std::uint32_t w = 0; w < cluster.workers; ++w) {
    threads.emplace_back([&, w] {
      Worker worker(cluster, w, job, hub.Connect(w), std::move(groups[w]));
      statuses[w] = work(&worker);
      if (!statuses[w].ok()) return worker.session->Abort(statuses[w]);
      statuses[w] = worker.session->Finish();
      Topics own = TopicsOf(*worker.sampler, worker.blocks.size());
      for (std::size_t i = 0; i < own.size(); ++i) {
        topics[worker.blocks[i]->number] = std::move(own[i]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (auto& loop : loops) CHECK(loop->Join().message() == "");
  for (const Status& status : statuses) CHECK(status.message() == "");
  return topics;
}

TEST_CASE("samplers that share an exact table do what one with all tokens does",
          "[train][shared]") {
  const bool proposals = GENERATE(true, false);
  CAPTURE(proposals);
  const Reference reference(proposals);
  const Topics expected = TopicsOf(*reference.sampler, kBlocks);
  const double likelihood = LogLikelihood(reference.sampler.get());
  for (const Cluster& cluster :
       {Cluster{.workers = 1, .shards = 1, .slices = 1}, Cluster{.workers = 2, .slices = 20},
        Cluster{.workers = 3, .shards = 1, .threads = 2},
        Cluster{.workers = 7, .shards = 3, .slices = 2},  // two of them without a block
        Cluster{.workers = 2, .threads = 2, .part_bytes = 1 << 8}}) {
    CAPTURE(cluster.workers, cluster.shards, cluster.slices, cluster.threads);
    const Topics topics = RunCluster(cluster, [&](Worker* worker) -> Status {
      LIGHTLDA_RETURN_IF_ERROR(TrainAll(worker->sampler.get(), proposals, cluster.sharing()));
      LIGHTLDA_ASSIGN_OR_RETURN(
          const double found,
          JointLogLikelihoodPerToken(worker->sampler.get(), worker->group.get()));
      const bool same = std::abs(found - likelihood) < 1e-12;
      return same ? Status() : Status::Failure("likelihood " + std::to_string(found));
    });
    CHECK(topics == expected);
  }
}

TEST_CASE("a shared run that is restored goes on as if it had not stopped", "[train][shared]") {
  const bool proposals = GENERATE(true, false);
  CAPTURE(proposals);
  const Reference reference(proposals);
  const Topics halfway = TopicsOf(*reference.sampler, kBlocks);
  const std::uint32_t done = (kLevels + 1) * kIterations;
  constexpr std::uint32_t kMore = 12;  // enough for rows to be stale again after a restart
  for (std::uint32_t i = 1; i <= kMore; ++i) Must(reference.sampler->Iterate(done + i));
  const Topics expected = TopicsOf(*reference.sampler, kBlocks);
  const auto resume = [&](const Cluster& cluster) {
    return RunCluster(cluster, [&](Worker* worker) -> Status {
      const auto read = [&](std::size_t b) -> Result<std::vector<TopicId>> {
        return halfway[worker->blocks[b]->number];
      };
      LIGHTLDA_RETURN_IF_ERROR(
          worker->sampler->Restore(Settings(0, proposals, cluster.sharing()), done, read));
      for (std::uint32_t i = 1; i <= kMore; ++i) {
        LIGHTLDA_RETURN_IF_ERROR(worker->sampler->Iterate(done + i));
      }
      return {};
    });
  };
  CHECK(resume({.workers = 3}) == expected);
  // With stale rows the proposals that follow a restart are those of the uninterrupted run, so the
  // topics after it are about as good.
  const Topics stale = resume({.workers = 3, .staleness = 1});
  CHECK(stale.size() == expected.size());
  CHECK(stale != halfway);
}

TEST_CASE("stale rows lose no counts and cost little likelihood", "[train][shared]") {
  const bool proposals = GENERATE(true, false);
  CAPTURE(proposals);
  Reference reference(proposals);
  const double exact = LogLikelihood(reference.sampler.get());
  for (const std::uint32_t staleness : {1u, 4u}) {
    for (const std::size_t part_bytes : {std::size_t{0}, std::size_t{1} << 8}) {
      CAPTURE(staleness, part_bytes);
      const Cluster cluster{.workers = 3,
                            .slices = 6,
                            .staleness = staleness,
                            .threads = 2,
                            .part_bytes = part_bytes};
      double likelihood = 0;
      RunCluster(cluster, [&](Worker* worker) -> Status {
        // Fails if rows, totals and documents do not agree, after every iteration.
        const auto evaluate = [&]() -> Status {
          LIGHTLDA_ASSIGN_OR_RETURN(
              const double found,
              JointLogLikelihoodPerToken(worker->sampler.get(), worker->group.get()));
          if (worker->group->rank() == 0) likelihood = found;
          return {};
        };
        return TrainAll(worker->sampler.get(), proposals, cluster.sharing(), evaluate);
      });
      // A short run of a small corpus: chains differ by about this.
      CHECK(likelihood == Approx(exact).epsilon(0.05));
    }
  }
}

}  // namespace
}  // namespace lightlda
