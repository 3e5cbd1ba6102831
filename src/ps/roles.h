// Which processes of a job are workers, and which hold a shard of the model.
#ifndef LIGHTLDA_PS_ROLES_H_
#define LIGHTLDA_PS_ROLES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "lightlda/status.h"

namespace lightlda {

// By rank: without dedicated servers every process is a worker and holds a shard; with S of them
// the last S ranks hold the shards, and all others are workers. So rank 0 is always a worker.
class Roles {
 public:
  // Errors: kUsage if no worker is left.
  static Result<Roles> Make(int num_processes, int num_servers) {
    if (num_servers >= 0 && num_servers < num_processes) return Roles(num_processes, num_servers);
    return Status::Usage("`server_processes`=" + std::to_string(num_servers) +
                         ": expected 0 to the number of processes, " +
                         std::to_string(num_processes) + ", less one for a worker");
  }

  std::uint32_t num_workers() const { return Unsigned(processes_ - servers_); }
  std::uint32_t num_shards() const { return Unsigned(servers_ == 0 ? processes_ : servers_); }
  // Worker w is rank w.
  bool IsWorker(int rank) const { return rank < processes_ - servers_; }
  std::optional<std::uint32_t> ShardOf(int rank) const {
    if (servers_ == 0) return Unsigned(rank);
    if (IsWorker(rank)) return std::nullopt;
    return Unsigned(rank - (processes_ - servers_));
  }
  int RankOfShard(std::uint32_t shard) const {
    return static_cast<int>(shard) + (servers_ == 0 ? 0 : processes_ - servers_);
  }

 private:
  Roles(int num_processes, int num_servers) : processes_(num_processes), servers_(num_servers) {}
  static std::uint32_t Unsigned(int value) { return static_cast<std::uint32_t>(value); }

  int processes_;
  int servers_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_ROLES_H_
