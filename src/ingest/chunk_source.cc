#include "ingest/chunk_source.h"

#include <glog/logging.h>

#include <utility>

#include "ingest/bag_parser.h"
#include "ingest/foreign_data.h"
#include "ingest/format_detector.h"

namespace lightlda {
namespace {

constexpr std::string_view kSink = " | ... `inputs`=-";

}  // namespace

Result<std::unique_ptr<ChunkSource>> ChunkSource::Open(const PreprocessConfig& config,
                                                       StopToken stop, bool prompt) {
  std::unique_ptr<ChunkSource> source(new ChunkSource(config, std::move(stop), prompt));
  LIGHTLDA_ASSIGN_OR_RETURN(source->inputs_, ListInputs(config.inputs));
  LIGHTLDA_RETURN_IF_ERROR(source->SettleFormat());
  return source;
}

Status ChunkSource::SettleFormat() {
  format_ = config_.format;
  bool any_directory = false;
  for (const InputFile& input : inputs_.files) any_directory |= input.whole_file;
  if (any_directory && format_ != InputFormat::kText && format_ != InputFormat::kAuto) {
    return Status::Usage("a directory can only be read as `format`=text, not as " +
                         std::string(FormatName(format_)));
  }
  if (any_directory) format_ = InputFormat::kText;
  // The rest is known once the first chunk is read; it is kept for Next.
  SourceChunk first;
  LIGHTLDA_ASSIGN_OR_RETURN(const bool any, ReadChunk(&first));
  if (any) first_ = std::move(first);
  return {};
}

Status ChunkSource::OpenInput() {
  const InputFile& input = inputs_.files[next_input_];
  LIGHTLDA_ASSIGN_OR_RETURN(stream_, InputStream::Open(input.path, stop_));
  info_ = std::make_shared<InputInfo>();
  info_->name = stream_->name();
  info_->name_prefix = input.name_prefix;
  LineChunkerOptions options;
  options.max_line_bytes = config_.max_line_bytes;
  options.skip_long_lines = config_.on_bad_line == OnBadLine::kSkip;
  options.prompt = prompt_;
  chunker_ = std::make_unique<LineChunker>(stream_.get(), options);
  long_lines_reported_ = 0;
  at_start_ = true;
  return input.whole_file ? Status() : CheckReadable();
}

// Whatever is done about bad lines: of data that is no text some lines may look good.
Status ChunkSource::CheckReadable() {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string_view beginning, chunker_->Peek(kForeignSample));
  auto foreign = FindBinary(beginning);
  if (!foreign && config_.format != InputFormat::kText) {
    foreign = FindForeignText(beginning, config_.format);
  }
  return foreign ? Refuse(*foreign) : Status();
}

Status ChunkSource::Refuse(const ForeignData& foreign) const {
  return Status::BadInput(info_->name + ": " + Explain(info_->name, foreign, kSink));
}

Status ChunkSource::CheckFormat(const SourceChunk& first) {
  if (config_.format == InputFormat::kAuto && !first.whole_file) {
    const DetectedFormat detected = DetectFormat(first.lines.text);
    if (detected.format == InputFormat::kText) {
      if (const auto entries = FindUciEntries(first.lines.text)) return Refuse(*entries);
    }
    if (format_ == InputFormat::kAuto) {
      format_ = detected.format;
      const std::string table =
          format_ == InputFormat::kText ? DescribeTable(first.lines.text) : "";
      if (!table.empty()) {
        notes_.push_back(info_->name +
                         ": taken as text, a document a line, though its lines have " + table +
                         "; to read one of them, cut it out first");
      }
      if (!detected.doubt.empty()) {
        notes_.push_back(info_->name + ": taken as " + FormatName(format_) + ", though " +
                         detected.doubt + "; `format` says otherwise");
      }
    } else if (detected.format != format_) {
      return Status::BadInput(info_->name + ": looks like " + FormatName(detected.format) +
                              " but the inputs before it are " + FormatName(format_) +
                              "; all must have one format, which `format` can name");
    }
  }
  if (format_ != InputFormat::kUci) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(info_->uci, ParseUciHeader(first.lines, info_->name));
  return {};
}

Status ChunkSource::ReadLines(SourceChunk* chunk) {
  const bool first = std::exchange(at_start_, false);
  LIGHTLDA_ASSIGN_OR_RETURN(const bool more, chunker_->Next(&chunk->lines));
  CHECK(more) << "read beyond the last chunk";
  if (first && chunk->lines.num_lines == 0 && chunker_->num_skipped_lines() == 0) {
    return Status::BadInput(info_->name + ": empty: no documents");
  }
  if (first) LIGHTLDA_RETURN_IF_ERROR(CheckFormat(*chunk));
  chunk->text_bytes = closed_text_bytes_ + chunker_->text_bytes_read();
  chunk->num_long_lines = static_cast<Count>(chunker_->num_skipped_lines() - long_lines_reported_);
  long_lines_reported_ = chunker_->num_skipped_lines();
  return {};
}

Status ChunkSource::ReadWholeFile(SourceChunk* chunk) {
  constexpr std::size_t kReadBytes = std::size_t{1} << 16;
  std::string& text = chunk->lines.text;
  chunk->lines.last = true;
  while (true) {
    const std::size_t size = text.size();
    text.resize(size + kReadBytes);
    LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t got, stream_->Read(&text[size], kReadBytes));
    text.resize(size + got);
    if (got == 0) break;
    if (text.size() > config_.max_line_bytes) {
      return Status::BadInput(info_->name + ": longer than the " +
                              std::to_string(config_.max_line_bytes) +
                              " bytes that `max_line_bytes` allows for a document");
    }
  }
  closed_text_bytes_ += text.size();
  chunk->text_bytes = closed_text_bytes_;
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return {};
}

void ChunkSource::CloseInput() {
  closed_stored_bytes_ += stream_->stored_bytes_read();
  closed_text_bytes_ += chunker_->text_bytes_read();
  chunker_.reset();
  stream_.reset();
  ++next_input_;
}

Result<bool> ChunkSource::ReadChunk(SourceChunk* chunk) {
  if (next_input_ == inputs_.files.size()) return false;
  if (!stream_) LIGHTLDA_RETURN_IF_ERROR(OpenInput());
  *chunk = SourceChunk();
  chunk->whole_file = inputs_.files[next_input_].whole_file;
  chunk->document_name = inputs_.files[next_input_].document_name;
  LIGHTLDA_RETURN_IF_ERROR(chunk->whole_file ? ReadWholeFile(chunk) : ReadLines(chunk));
  chunk->input = info_;
  chunk->stored_bytes = closed_stored_bytes_ + stream_->stored_bytes_read();
  if (chunk->lines.last) CloseInput();
  return true;
}

Result<bool> ChunkSource::Next(SourceChunk* chunk) {
  if (!first_) return ReadChunk(chunk);
  *chunk = *std::move(first_);
  first_.reset();
  return true;
}

}  // namespace lightlda
