// The processes of a job and the small collective calls between them, by which they find each other
// and agree. Data does not go this way: it would keep cores busy that are there to sample.
#ifndef LIGHTLDA_PROCESS_GROUP_H_
#define LIGHTLDA_PROCESS_GROUP_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// One process's place in a group: MPI under mpirun, threads in tests. All processes of the group
// make the same calls in the same order, and each call waits for all, asleep most of the time, not
// spinning. One call at a time, from one thread. A group that failed is of no more use.
class LIGHTLDA_EXPORT ProcessGroup {
 public:
  virtual ~ProcessGroup() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  // Everybody's `mine`, [size()], by rank.
  virtual Result<std::vector<std::string>> AllGather(const std::string& mine) = 0;
  // Replaces the values by their sums over all processes. A sum of doubles of which all but one are
  // 0 is exact. REQUIRES: as many values everywhere.
  virtual Status Sum(std::span<Count> values) = 0;
  virtual Status Sum(std::span<double> values) = 0;

  // A sum of a few values that is waited for later: Start any number of times, Finish in the same
  // order. Others may be late without anybody waiting, until the Finish.
  virtual void StartSum(std::vector<Count> values) = 0;
  virtual Result<std::vector<Count>> FinishSum() = 0;
  // Helps sums that were started along. To be called now and then.
  virtual void Progress() = 0;

  // The group of those who say true, by rank; null for the others.
  virtual std::unique_ptr<ProcessGroup> Split(bool member) = 0;

  // Asked now and then while a call waits; its error ends the wait.
  void set_watch(std::function<Status()> watch) { watch_ = std::move(watch); }

 protected:
  Status Watch() const { return watch_ ? watch_() : Status(); }

 private:
  std::function<Status()> watch_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PROCESS_GROUP_H_
