// Payloads of tables of rows: packed rows, each behind its place in the slice and its size.
//
// Counts are packed as by table/row_codec.h, changes as by table/delta_codec.h. A row longer than a
// buffer is cut into parts with ascending topics, each a row of its own.
#ifndef LIGHTLDA_PS_ROW_BATCH_H_
#define LIGHTLDA_PS_ROW_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/types.h"
#include "table/row_changes.h"
#include "table/row_codec.h"

namespace lightlda {

inline constexpr std::size_t kMinBatchBytes = 64;
// The most entries of which the packed row always fits an empty buffer.
inline constexpr std::size_t kMaxEntryBytes = 10;
inline constexpr std::size_t kMaxRowFraming = 16;
constexpr std::size_t MaxPartEntries(std::size_t buffer_bytes) {
  return (buffer_bytes - kMaxRowFraming) / kMaxEntryBytes;
}

// Calls visit(part) for consecutive parts of a row that fit a buffer of buffer_bytes each.
template <typename Visit>
void ForEachPart(std::span<const TopicCount> row, std::size_t buffer_bytes, Visit&& visit) {
  const std::size_t limit = MaxPartEntries(buffer_bytes);
  for (; row.size() > limit; row = row.subspan(limit)) visit(row.first(limit));
  visit(row);
}

// Changes of rows as they are sent: each row packed, in parts where it fits no buffer. Not
// thread-safe.
class PackedChanges {
 public:
  // Replaces the content. A part fits a buffer of buffer_bytes.
  void Pack(const RowChanges& rows, std::uint32_t num_topics, std::size_t buffer_bytes);

  std::size_t num_rows() const { return rows_.size(); }  // or parts
  WordId word(std::size_t row) const { return rows_[row].word; }
  std::span<const std::uint8_t> bytes(std::size_t row) const {
    return std::span(bytes_).subspan(rows_[row].begin, rows_[row].size);
  }

 private:
  struct Row {
    WordId word;
    std::size_t begin;  // in bytes_
    std::size_t size;
  };
  void Append(WordId word, std::span<const TopicCount> part, std::uint32_t num_topics);

  std::vector<Row> rows_;
  std::vector<std::uint8_t> bytes_;
  std::vector<TopicCount> entries_;  // scratch
};

// Fills a buffer with rows. Not thread-safe.
class RowBatchWriter {
 public:
  RowBatchWriter() = default;
  // REQUIRES: buffer.size() >= kMinBatchBytes.
  explicit RowBatchWriter(std::span<std::uint8_t> buffer) : buffer_(buffer) {}

  // Appends a row; `offset` is the word's place in its slice. False, with nothing written, if there
  // is no room: send the batch and start another. A row that fits no empty buffer has to be cut
  // (ForEachPart).
  bool Add(std::uint32_t offset, std::span<const std::uint8_t> packed);

  std::size_t size() const { return size_; }  // bytes
  std::uint32_t num_items() const { return num_items_; }

 private:
  std::span<std::uint8_t> buffer_;
  std::size_t size_ = 0;
  std::uint32_t num_items_ = 0;
  std::uint32_t last_offset_ = 0;
};

// Reads a batch back. Safe on any bytes. Not thread-safe.
class RowBatchReader {
 public:
  explicit RowBatchReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  // The next row: *offset < slice_size, *packed points into the batch. False at the end and at
  // malformed bytes; ok() tells which.
  bool Next(std::uint32_t slice_size, std::uint32_t* offset, std::span<const std::uint8_t>* packed);
  // Bytes of the batch behind the row.
  std::size_t slack() const { return rest_.size(); }
  bool ok() const { return ok_; }
  std::uint32_t num_items() const { return num_items_; }  // read so far

 private:
  std::span<const std::uint8_t> rest_;
  std::int64_t last_offset_ = 0;
  std::uint32_t num_items_ = 0;
  bool ok_ = true;
};

}  // namespace lightlda

#endif  // LIGHTLDA_PS_ROW_BATCH_H_
