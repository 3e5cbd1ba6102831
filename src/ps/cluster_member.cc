// Meet, listen, connect, start: each step ends with an agreement, so all go on or none does.
#include "ps/cluster_member.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/out_of_memory.h"
#include "collective/agreement.h"
#include "ps/peer_reporter.h"

namespace lightlda {
namespace {

Duration FromSeconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

JobOptions LimitsFor(const ClusterOptions& options, std::uint32_t num_shards) {
  JobOptions limits = JobOptions::ForShards(num_shards);
  limits.staleness = options.staleness;
  limits.stall_timeout = FromSeconds(options.stall_timeout_seconds);
  limits.pull_timeout = std::max(limits.pull_timeout, 2 * limits.stall_timeout);
  limits.linger = FromSeconds(options.linger_seconds);
  return limits;
}

// What has to be the same in all processes, in words that explain a difference.
std::string Settings(const ClusterOptions& options, const std::vector<TableSpec>& tables) {
  std::string settings = "server_processes=" + std::to_string(options.server_processes) +
                         " staleness=" + std::to_string(options.staleness) +
                         " secure=" + std::to_string(options.secure ? 1 : 0) +
                         " transport=" + std::to_string(static_cast<int>(options.transport)) +
                         " stall_timeout=" + std::to_string(options.stall_timeout_seconds) +
                         " tables:";
  for (const TableSpec& table : tables) settings += " " + table.Fingerprint();
  return settings;
}

}  // namespace

Result<std::unique_ptr<ClusterMember>> ClusterMember::Join(ProcessGroup* all,
                                                           const ClusterOptions& options,
                                                           std::vector<TableSpec> tables) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Rendezvous meeting,
                            Meet(all, options, Settings(options, tables)));
  std::unique_ptr<ClusterMember> member(new ClusterMember());
  member->rank_ = all->rank();
  member->where_ = meeting.Where(all->rank());
  const Status described = member->Describe(meeting, options, std::move(tables));
  LIGHTLDA_ASSIGN_OR_RETURN(
      const std::vector<std::string> endpoints,
      AgreeAndGather(all, described.ok() ? member->Listen(meeting, options.bind_interface)
                                         : Result<std::string>(described)));
  LIGHTLDA_RETURN_IF_ERROR(Agree(all, member->Connect(meeting, endpoints)));
  member->workers_ = all->Split(meeting.roles.IsWorker(all->rank()));
  // Arenas are reserved here. Whoever cannot says so, as others wait to hear.
  LIGHTLDA_RETURN_IF_ERROR(Agree(all, CatchBadAlloc([&] { return member->Start(meeting.roles); })));
  return member;
}

Status ClusterMember::Describe(const Rendezvous& meeting, const ClusterOptions& options,
                               std::vector<TableSpec> tables) {
  auto job = std::make_shared<Job>();
  job->id = meeting.id;
  job->num_workers = meeting.roles.num_workers();
  job->num_shards = meeting.roles.num_shards();
  const auto add_member = [&](int rank) {
    job->members.push_back({.where = meeting.WhereWithProcess(rank),
                            .has_ended = [meeting, rank] { return meeting.HasEnded(rank); }});
  };
  for (std::uint32_t w = 0; w < job->num_workers; ++w) add_member(static_cast<int>(w));
  for (std::uint32_t s = 0; s < job->num_shards; ++s) add_member(meeting.roles.RankOfShard(s));
  job->options = LimitsFor(options, job->num_shards);
  const auto reporter =
      std::make_shared<PeerReporter>(meeting, job->options.stall_timeout, options.on_peer);
  job->on_notice = [reporter](const PeerNotice& notice) { reporter->On(notice); };
  for (TableSpec& table : tables) {
    LIGHTLDA_ASSIGN_OR_RETURN(TableLayout layout,
                              TableLayout::Make(std::move(table), job->num_shards));
    job->tables.push_back(std::move(layout));
  }
  LIGHTLDA_RETURN_IF_ERROR(job->Validate());
  job_ = std::move(job);
  LIGHTLDA_ASSIGN_OR_RETURN(network_,
                            ZmqNetwork::Create(meeting.security, job_->options.batch_bytes));
  return {};
}

Result<std::string> ClusterMember::Listen(const Rendezvous& meeting,
                                          const std::string& bind_interface) {
  if (!meeting.roles.ShardOf(rank_)) return std::string();
  LIGHTLDA_ASSIGN_OR_RETURN(listener_, ListenAsShard(meeting, bind_interface, network_.get()));
  return listener_.endpoints;
}

Status ClusterMember::Connect(const Rendezvous& meeting,
                              const std::vector<std::string>& endpoints) {
  if (!meeting.roles.IsWorker(rank_)) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(auto transport, ConnectAsWorker(meeting, endpoints, network_.get()));
  std::optional<Route> own_shard;
  if (const auto shard = meeting.roles.ShardOf(rank_)) own_shard = *shard;
  worker_transport_ = std::make_unique<CountingTransport>(std::move(transport), own_shard, &bytes_);
  return {};
}

Status ClusterMember::Start(const Roles& roles) {
  if (const auto shard = roles.ShardOf(rank_)) {
    shard_ = std::make_unique<ServerShard>(job_, *shard, time_.Now());
    shard_loop_ = std::make_unique<ActorLoop>(shard_.get(), std::move(listener_.transport), &time_);
    LIGHTLDA_RETURN_IF_ERROR(shard_loop_->With([&] { return shard_->status(); }));
  }
  if (roles.IsWorker(rank_)) {
    LIGHTLDA_ASSIGN_OR_RETURN(
        session_, WorkerSession::Start(job_, worker(), std::move(worker_transport_), &time_));
    LIGHTLDA_RETURN_IF_ERROR(session_->status());
    workers_->set_watch([this] { return session_->status(); });
  }
  return {};
}

ClusterMember::~ClusterMember() {
  Abort(Status::Failure("left the job before its end"));  // nothing if it has ended
  workers_.reset();
  session_.reset();
  if (shard_loop_ != nullptr) (void)shard_loop_->Join();
}

Status ClusterMember::Serve() { return shard_loop_->Join(); }

Status ClusterMember::Finish() {
  const Status status = session_->Finish();
  const Status shard_status = shard_loop_ == nullptr ? Status() : shard_loop_->Join();
  return status.ok() ? shard_status : status;
}

void ClusterMember::Abort(const Status& why) {
  Status reason = why.WithContext(where_);
  if (session_ != nullptr) {
    session_->Abort(reason);
    // Had the job failed before, its first error is the one to tell.
    if (Status first = session_->status(); !first.ok()) reason = std::move(first);
  }
  if (shard_loop_ != nullptr) shard_loop_->With([&] { shard_->Fail(reason); });
}

ClusterTraffic ClusterMember::traffic() const {
  return {bytes_.sent, bytes_.received, session_ == nullptr ? 0 : session_->WaitSeconds()};
}

}  // namespace lightlda
