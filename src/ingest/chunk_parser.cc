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
  if (chunk.whole_file) return check(ParseFile(chunk, output), chunk.input->name);
  return ForEachLine(chunk.lines, [&](std::uint64_t number, std::string_view line) {
    const auto error = ParseLine(number, line, *chunk.input, output);
    return error ? check(error, chunk.input->name + ":" + std::to_string(number)) : Status();
  });
}

}  // namespace lightlda
