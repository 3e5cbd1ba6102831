// What the actors of a process notice of others, as one story per process, told by one process of
// the job.
#ifndef LIGHTLDA_PS_PEER_REPORTER_H_
#define LIGHTLDA_PS_PEER_REPORTER_H_

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "lightlda/cluster.h"
#include "ps/job.h"
#include "ps/rendezvous.h"

namespace lightlda {

// A process is a worker, a shard or both, and is noticed by both actors of every other process. Of
// one silence, and of the job's end, there is one event. Thread-safe.
class PeerReporter {
 public:
  // A null on_peer is not called.
  PeerReporter(Rendezvous meeting, Duration stall_timeout,
               std::function<void(const PeerEvent&)> on_peer);

  void On(const PeerNotice& notice);

 private:
  int RankOf(ActorId actor) const;
  // The one to tell of it: rank 0, as it tells all else; if it is the lost one, the first other
  // that has a link to it.
  bool IsTeller(std::optional<int> lost) const;
  std::string Describe(PeerNotice::Kind kind, int rank) const;

  const Rendezvous meeting_;
  const Duration stall_timeout_;
  const std::function<void(const PeerEvent&)> on_peer_;
  std::mutex mutex_;
  std::vector<bool> in_doubt_;  // by rank
  bool lost_ = false;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_PEER_REPORTER_H_
