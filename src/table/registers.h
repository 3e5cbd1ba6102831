// How many slices of a table are on their way to a worker or in its hands: the one number that the
// plan's memory, the servers' limits and the samplers' pipeline are computed from.
//
// After OneFlow (Yuan et al., 2021): an operator owns a declared number of registers, acts only
// while one is free, and back-pressure follows from that alone. Here a register holds a slice that
// was asked for; it is free again when its rows are taken. Not taken from there: staleness as a
// number of registers. Ours is counted in clocks (ps/slice_clock.h).
#ifndef LIGHTLDA_TABLE_REGISTERS_H_
#define LIGHTLDA_TABLE_REGISTERS_H_

#include <algorithm>
#include <cstdint>

namespace lightlda {

// Of a table that a sweep goes through slice by slice.
struct SliceRegisters {
  // More slices under way hide no more of their way, and cost memory.
  static constexpr std::uint32_t kMostAhead = 8;

  static SliceRegisters For(std::uint32_t num_slices) { return {std::min(num_slices, kMostAhead)}; }

  // Slices that a sweep asks for before it comes to them.
  std::uint32_t ahead = 1;

  // Asked for and not taken at most: a sweep's own and the one it waits for, and those that it asks
  // for again, for the next sweep of a pass that exchanges twice.
  std::uint32_t pulled() const { return 2 * ahead + 1; }
};

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_REGISTERS_H_
