#include "ingest/chunk_parser.h"

#include <string>

namespace lightlda {

void ChunkParser::Parse(SourceChunk* chunk, ParsedChunk* output) {
  output->input = chunk->input;
  output->last = chunk->lines.last;
  output->stored_bytes = chunk->stored_bytes;
  output->text_bytes = chunk->text_bytes;
  AddReason(&output->skipped_lines, "line too long", chunk->num_long_lines);
  output->num_uci_lines = chunk->num_long_lines;
  BeginChunk(chunk);
  output->error = ParseLines(*chunk, output);
  if (Status status = EndChunk(output); output->error.ok()) output->error = status;
}

Status ChunkParser::ParseLines(const SourceChunk& chunk, ParsedChunk* output) {
  const auto check = [&](const std::optional<LineError>& error, const std::string& where) {
    if (!error) return Status();
    if (on_bad_line_ == OnBadLine::kFail) return Status::BadInput(where + ": " + error->detail);
    AddReason(&output->skipped_lines, error->reason, 1);
    return Status();
  };
  if (chunk.whole_file) {
    const auto error = ParseFile(chunk, output);
    if (!error) return {};
    const std::string message = chunk.input->name + ": " + error->detail;
    const bool skip = on_bad_line_ == OnBadLine::kSkip || on_bad_file_ == OnBadLine::kSkip;
    if (!skip) return Status::BadInput(message);
    output->skipped_files.Add(message);
    return {};
  }
  return ForEachRecord(chunk.lines, [&](const Record& record) {
    const auto error = ParseRecord(record, *chunk.input, output);
    if (!error) return Status();
    return check(error, chunk.input->name + ":" + std::to_string(record.line));
  });
}

}  // namespace lightlda
