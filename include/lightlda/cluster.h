// Training with several processes, which a launcher has started and a ProcessGroup joins.
#ifndef LIGHTLDA_CLUSTER_H_
#define LIGHTLDA_CLUSTER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "lightlda/export.h"
#include "lightlda/process_group.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/trainer.h"

namespace lightlda {

// What a process sees of another that is silent or gone.
struct PeerEvent {
  std::string message;  // one line; names rank, host and process
  bool lost = false;    // the job ends for it, with this as its error
  bool tell = false;    // of all processes that see it, this one is to tell the user
};

// The same in all processes, except for bind_interface and on_peer.
struct ClusterOptions {
  enum class Transport {
    kAuto,  // ipc within a host, tcp between hosts
    kIpc,   // an error if there are several hosts
    kTcp,   // within a host, too
  };

  int server_processes = 0;     // dedicated to shards; 0: every process has a worker and a shard
  std::uint32_t staleness = 0;  // iterations that a worker may run ahead of the slowest
  bool secure = false;          // encrypts; a byte takes 4 to 5 times the processor time
  // To listen on for other hosts: an interface (eth0), an address or a network (10.0.0.0/8); empty:
  // the only one that leads to other hosts.
  std::string bind_interface;
  Transport transport = Transport::kAuto;
  double stall_timeout_seconds = 15;  // a process not heard of for so long is lost
  double linger_seconds = 5;          // how long a failure is told to the others
  // Called at once, whatever TrainOnCluster is at: by a thread of its own, one call at a time. It
  // must not wait. After a `lost` nothing more is told; whoever does not trust the rest of the job
  // to end in order may end the process.
  std::function<void(const PeerEvent&)> on_peer;
};

// Of a group of one these are PlanTraining and Train.

// PlanTraining for the processes of a group. Collective; the same plan everywhere but for the
// number of threads.
LIGHTLDA_EXPORT Result<TrainPlan> PlanOnCluster(const TrainConfig& config,
                                                const ClusterOptions& options, ProcessGroup* all);

// This process's part of Train by all processes of a group, as a worker, a server or both.
// Collective; config and options are the same everywhere but for threads, budget, scratch and
// interface. observer: null but in rank 0. A stop that any process that samples is asked for stops
// all. Returns Train's result in rank 0; elsewhere a result without a hash, or the error that ended
// the job. At staleness 0 the model is the one that Train makes, bit for bit, with any number of
// processes and servers.
LIGHTLDA_EXPORT Result<TrainResult> TrainOnCluster(const TrainConfig& config,
                                                   const ClusterOptions& options, ProcessGroup* all,
                                                   TrainObserver* observer, StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_CLUSTER_H_
