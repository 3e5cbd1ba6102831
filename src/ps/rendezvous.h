// How the processes of a job meet: what they tell each other before the first message of the
// parameter server, over the launcher's own channel.
#ifndef LIGHTLDA_PS_RENDEZVOUS_H_
#define LIGHTLDA_PS_RENDEZVOUS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lightlda/cluster.h"
#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "net/message.h"
#include "net/zmq_transport.h"
#include "ps/roles.h"

namespace lightlda {

// What joins a worker and a shard.
enum class LinkKind { kInproc, kIpc, kTcp };

// What a process knows when all have met.
struct Rendezvous {
  struct Process {
    std::string host;           // for messages
    std::string host_identity;  // HostIdentity()
    std::string public_key;     // if secure
    std::int64_t id = 0;        // of the operating system
    std::string id_namespace;   // ProcessNamespace()
  };

  Roles roles;
  int rank = 0;
  JobId id = {};
  ZmqSecurity security;
  std::vector<Process> processes;  // by rank
  ClusterOptions::Transport transport = ClusterOptions::Transport::kAuto;

  LinkKind KindOf(int worker_rank, int shard_rank) const;
  bool OneHost() const;
  // "rank 3 on host b".
  std::string Where(int process) const;
  // "rank 3 on host b, process 4711".
  std::string WhereWithProcess(int process) const;
  // Whether a process of this host is seen to have ended.
  bool HasEnded(int process) const;
};

// Collective. settings: text that has to be the same everywhere, such as what the corpus is.
// Errors, the same everywhere: kUsage for options that make no sense here or differ; kFailure.
Result<Rendezvous> Meet(ProcessGroup* all, const ClusterOptions& options,
                        const std::string& settings);

// The listening end of a shard.
struct ShardListener {
  std::unique_ptr<Transport> transport;
  std::string endpoints;  // for the other processes
};

// Listens as the shard of this process, by each kind of link that some worker has to it. Errors:
// kUsage for a bind_interface that does not fit; kFailure.
Result<ShardListener> ListenAsShard(const Rendezvous& meeting, const std::string& bind_interface,
                                    ZmqNetwork* network);

// Connects the worker of this process to all shards. endpoints: what each process's ListenAsShard
// has given, by rank; empty where there is no shard. Errors: kFailure.
Result<std::unique_ptr<Transport>> ConnectAsWorker(const Rendezvous& meeting,
                                                   const std::vector<std::string>& endpoints,
                                                   ZmqNetwork* network);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_RENDEZVOUS_H_
