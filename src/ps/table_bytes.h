// Bytes of a table: what moves and what it takes, from its declaration and what is in it. The plan
// of a run, the scaling model and the sizes of pools are computed from these, and a test compares
// them with the bytes that pass a transport.
#ifndef LIGHTLDA_PS_TABLE_BYTES_H_
#define LIGHTLDA_PS_TABLE_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "lightlda/types.h"
#include "ps/job.h"
#include "ps/table_spec.h"

namespace lightlda {

// The two ways in which a table moves.
enum class Movement : std::uint8_t {
  kPush,  // changes, from a worker's addend to what the shards have (partial sum to split)
  kPull,  // content, from the shards to what the workers want (split to split or broadcast)
};

// What one worker sends in a push of all slices of a table, or receives in a pull of them, to and
// from all shards; acknowledgements and requests aside.
struct Traffic {
  double messages = 0;
  double payload_bytes = 0;
  double bytes() const;  // with headers
};

// Payload of `rows` rows of a table with `entries` entries that are not 0. An estimate, within 10 %
// for rows whose entries lie as those of trained models.
double RowPayload(const TableSpec& spec, Movement movement, double rows, double entries);

// Of a table of rows whose payload is known.
Traffic RowTraffic(const TableSpec& spec, double payload_bytes, std::uint32_t num_shards,
                   std::size_t batch_bytes);

// Of a table of numbers, all of them `value` or as long as that, none 0. Exact.
Traffic NumberTraffic(const TableSpec& spec, Count value, std::uint32_t num_shards,
                      std::size_t batch_bytes);

// How many processes share a table.
struct TableShape {
  std::uint32_t num_workers = 1;
  std::uint32_t num_shards = 1;
  std::uint32_t staleness = 0;
};

// What is in a table, or may be at most.
struct TableContent {
  double entries = 0;       // of rows, not 0
  double packed_bytes = 0;  // payload of a pull of all
};
TableContent MostContent(const TableSpec& spec);

// Memory of a worker: of the slices that it may have asked for and the one at hand.
double WorkerBytes(const TableSpec& spec, const TableContent& content);
// Memory of a shard: its items.
double ItemBytes(const TableSpec& spec, const TableContent& content, std::uint32_t num_shards);
// Memory of a shard: its answers.
double AnswerBytes(const TableSpec& spec, const TableContent& content, const TableShape& shape);

// Answers to inspections that a shard keeps: workers inspect the same slices at about the same
// time.
inline constexpr std::uint32_t kKeptInspections = 8;

// Answers of a table that can be alive at a time, in slices. At staleness 0 each slice has one, and
// a worker in the shard's process may still read an old one. Otherwise each worker has its own. And
// the inspections.
std::uint32_t AnswersAlive(const TableSpec& spec, const TableShape& shape);

// The buffers of a shard's pool: for all answers that can be alive, whatever is in the tables.
// JobOptions::num_answer_buffers, if given.
std::size_t AnswerBuffers(const Job& job, std::uint32_t shard);

}  // namespace lightlda

#endif  // LIGHTLDA_PS_TABLE_BYTES_H_
