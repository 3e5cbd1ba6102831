// Training with several processes.
#ifndef LIGHTLDA_TRAIN_CLUSTER_TRAINER_H_
#define LIGHTLDA_TRAIN_CLUSTER_TRAINER_H_

#include "collective/process_group.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "ps/rendezvous.h"

namespace lightlda {

// Of a group of one these are PlanTraining and Train.

// PlanTraining for the processes of a group. Collective; the same plan everywhere but for the
// number of threads.
Result<TrainPlan> PlanOnCluster(const TrainConfig& config, const ClusterOptions& options,
                                ProcessGroup* all);

// This process's part of Train by all processes of a group, as a worker, a server or both.
// Collective; config and options are the same everywhere but for threads, budget, scratch and
// interface. observer: null but in rank 0. A stop that any process is asked for stops all. Returns
// Train's result in rank 0; elsewhere a result without a hash, or the error that ended the job. At
// staleness 0 the model is the one that Train makes, bit for bit, with any number of processes and
// servers.
Result<TrainResult> TrainOnCluster(const TrainConfig& config, const ClusterOptions& options,
                                   ProcessGroup* all, TrainObserver* observer, StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_CLUSTER_TRAINER_H_
