#include "ps/peer_reporter.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/progress.h"

namespace lightlda {

PeerReporter::PeerReporter(Rendezvous meeting, Duration stall_timeout,
                           std::function<void(const PeerEvent&)> on_peer)
    : meeting_(std::move(meeting)),
      stall_timeout_(stall_timeout),
      on_peer_(std::move(on_peer)),
      in_doubt_(meeting_.processes.size(), false) {}

int PeerReporter::RankOf(ActorId actor) const {
  const std::uint32_t num_workers = meeting_.roles.num_workers();
  return actor < num_workers ? static_cast<int>(actor)
                             : meeting_.roles.RankOfShard(actor - num_workers);
}

bool PeerReporter::IsTeller(std::optional<int> lost) const {
  if (lost != 0) return meeting_.rank == 0;
  const int first_shard = meeting_.roles.RankOfShard(0);
  return meeting_.rank == (first_shard == 0 ? 1 : first_shard);
}

std::string PeerReporter::Describe(PeerNotice::Kind kind, int rank) const {
  const double seconds = std::chrono::duration<double>(stall_timeout_).count();
  const std::string given_up = "; it is given up after " + FormatDuration(seconds) + " of silence";
  const std::string where = meeting_.WhereWithProcess(rank);
  if (kind == PeerNotice::Kind::kHeardAgain) return where + ": heard of again";
  if (kind == PeerNotice::Kind::kSilent) return where + ": not heard of for a while" + given_up;
  return where + ": its connection is closed" + given_up;
}

void PeerReporter::On(const PeerNotice& notice) {
  if (on_peer_ == nullptr) return;
  const std::lock_guard lock(mutex_);
  if (lost_) return;
  std::optional<int> rank;
  if (notice.peer) rank = RankOf(*notice.peer);
  if (notice.kind == PeerNotice::Kind::kLost) {
    lost_ = true;
    return on_peer_({notice.error, /*lost=*/true, IsTeller(rank)});
  }
  const bool in_doubt = notice.kind != PeerNotice::Kind::kHeardAgain;
  const auto at = static_cast<std::size_t>(*rank);
  if (in_doubt_[at] == in_doubt) return;
  in_doubt_[at] = in_doubt;
  on_peer_({Describe(notice.kind, *rank), /*lost=*/false, IsTeller(rank)});
}

}  // namespace lightlda
