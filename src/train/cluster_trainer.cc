// From a group of processes to a team of workers with a table between them.
#include <sched.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "collective/agreement.h"
#include "collective/host.h"
#include "lightlda/cluster.h"
#include "ps/cluster_member.h"
#include "train/observer_calls.h"
#include "train/plan.h"
#include "train/ps_table.h"
#include "train/settings.h"
#include "train/tables.h"
#include "train/time_limit.h"
#include "train/train_run.h"

namespace lightlda {
namespace {

// The host and the cores of it that this process may use.
std::string Place() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  (void)::sched_getaffinity(0, sizeof(cores), &cores);
  return HostIdentity() + std::string(reinterpret_cast<const char*>(&cores), sizeof(cores));
}

// `num_threads`=0 is one thread per usable core, of which processes in the same place have their
// share.
Result<int> ResolveThreads(int requested, ProcessGroup* all) {
  const std::string mine = Place();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> places, all->AllGather(mine));
  if (requested > 0) return requested;
  const auto sharers = static_cast<int>(std::count(places.begin(), places.end(), mine));
  return std::max(1, ResolveThreadCount(0) / std::max(1, sharers));
}

TeamShape ShapeOf(const ClusterOptions& options, int num_processes) {
  TeamShape team;
  team.dedicated_servers = options.server_processes > 0;
  // Too many servers are refused when the processes meet.
  const int workers = std::max(1, num_processes - options.server_processes);
  team.num_workers = static_cast<std::uint32_t>(workers);
  team.num_shards =
      static_cast<std::uint32_t>(team.dedicated_servers ? options.server_processes : num_processes);
  team.staleness = options.staleness;
  return team;
}

// What a process starts from.
struct Start {
  TrainConfig config;
  Corpus corpus;
  PlanDetails plan;
};

Result<Start> Prepare(const TrainConfig& config, const ClusterOptions& options, ProcessGroup* all) {
  Result<Corpus> corpus = OpenForTraining(config);
  LIGHTLDA_RETURN_IF_ERROR(Agree(all, corpus.status()));
  Start start{config, std::move(corpus).value(), {}};
  LIGHTLDA_ASSIGN_OR_RETURN(start.config.num_threads, ResolveThreads(config.num_threads, all));
  Result<PlanDetails> plan = PlanRun(start.config, start.corpus, ShapeOf(options, all->size()));
  LIGHTLDA_RETURN_IF_ERROR(Agree(all, plan.status()));
  start.plan = std::move(plan).value();
  const std::string mine =
      RunSettings(start.config, start.plan, start.corpus.checksum()).Fingerprint();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all_prints, all->AllGather(mine));
  for (std::size_t rank = 0; rank < all_prints.size(); ++rank) {
    if (all_prints[rank] == all_prints[0]) continue;
    return Status::Usage("rank " + std::to_string(rank) +
                         " has other flags or another corpus than rank 0: " + all_prints[rank] +
                         ", not " + all_prints[0]);
  }
  return start;
}

Result<TrainResult> Work(const Start& start, ClusterMember* member, ObserverCalls* observer,
                         StopToken stop) {
  PsTable table(&member->job(), member->session(), member->workers());
  TrainTeam team;
  team.group = member->workers();
  team.table = &table;
  team.staleness = start.plan.staleness;
  team.traffic = [member] {
    const ClusterTraffic traffic = member->traffic();
    return Traffic{traffic.sent_bytes + traffic.received_bytes, traffic.wait_seconds};
  };
  TrainRun run(start.config, &start.corpus, start.plan, &team, observer, std::move(stop));
  Result<TrainResult> result = RunToEnd(&run);
  const bool orderly = result.ok() || result.status().code() == StatusCode::kStopped;
  if (!orderly) {
    member->Abort(result.status());
    return result;
  }
  LIGHTLDA_RETURN_IF_ERROR(member->Finish());
  return result;
}

// This process's part, whatever its roles.
Result<TrainResult> TakePart(const TrainConfig& config, const ClusterOptions& options,
                             ProcessGroup* all, ObserverCalls* observer, StopToken stop) {
  const auto begin = TimeLimit::Clock::now();
  LIGHTLDA_ASSIGN_OR_RETURN(Start start, Prepare(config, options, all));
  ClusterOptions planned = options;
  planned.staleness = start.plan.staleness;
  LIGHTLDA_ASSIGN_OR_RETURN(
      const std::unique_ptr<ClusterMember> member,
      ClusterMember::Join(
          all, planned,
          TrainingTables(start.corpus.vocabulary().frequencies(), start.config.num_topics,
                         static_cast<std::uint32_t>(start.plan.num_slices))));
  if (!member->is_worker()) {
    LIGHTLDA_RETURN_IF_ERROR(member->Serve());
    return TrainResult();
  }
  start.config = WithTimeLeft(std::move(start.config), begin);
  return Work(start, member.get(), observer, std::move(stop));
}

}  // namespace

Result<TrainPlan> PlanOnCluster(const TrainConfig& config, const ClusterOptions& options,
                                ProcessGroup* all) {
  if (all->size() == 1) return PlanTraining(config);
  return CatchBadAlloc([&]() -> Result<TrainPlan> {
    LIGHTLDA_ASSIGN_OR_RETURN(Start start, Prepare(config, options, all));
    return TrainPlan(std::move(start.plan));
  });
}

Result<TrainResult> TrainOnCluster(const TrainConfig& config, const ClusterOptions& options,
                                   ProcessGroup* all, TrainObserver* observer, StopToken stop) {
  if (all->size() == 1) return Train(config, observer, std::move(stop));
  ObserverCalls calls(observer);
  Result<TrainResult> result =
      CatchBadAlloc([&] { return TakePart(config, options, all, &calls, std::move(stop)); });
  calls.Rethrow();  // the others know by now
  return result;
}

}  // namespace lightlda
