// One process's part in training with several: joins the parameter server as a worker, a shard or
// both, and leaves it.
//
//   Result<std::unique_ptr<ClusterMember>> member = ClusterMember::Join(all, options, ...);
//   if (!(*member)->is_worker()) return (*member)->Serve();
//   ...train with session(), sum up with workers(); on an error of its own: Abort(error), return
//   return (*member)->Finish();
#ifndef LIGHTLDA_PS_CLUSTER_MEMBER_H_
#define LIGHTLDA_PS_CLUSTER_MEMBER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "net/clock.h"
#include "net/counting_transport.h"
#include "net/zmq_transport.h"
#include "ps/actor_loop.h"
#include "ps/job.h"
#include "ps/rendezvous.h"
#include "ps/server_shard.h"
#include "ps/worker_session.h"

namespace lightlda {

// What a worker has exchanged with shards of other processes so far, resends and heartbeats
// included. Both directions of all links end in a worker, so the sum over workers is all traffic.
struct ClusterTraffic {
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;
  double wait_seconds = 0;  // in which the trainer waited for the parameter server
};

// Used by one thread, but for session(). Errors of a job that failed elsewhere are the same in all
// processes and name the one at fault.
class ClusterMember {
 public:
  // Collective over `all`, which must outlive it. The arguments are the same everywhere, but for
  // ClusterOptions::bind_interface. Errors, the same everywhere: kUsage, kFailure.
  static Result<std::unique_ptr<ClusterMember>> Join(ProcessGroup* all,
                                                     const ClusterOptions& options,
                                                     std::vector<TableSpec> tables);

  // If the job has not come to its end, ends it on all processes. After a failure it stays for
  // ClusterOptions::linger_seconds, to tell the others.
  ~ClusterMember();
  ClusterMember(const ClusterMember&) = delete;
  ClusterMember& operator=(const ClusterMember&) = delete;

  const Job& job() const { return *job_; }
  std::uint32_t num_workers() const { return job_->num_workers; }
  std::uint32_t num_shards() const { return job_->num_shards; }
  bool is_worker() const { return session_ != nullptr; }
  // REQUIRES: is_worker().
  std::uint32_t worker() const { return static_cast<std::uint32_t>(rank_); }

  // The worker processes, by worker; its waits end when the job fails. Null on a dedicated server.
  ProcessGroup* workers() { return workers_.get(); }
  WorkerSession* session() { return session_.get(); }  // null on a dedicated server
  // The shard of this process, null if it has none. REQUIRES for what its tables hold: Serve
  // or Finish was OK.
  const ServerShard* shard() const { return shard_.get(); }

  // A dedicated server's part: until all workers have finished, or the job has failed. Asleep but
  // for its work.
  Status Serve();
  // A worker's end: waits until all shards have everything and the shard of its own process has
  // it from all workers. No call of session() may follow.
  Status Finish();
  // Ends the job on all processes with this error, named as this process's.
  void Abort(const Status& why);

  ClusterTraffic traffic() const;

 private:
  ClusterMember() = default;
  // The steps of Join: all that may fail, up to the connections of a worker; then the threads.
  Status Describe(const Rendezvous& meeting, const ClusterOptions& options,
                  std::vector<TableSpec> tables);
  Result<std::string> Listen(const Rendezvous& meeting, const std::string& bind_interface);
  Status Connect(const Rendezvous& meeting, const std::vector<std::string>& endpoints);
  Status Start(const Roles& roles);

  int rank_ = 0;
  std::string where_;  // "rank 3 on host b"
  SteadyTime time_;
  ByteCounts bytes_;
  std::shared_ptr<const Job> job_;
  ShardListener listener_;  // its transport goes to shard_loop_
  std::unique_ptr<ZmqNetwork> network_;
  std::unique_ptr<Transport> worker_transport_;  // goes to session_
  std::unique_ptr<ServerShard> shard_;
  std::unique_ptr<ActorLoop> shard_loop_;
  std::unique_ptr<WorkerSession> session_;
  std::unique_ptr<ProcessGroup> workers_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_CLUSTER_MEMBER_H_
