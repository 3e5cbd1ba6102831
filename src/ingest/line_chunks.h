// LineChunker: cuts an input into chunks of whole lines that threads can parse apart.
#ifndef LIGHTLDA_INGEST_LINE_CHUNKS_H_
#define LIGHTLDA_INGEST_LINE_CHUNKS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/input_stream.h"
#include "lightlda/status.h"

namespace lightlda {

// Consecutive lines of one input.
struct LineChunk {
  std::string text;              // whole lines, each ending in '\n' save perhaps the input's last
  std::uint64_t first_line = 1;  // number of the first line in the input, from 1
  std::uint64_t num_lines = 0;
  bool last = false;  // no line follows in this input
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

  // The first `size` bytes of the input, fewer if it has fewer or chunks are prompt; valid until
  // the next call. REQUIRES: no call of Next before. Errors: as InputStream::Read.
  Result<std::string_view> Peek(std::size_t size);

  std::uint64_t num_skipped_lines() const { return num_skipped_lines_; }
  // Bytes of text read so far, after decompression.
  std::uint64_t text_bytes_read() const { return text_bytes_read_; }

 private:
  // Whole lines at the front of pending_.
  struct Lines {
    std::size_t num_bytes = 0;
    std::uint64_t num_lines = 0;
    bool next_is_too_long = false;
  };

  Status Fill(std::size_t target_bytes);
  Status FillForChunk() { return Fill(options_.prompt ? 1 : options_.chunk_bytes); }
  Lines FindLines() const;
  Result<bool> HandOut(const Lines& lines, LineChunk* chunk);
  Status SkipLongLine();

  InputStream* input_;
  LineChunkerOptions options_;
  std::string pending_;  // read but not handed out
  bool started_ = false;
  bool at_end_ = false;    // of the input
  bool finished_ = false;  // the last chunk was handed out
  std::uint64_t next_line_ = 1;
  std::uint64_t num_skipped_lines_ = 0;
  std::uint64_t text_bytes_read_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_LINE_CHUNKS_H_
