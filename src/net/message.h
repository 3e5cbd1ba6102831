// The header of every message of the parameter server; docs/protocol.md has the bytes.
//
// A message is a header of kHeaderBytes and a payload (rows, numbers, or the text of an error).
// Decoding is safe on any bytes and never fails otherwise than by a Status.
#ifndef LIGHTLDA_NET_MESSAGE_H_
#define LIGHTLDA_NET_MESSAGE_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

#include "lightlda/status.h"
#include "net/payload.h"

namespace lightlda {

using JobId = std::array<std::uint8_t, 16>;  // random, the same in all processes of a job
// Workers are 0 ... num_workers-1, the shards follow.
using ActorId = std::uint32_t;

enum class MessageType : std::uint8_t {
  kHeartbeat = 1,  // says that the sender lives and what it has received; not numbered
  kPush = 2,       // worker -> shard: deltas of a slice
  kPull = 3,       // worker -> shard: asks for a slice
  kAnswer = 4,     // shard -> worker: the slice
  kDone = 5,       // worker -> shard: will send nothing more
  kBye = 6,        // shard -> worker: has heard kDone
  kAbort = 7,      // the job has failed, payload is its Status; not numbered, repeated
  kInspect = 8,    // worker -> shard: asks for a slice as it is between clocks
};

// The place of a table in the job's list of declarations (ps/table_spec.h).
using TableId = std::uint8_t;
inline constexpr std::size_t kMaxTables = 256;

// A point of the training at which everybody's pushes are summed: a clock (iteration, 1-based) and
// at staleness 0 a phase within it (0: after the document pass, 1: after the word pass's
// acceptances). An inspection and its answer carry {clock, 0}: the end of that clock.
struct Step {
  std::uint32_t clock = 0;
  std::uint8_t phase = 0;
  friend auto operator<=>(const Step&, const Step&) = default;
};

struct MessageHeader {
  MessageType type = MessageType::kHeartbeat;
  bool last = false;  // of the messages of this push or answer
  JobId job = {};
  ActorId sender = 0;
  ActorId receiver = 0;
  std::uint32_t incarnation = 0;  // of the sender's process
  TableId table = 0;
  Step step;
  std::uint64_t sequence = 0;       // 1, 2, ... on each way between two actors; 0: not numbered
  std::uint64_t ack = 0;            // all up to this one have been received
  std::uint32_t applied_clock = 0;  // kAnswer: everybody's pushes up to this clock are in it
  std::uint32_t slice = 0;
  std::uint32_t num_items = 0;  // rows or numbers in the payload
  std::uint32_t payload_bytes = 0;
  std::uint64_t payload_checksum = 0;  // XXH3 of the payload; 0 if there is none

  friend bool operator==(const MessageHeader&, const MessageHeader&) = default;
};

inline constexpr std::size_t kHeaderBytes = 96;
using HeaderBytes = std::array<std::uint8_t, kHeaderBytes>;

HeaderBytes EncodeHeader(const MessageHeader& header);

// Errors: kFailure for bytes that EncodeHeader does not write: wrong size, magic, version, type,
// flag, or checksum.
Result<MessageHeader> DecodeHeader(std::span<const std::uint8_t> bytes);

// OK if the payload is the one that the header was sent with.
Status CheckPayload(const MessageHeader& header, const Payload& payload);

}  // namespace lightlda

#endif  // LIGHTLDA_NET_MESSAGE_H_
