// Where the records of all tokens live: in memory, or on disk and streamed through memory.
//
// Whoever needs them says which parts it will work on and in what order, and is handed one part
// after the other. In memory that costs nothing; on disk the next part is read and the last one
// written while one is worked on.
#ifndef LIGHTLDA_SAMPLER_TOKEN_STATE_H_
#define LIGHTLDA_SAMPLER_TOKEN_STATE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// Consecutive records of one block.
struct RecordRange {
  std::uint32_t block;
  std::uint32_t first;
  std::uint32_t count;
};

// What is worked on at a time: the pieces of a pass with the numbers [first_task, last_task), and
// the records that they touch, at most one range a block.
struct StatePart {
  std::size_t first_task;
  std::size_t last_task;
  std::vector<RecordRange> ranges;
};

// A block's records from number `first` on; data is null if the part has none of the block.
struct RecordWindow {
  std::byte* data = nullptr;
  std::uint32_t first = 0;
};

// Sizes of a state. Records start out as zeros.
struct StateShape {
  std::vector<std::uint32_t> block_records;  // [num_blocks]
  std::size_t record_bytes = 0;
};

// One call at a time, from one thread.
class TokenState {
 public:
  enum class Access { kRead, kUpdate };
  // windows: [num_blocks], valid during the call.
  using Body = std::function<void(const StatePart& part, std::span<const RecordWindow> windows)>;

  virtual ~TokenState() = default;

  // Calls body for every part, in order. What it changes under kRead may be lost. REQUIRES: no
  // record is in two parts. Errors: kFailure, if the disk fails.
  virtual Status Sweep(std::span<const StatePart> parts, Access access, const Body& body) = 0;

  // The block's records are not needed any more. REQUIRES: they are in no later sweep.
  virtual void Release(std::size_t /*block*/) {}
  // Parts of more bytes than this make a sweep take more memory than it should.
  virtual std::size_t part_bytes() const = 0;
};

// Throws std::bad_alloc.
std::unique_ptr<TokenState> MakeResidentState(const StateShape& shape);

// In a scratch file on the file system of `directory`; keeps three parts in memory. Errors:
// kCannotWrite.
Result<std::unique_ptr<TokenState>> MakeStreamedState(const StateShape& shape,
                                                      const std::string& directory,
                                                      std::size_t part_bytes);

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_STATE_H_
