// Packing of one word's row n_w. of the word-topic table; row_codec.cc explains the format.
//
// The packed form is the one the rows have in memory, in model files and on the wire. All functions
// are pure, hence thread-safe.
#ifndef LIGHTLDA_TABLE_ROW_CODEC_H_
#define LIGHTLDA_TABLE_ROW_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/types.h"

namespace lightlda {

// What a row will be packed to: found first, so that the caller can allocate exactly.
struct RowPlan {
  std::uint8_t tag = 0;     // the first byte of the packed row
  std::uint32_t bytes = 0;  // of the packed row, tag included; 0 for an empty row
};

// The smallest form of a row. entries: topics ascending, counts > 0. REQUIRES: topics < num_topics,
// num_topics <= 2^24.
RowPlan PlanRow(std::span<const TopicCount> entries, std::uint32_t num_topics);

// Rows are packed and unpacked faster with room behind them: `slack` says how many bytes may be
// read or overwritten there. This many help.
inline constexpr std::ptrdiff_t kRowSlack = 2;

// Writes the packed row. REQUIRES: plan == PlanRow(entries, num_topics), packed has plan.bytes
// bytes.
void PackRow(std::span<const TopicCount> entries, const RowPlan& plan,
             std::span<std::uint8_t> packed, std::size_t slack = 0);

// Both at once. Equal rows have equal bytes.
std::vector<std::uint8_t> EncodeRow(std::span<const TopicCount> entries, std::uint32_t num_topics);

// Replaces *entries by the row. False, with *entries unspecified, if the bytes are not a row: a
// topic out of range, a zero or over-long number, bytes missing or left over. Safe on any bytes.
bool UnpackRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
               std::vector<TopicCount>* entries, std::size_t slack = 0);

// The same into room of the caller's, MaxRowEntries(packed, num_topics) entries; returns how many
// there are, or -1.
std::int64_t UnpackRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
                       std::size_t slack, TopicCount* entries);
// At most as many as there are bytes behind the tag, or topics.
std::size_t MaxRowEntries(std::span<const std::uint8_t> packed, std::uint32_t num_topics);

// UnpackRow for bytes from a file or a peer: accepts only what EncodeRow writes, byte for byte.
bool DecodeRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
               std::vector<TopicCount>* entries);

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_CODEC_H_
