#include "ingest/line_chunks.h"

#include <algorithm>
#include <utility>

#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10;

}  // namespace

LineChunker::LineChunker(InputStream* input, const LineChunkerOptions& options)
    : input_(input), options_(options) {}

// Reads until `target_bytes` are pending or the input ends.
Status LineChunker::Fill(std::size_t target_bytes) {
  while (!at_end_ && pending_.size() < target_bytes) {
    const std::size_t old_size = pending_.size();
    pending_.resize(old_size + std::max(kReadBytes, target_bytes - old_size));
    auto got = input_->Read(pending_.data() + old_size, pending_.size() - old_size);
    pending_.resize(old_size + (got.ok() ? *got : 0));
    LIGHTLDA_RETURN_IF_ERROR(got.status());
    at_end_ = *got == 0;
    text_bytes_read_ += *got;
  }
  return {};
}

// How many of the pending lines make the next chunk.
LineChunker::Lines LineChunker::FindLines() const {
  if (syntax_.kind != RecordKind::kLine) return FindRecords();
  Lines lines;
  while (lines.num_bytes < pending_.size() && lines.num_bytes < options_.chunk_bytes) {
    const std::size_t newline = pending_.find('\n', lines.num_bytes);
    const bool found = newline != std::string::npos;
    const std::size_t end = found ? newline : pending_.size();
    // The last byte pending may be the '\r' of an end of line, which does not count.
    const std::uint64_t end_of_line = end > lines.num_bytes && pending_[end - 1] == '\r' ? 1 : 0;
    lines.next_is_too_long = end - lines.num_bytes - end_of_line > options_.max_line_bytes;
    if (lines.next_is_too_long || (!found && !at_end_)) break;
    lines.num_bytes = found ? newline + 1 : end;
    ++lines.num_lines;
  }
  lines.num_records = lines.num_lines;
  return lines;
}

LineChunker::Lines LineChunker::FindRecords() const {
  Lines lines;
  while (lines.num_bytes < pending_.size() && lines.num_bytes < options_.chunk_bytes) {
    const std::string_view rest = std::string_view(pending_).substr(lines.num_bytes);
    const std::size_t size = FindRecordEnd(syntax_, rest, at_end_);
    const bool found = size != std::string_view::npos;
    lines.next_is_too_long = std::min(size, rest.size()) > options_.max_line_bytes;
    if (lines.next_is_too_long || !found) break;
    lines.num_lines += static_cast<std::uint64_t>(std::ranges::count(rest.substr(0, size), '\n'));
    lines.num_bytes += size;
    ++lines.num_records;
  }
  return lines;
}

Result<std::string_view> LineChunker::Peek(std::size_t size) {
  LIGHTLDA_RETURN_IF_ERROR(Fill(options_.prompt ? 1 : size));
  return std::string_view(pending_).substr(0, size);
}

Result<bool> LineChunker::Next(LineChunk* chunk) {
  if (finished_) return false;
  if (!std::exchange(started_, true)) LIGHTLDA_RETURN_IF_ERROR(Start());
  LIGHTLDA_RETURN_IF_ERROR(FillForChunk());
  Lines lines = FindLines();
  while (lines.num_records == 0 && !(at_end_ && pending_.empty())) {
    if (lines.next_is_too_long) {
      LIGHTLDA_RETURN_IF_ERROR(SkipLongLine());
      LIGHTLDA_RETURN_IF_ERROR(FillForChunk());
    } else {
      // Doubling keeps the search for the end of a long line linear; a prompt chunk looks after
      // each read, of which a pipe gives 64 KiB.
      const std::size_t more = options_.prompt ? pending_.size() + 1 : 2 * pending_.size() + 1;
      LIGHTLDA_RETURN_IF_ERROR(Fill(more));
    }
    lines = FindLines();
  }
  return HandOut(lines, chunk);
}

// Takes off what is before the first record.
Status LineChunker::Start() {
  LIGHTLDA_RETURN_IF_ERROR(Fill(kByteOrderMark.size()));
  if (pending_.starts_with(kByteOrderMark)) pending_.erase(0, kByteOrderMark.size());
  if (syntax_.kind != RecordKind::kJsonArray) return {};
  const std::size_t bracket = pending_.find('[');
  if (bracket == std::string::npos) return {};
  next_line_ += static_cast<std::uint64_t>(
      std::ranges::count(std::string_view(pending_).substr(0, bracket), '\n'));
  pending_.erase(0, bracket + 1);
  return {};
}

Result<bool> LineChunker::HandOut(const Lines& lines, LineChunk* chunk) {
  std::swap(chunk->text, pending_);
  pending_.assign(chunk->text, lines.num_bytes);
  chunk->text.resize(lines.num_bytes);
  chunk->first_line = next_line_;
  chunk->num_lines = lines.num_lines;
  chunk->syntax = syntax_;
  chunk->first_record = next_record_;
  chunk->num_records = lines.num_records;
  next_line_ += lines.num_lines;
  next_record_ += lines.num_records;
  if (!options_.prompt) LIGHTLDA_RETURN_IF_ERROR(Fill(1));  // would wait for the next line
  chunk->last = finished_ = at_end_ && pending_.empty();
  return true;
}

Status LineChunker::SkipLongLine() {
  const bool is_csv = syntax_.kind == RecordKind::kCsv;
  const bool is_line = syntax_.kind == RecordKind::kLine;
  if (!options_.skip_long_lines || !(is_line || is_csv)) {
    const std::string what = is_line ? "line" : is_csv ? "row" : "value";
    return Status::BadInput(input_->name() + ":" + std::to_string(next_line_) + ": " + what +
                            " longer than the " + std::to_string(options_.max_line_bytes) +
                            " bytes that `max_line_bytes` allows" +
                            (is_csv ? "; perhaps a quote is not closed" : ""));
  }
  std::size_t newline;
  while ((newline = pending_.find('\n')) == std::string::npos && !at_end_) {
    pending_.clear();
    LIGHTLDA_RETURN_IF_ERROR(Fill(1));
  }
  pending_.erase(0, newline == std::string::npos ? newline : newline + 1);
  ++next_line_;
  ++next_record_;
  ++num_skipped_lines_;
  return {};
}

}  // namespace lightlda
