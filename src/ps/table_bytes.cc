// The arithmetic of bytes. Constants of rows are fitted to models of arXiv abstracts (7.3 and 38.9
// M tokens, K = 100 to 1,000,000) after 20 iterations.
#include "ps/table_bytes.h"

#include <algorithm>
#include <cmath>

#include "base/varint.h"
#include "net/message.h"
#include "ps/row_batch.h"

namespace lightlda {
namespace {

// Bytes of packed rows: of a row (its place, size and first byte), of an entry whose topic is the
// next, and for each doubling of the gap to it. Changes are smaller numbers than counts.
constexpr double kRowBytes = 2.5;
constexpr double kCountBytes = 1.2;
constexpr double kChangeBytes = 0.9;
constexpr double kGapBytes = 0.12;

// A packed row takes at most about this for an entry.
constexpr double kMostEntryBytes = 3;
constexpr double kMostNumberBytes = 6;

// A shard's rows are not packed and have room to grow in place (table/row_arena.h).
constexpr double kArenaSlack = 1.5;
constexpr double kPlaceBytes = 16;

// The most buffers that the rows of a slice can need: two neighbours never fit one.
std::size_t RowBuffers(const TableLayout& layout, std::uint32_t shard, std::uint32_t slice,
                       std::size_t batch_bytes) {
  std::size_t bytes = 0;
  for (std::uint32_t place = 0; place < layout.NumItems(shard, slice); ++place) {
    const std::size_t entries = layout.spec().MaxEntries(layout.ItemAt(shard, slice, place));
    bytes +=
        entries * kMaxEntryBytes + (1 + entries / MaxPartEntries(batch_bytes)) * kMaxRowFraming;
  }
  return 1 + 2 * bytes / batch_bytes;
}

std::size_t NumberBuffers(std::uint32_t numbers, std::size_t batch_bytes) {
  return 1 + 2 * std::size_t{numbers} * (2 * kMaxVarintBytes) / batch_bytes;
}

}  // namespace

double Traffic::bytes() const { return payload_bytes + messages * kHeaderBytes; }

double RowPayload(const TableSpec& spec, Movement movement, double rows, double entries) {
  if (entries <= 0) return 0;
  const double gap = spec.num_topics * std::max(rows, 1e-9) / entries;
  const double entry_bytes = movement == Movement::kPull ? kCountBytes : kChangeBytes;
  return rows * kRowBytes +
         entries * std::max(1.0, entry_bytes + kGapBytes * std::log2(std::max(1.0, gap)));
}

Traffic RowTraffic(const TableSpec& spec, double payload_bytes, std::uint32_t num_shards,
                   std::size_t batch_bytes) {
  const double parts = static_cast<double>(spec.num_slices()) * num_shards;
  const double batches = std::ceil(payload_bytes / parts / static_cast<double>(batch_bytes));
  return {parts * std::max(1.0, batches), payload_bytes};
}

Traffic NumberTraffic(const TableSpec& spec, Count value, std::uint32_t num_shards,
                      std::size_t batch_bytes) {
  const std::size_t value_bytes = VarintSize(ZigZag(value));
  Traffic traffic;
  for (std::uint32_t slice = 0; slice < spec.num_slices(); ++slice) {
    const std::uint32_t size = spec.slice_begin(slice + 1) - spec.slice_begin(slice);
    for (std::uint32_t shard = 0; shard < num_shards; ++shard) {
      std::uint32_t at = EqualRangeBegin(shard, size, num_shards);
      const std::uint32_t end = EqualRangeBegin(shard + 1, size, num_shards);
      traffic.messages += at == end ? 1 : 0;
      while (at < end) {
        // A message's first number brings its place, the others a gap of 0.
        const std::size_t first = VarintSize(at) + value_bytes;
        const auto fit = static_cast<std::uint32_t>(
            std::min<std::size_t>(end - at, 1 + (batch_bytes - first) / (1 + value_bytes)));
        traffic.payload_bytes += static_cast<double>(first + (fit - 1) * (1 + value_bytes));
        ++traffic.messages;
        at += fit;
      }
    }
  }
  return traffic;
}

TableContent MostContent(const TableSpec& spec) {
  if (spec.items == ItemKind::kNumbers) return {0, spec.num_items * kMostNumberBytes};
  TableContent content;
  for (std::uint32_t row = 0; row < spec.num_items; ++row) {
    content.entries += spec.MaxEntries(row);
  }
  content.packed_bytes = content.entries * kMostEntryBytes;
  return content;
}

double WorkerBytes(const TableSpec& spec, const TableContent& content) {
  const std::uint32_t in_memory = std::min(spec.num_slices(), spec.registers) + 1;
  return content.packed_bytes / spec.num_slices() * in_memory;
}

double ItemBytes(const TableSpec& spec, const TableContent& content, std::uint32_t num_shards) {
  const double bytes =
      spec.items == ItemKind::kRows
          ? content.entries * sizeof(TopicCount) * kArenaSlack + spec.num_items * kPlaceBytes
          : static_cast<double>(spec.num_items) * sizeof(Count);
  return bytes / num_shards;
}

std::uint32_t AnswersAlive(const TableSpec& spec, const TableShape& shape) {
  const std::uint32_t slices = spec.num_slices();
  return (shape.staleness == 0 ? slices + shape.num_workers
                               : shape.num_workers * (std::min(slices, spec.registers) + 1)) +
         std::min(slices, kKeptInspections);
}

double AnswerBytes(const TableSpec& spec, const TableContent& content, const TableShape& shape) {
  return content.packed_bytes / spec.num_slices() / shape.num_shards * AnswersAlive(spec, shape);
}

std::size_t AnswerBuffers(const Job& job, std::uint32_t shard) {
  if (job.options.num_answer_buffers > 0) return job.options.num_answer_buffers;
  const TableShape shape = {job.num_workers, job.num_shards, job.options.staleness};
  std::size_t buffers = 0;
  for (const TableLayout& layout : job.tables) {
    std::size_t most = 0;
    for (std::uint32_t slice = 0; slice < layout.num_slices(); ++slice) {
      const std::size_t batch = job.options.batch_bytes;
      most = std::max(most, layout.spec().items == ItemKind::kRows
                                ? RowBuffers(layout, shard, slice, batch)
                                : NumberBuffers(layout.NumItems(shard, slice), batch));
    }
    buffers += most * AnswersAlive(layout.spec(), shape);
  }
  return buffers;
}

}  // namespace lightlda
