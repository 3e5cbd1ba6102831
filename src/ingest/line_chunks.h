// LineChunker: cuts an input into chunks of whole lines that threads can parse apart.
#ifndef LIGHTLDA_INGEST_LINE_CHUNKS_H_
#define LIGHTLDA_INGEST_LINE_CHUNKS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/input_stream.h"
#include "ingest/records.h"
#include "lightlda/status.h"

namespace lightlda {

// Consecutive lines of one input, or records of more than one line.
struct LineChunk {
  std::string text;              // whole lines, each ending in '\n' save perhaps the input's last
  std::uint64_t first_line = 1;  // number of the first line in the input, from 1
  std::uint64_t num_lines = 0;
  bool last = false;  // no line follows in this input
  // Records: lines, unless the syntax says otherwise.
  RecordSyntax syntax;
  std::uint64_t first_record = 1;
  std::uint64_t num_records = 0;
};

// Calls fn(std::uint64_t line_number, std::string_view line) for every line, without its "\n" or
// "\r\n". `fn` returns a Status; the first that is not OK ends the loop and is returned.
template <typename Fn>
Status ForEachLine(const LineChunk& chunk, Fn&& fn) {
  std::string_view rest = chunk.text;
  for (std::uint64_t number = chunk.first_line; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    LIGHTLDA_RETURN_IF_ERROR(fn(number, line));
  }
  return {};
}

// Calls fn(const Record&) for every record, of csv with its end. `fn` returns a Status; the first
// that is not OK ends the loop and is returned.
template <typename Fn>
Status ForEachRecord(const LineChunk& chunk, Fn&& fn) {
  if (chunk.syntax.kind == RecordKind::kLine) {
    return ForEachLine(chunk, [&](std::uint64_t number, std::string_view line) {
      return fn(Record{number, number, line});
    });
  }
  std::string_view rest = chunk.text;
  std::uint64_t line = chunk.first_line;
  for (std::uint64_t number = chunk.first_record; !rest.empty(); ++number) {
    const std::string_view found = rest.substr(0, FindRecordEnd(chunk.syntax, rest, true));
    Record record{number, line, found};
    record.is_last = chunk.last && found.size() == rest.size();
    if (chunk.syntax.kind != RecordKind::kCsv) TrimJsonRecord(chunk.syntax.kind, found, &record);
    LIGHTLDA_RETURN_IF_ERROR(fn(record));
    line += static_cast<std::uint64_t>(std::ranges::count(found, '\n'));
    rest.remove_prefix(found.size());
  }
  return {};
}

struct LineChunkerOptions {
  std::size_t chunk_bytes = std::size_t{1} << 20;          // a chunk's text is about this long
  std::uint64_t max_line_bytes = std::uint64_t{64} << 20;  // without its end of line
  bool skip_long_lines = false;  // skip and count lines above max_line_bytes instead of failing
  // Hand out lines as soon as they are there, of a pipe one by one: a chunk is what one read gave.
  bool prompt = false;
};

// Strips a UTF-8 byte order mark at the start of the input. Memory: O(chunk_bytes +
// max_line_bytes), whatever the length of a line. Not thread-safe.
class LineChunker {
 public:
  // `input` must outlive the chunker and not be read by others. REQUIRES: chunk_bytes > 0.
  LineChunker(InputStream* input, const LineChunkerOptions& options);
  LineChunker(const LineChunker&) = delete;
  LineChunker& operator=(const LineChunker&) = delete;

  // Replaces *chunk by the next one (reusing its memory) and returns true; false at the end.
  // Exactly one chunk has last = true and it is the final one. It holds no line only if the input
  // is empty, its final lines were skipped, or chunks are prompt; all others hold at least one.
  // Lines that are skipped have their number all the same. Errors: as InputStream::Read;
  // "FILE:LINE: line longer than N bytes".
  Result<bool> Next(LineChunk* chunk);

  // Cuts at records of this kind. They are too long as lines are; what is skipped of csv then is
  // one line, as an open quote makes one record of all that follows, and of JSON nothing.
  // REQUIRES: no call of Next before.
  void SetSyntax(const RecordSyntax& syntax) { syntax_ = syntax; }

  // The first `size` bytes of the input, fewer if it has fewer or chunks are prompt; valid until
  // the next call. REQUIRES: no call of Next before. Errors: as InputStream::Read.
  Result<std::string_view> Peek(std::size_t size);

  std::uint64_t num_skipped_lines() const { return num_skipped_lines_; }
  // Bytes of text read so far, after decompression.
  std::uint64_t text_bytes_read() const { return text_bytes_read_; }

 private:
  // Whole lines or records at the front of pending_.
  struct Lines {
    std::size_t num_bytes = 0;
    std::uint64_t num_lines = 0;
    std::uint64_t num_records = 0;
    bool next_is_too_long = false;
  };

  Status Fill(std::size_t target_bytes);
  Status FillForChunk() { return Fill(options_.prompt ? 1 : options_.chunk_bytes); }
  Status Start();
  Lines FindLines() const;
  Lines FindRecords() const;
  Result<bool> HandOut(const Lines& lines, LineChunk* chunk);
  Status SkipLongLine();

  InputStream* input_;
  LineChunkerOptions options_;
  RecordSyntax syntax_;
  std::string pending_;  // read but not handed out
  bool started_ = false;
  bool at_end_ = false;    // of the input
  bool finished_ = false;  // the last chunk was handed out
  std::uint64_t next_line_ = 1;
  std::uint64_t next_record_ = 1;
  std::uint64_t num_skipped_lines_ = 0;
  std::uint64_t text_bytes_read_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_LINE_CHUNKS_H_
