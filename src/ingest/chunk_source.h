// ChunkSource: all inputs of a preprocessing run as one sequence of chunks.
#ifndef LIGHTLDA_INGEST_CHUNK_SOURCE_H_
#define LIGHTLDA_INGEST_CHUNK_SOURCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/csv.h"
#include "ingest/foreign_data.h"
#include "ingest/input_list.h"
#include "ingest/input_stream.h"
#include "ingest/line_chunks.h"
#include "ingest/parsed_chunk.h"
#include "ingest/preprocess_settings.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// Memory: one chunk, plus the sorted list of files for a directory. Not thread-safe, but may move
// between threads.
class ChunkSource {
 public:
  // Checks that all inputs are there and settles the format, from the first lines of the first
  // input if config.format is kAuto. prompt: chunks come as soon as there is a line
  // (LineChunkerOptions). Errors: kBadInput, kUsage for a directory of bags of words.
  static Result<std::unique_ptr<ChunkSource>> Open(const PreprocessConfig& config,
                                                   StopToken stop = {}, bool prompt = false);

  // Of the first input; the others have the same, but texts may be mixed.
  InputFormat format() const { return format_; }
  // The beginning of the first input; null once Next was called, or if all files were left out.
  const SourceChunk* first_chunk() const { return first_ ? &*first_ : nullptr; }
  // What the user should know, e.g. a format that was assumed.
  const std::vector<std::string>& notes() const { return notes_; }
  // Those that on_bad_file leaves out, so far; whole files that a parser leaves out are not here.
  const SkippedFiles& skipped_files() const { return skipped_files_; }
  // Size of all inputs as stored; 0 if unknown.
  std::uint64_t stored_size() const { return inputs_.stored_size; }

  // Replaces *chunk by the next one; false at the end. Errors: kBadInput: unreadable, corrupted or
  // empty inputs, inputs that are no text or of none of the formats, a bad uci header, a too long
  // line, inputs of different formats.
  Result<bool> Next(SourceChunk* chunk);

 private:
  ChunkSource(const PreprocessConfig& config, StopToken stop, bool prompt)
      : config_(config),
        request_{TextFields(config.text_field), config.id_field, config.columns},
        stop_(std::move(stop)),
        prompt_(prompt) {}

  Status SettleFormat();
  Status OpenInput();
  Status SettleKind();
  Status DetectLines(std::string_view lines);
  Status Refuse(const ForeignData& foreign) const;
  Result<bool> ReadChunk(SourceChunk* chunk);
  Status ReadInput(SourceChunk* chunk);
  Status ReadLines(SourceChunk* chunk);
  Status ReadWholeFile(SourceChunk* chunk);
  Status CheckFormat(const SourceChunk& first);
  void CloseInput();

  PreprocessConfig config_;
  CsvRequest request_;
  StopToken stop_;
  bool prompt_;
  InputFormat format_ = InputFormat::kAuto;
  std::vector<std::string> notes_;
  SkippedFiles skipped_files_;
  InputList inputs_;

  std::size_t next_input_ = 0;
  std::shared_ptr<InputInfo> info_;  // of the open input
  std::unique_ptr<InputStream> stream_;
  std::unique_ptr<LineChunker> chunker_;
  bool at_start_ = false;             // nothing of it was read
  std::optional<SourceChunk> first_;  // read to settle the format, not handed out yet
  std::uint64_t closed_stored_bytes_ = 0;
  std::uint64_t closed_text_bytes_ = 0;
  std::uint64_t long_lines_reported_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CHUNK_SOURCE_H_
