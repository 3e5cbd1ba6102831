// The processes that train together, as one of them sees them.
#ifndef LIGHTLDA_TRAIN_TEAM_H_
#define LIGHTLDA_TRAIN_TEAM_H_

#include <cstdint>
#include <functional>

#include "lightlda/process_group.h"
#include "sampler/table_client.h"

namespace lightlda {

// What a process has exchanged with the servers so far.
struct Traffic {
  std::uint64_t bytes = 0;  // sent and received
  double waited_seconds = 0;
};

// A process alone is a team of one: a SoloGroup, and no table, as the sampler has all counts
// itself.
struct TrainTeam {
  ProcessGroup* group = nullptr;  // the workers; its rank 0 leads: it writes what is written once
  TableClient* table = nullptr;   // for the sampler
  std::uint32_t staleness = 0;    // clocks that a process may run ahead of the slowest
  std::function<Traffic()> traffic;  // null where nothing is exchanged

  bool is_leader() const { return group->rank() == 0; }
};

inline TrainTeam TeamOfOne(ProcessGroup* group) {
  TrainTeam team;
  team.group = group;
  return team;
}

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TEAM_H_
