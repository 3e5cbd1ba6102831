// The processes that mpirun or srun has started, as a ProcessGroup: MPI from its start to its end.
//
// MPI launches, carries addresses, secrets and small sums, and ends the job; the data goes through
// src/ps. Every wait asks MPI and sleeps in turn, since MPI's own waits keep a core busy each.
#ifndef LIGHTLDA_APPS_LIGHTLDA_MPI_GROUP_H_
#define LIGHTLDA_APPS_LIGHTLDA_MPI_GROUP_H_

#include <memory>

#include "lightlda/process_group.h"
#include "lightlda/status.h"

namespace lightlda {

// One per process, used by the main thread alone. In main:
//
//   Result<std::unique_ptr<MpiSession>> mpi = MpiSession::Start(&argc, &argv);
//   if (!mpi.ok()) ...report, return its exit code
//   const Status outcome = Run(argc, argv, (*mpi)->all());
//   if ((*mpi)->rank() == 0) ...report outcome
//   return (*mpi)->End(outcome);
class MpiSession {
 public:
  // Starts MPI if a launcher has started this process and others; else does nothing. A launched
  // process also dies with its launcher, may have as many files open as the system allows, and
  // leaves no core file, as the job's secrets would be in it. Errors: kFailure.
  static Result<std::unique_ptr<MpiSession>> Start(int* argc, char*** argv);

  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  // All processes; this one alone without a launcher. Not null until End.
  ProcessGroup* all() { return all_.get(); }
  int rank() const { return all_->rank(); }

  // The end of the process: returns its exit code, the same in all processes, by the worst outcome
  // of any: 75 of one does not hide the 65 of another. Waits for all to come here. If this one has
  // failed and others do not come within seconds, or it has lost one (kPeerLost), it ends the job
  // and does not return. Says on stderr why it failed where rank 0 did not report a failure.
  // REQUIRES: no other group of MPI processes is left; rank 0 has reported its outcome.
  int End(const Status& outcome);

 private:
  MpiSession() = default;

  bool launched_ = false;  // with others, by MPI
  std::unique_ptr<ProcessGroup> all_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_APPS_LIGHTLDA_MPI_GROUP_H_
