#include "ingest/chunk_source.h"

#include <glog/logging.h>

#include <utility>

#include "ingest/bag_parser.h"
#include "ingest/decoded_stream.h"
#include "ingest/foreign_data.h"
#include "ingest/format_detector.h"
#include "ingest/input_kind.h"

namespace lightlda {
namespace {

constexpr std::string_view kSink = " | ... `inputs`=-";

}  // namespace

Result<std::unique_ptr<ChunkSource>> ChunkSource::Open(const PreprocessConfig& config,
                                                       StopToken stop, bool prompt) {
  std::unique_ptr<ChunkSource> source(new ChunkSource(config, std::move(stop), prompt));
  LIGHTLDA_ASSIGN_OR_RETURN(source->inputs_, ListInputs(config.inputs, config.append));
  LIGHTLDA_RETURN_IF_ERROR(source->SettleFormat());
  return source;
}

// The files of a directory are a document each, unless the format or their name says that they have
// several.
Status ChunkSource::SettleFormat() {
  for (InputFile& input : inputs_.files) {
    if (!input.whole_file) continue;
    if (IsBagFormat(config_.format)) {
      return Status::Usage("a directory has texts, it cannot be read as `format`=" +
                           std::string(FormatName(config_.format)));
    }
    const bool is_auto = config_.format == InputFormat::kAuto;
    input.whole_file = !HasFields(is_auto ? FormatByName(input.path) : config_.format);
    if (!input.whole_file) input.name_prefix = input.document_name + ":";
  }
  // The rest is known once the first chunk is read; it is kept for Next.
  SourceChunk first;
  LIGHTLDA_ASSIGN_OR_RETURN(const bool any, ReadChunk(&first));
  if (any) first_ = std::move(first);
  if (!any) format_ = InputFormat::kText;  // all files were left out
  return {};
}

Status ChunkSource::OpenInput() {
  const InputFile& input = inputs_.files[next_input_];
  LIGHTLDA_ASSIGN_OR_RETURN(stream_, OpenText(input.path, config_.encoding, stop_));
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
  info_->format = InputFormat::kText;
  return input.whole_file ? Status() : SettleKind();
}

// Refuses what is no text, whatever is done about bad lines, as some of them may look good; tells
// how records are cut.
Status ChunkSource::SettleKind() {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string_view beginning, chunker_->Peek(kForeignSample));
  info_->encoding = stream_->encoding();
  if (const auto foreign = FindBinary(beginning)) return Refuse(*foreign);
  const InputKind kind =
      FindInputKind(inputs_.files[next_input_].path, beginning, config_.format, request_);
  info_->format = kind.format;
  info_->is_json_array = kind.syntax.kind == RecordKind::kJsonArray;
  chunker_->SetSyntax(kind.syntax);
  if (kind.format == InputFormat::kText || kind.syntax.kind != RecordKind::kLine) return {};
  const auto foreign = FindForeignText(beginning, config_.format);
  return foreign ? Refuse(*foreign) : Status();
}

Status ChunkSource::Refuse(const ForeignData& foreign) const {
  return Status::BadInput(info_->name + ": " + ExplainInput(info_->name, foreign, kSink));
}

// Tells the format of an input of lines by the first of them.
Status ChunkSource::DetectLines(std::string_view lines) {
  const DetectedFormat detected = DetectFormat(lines);
  info_->format = detected.format;
  if (detected.format == InputFormat::kText) {
    if (const auto entries = FindUciEntries(lines)) return Refuse(*entries);
    const std::string table = DescribeTable(lines);
    if (!table.empty()) {
      notes_.push_back(info_->name + ": taken as text, a document a line, though its lines have " +
                       table + "; as `format`=csv or tsv `text_field` says which to read");
    }
  }
  if (!detected.doubt.empty()) {
    notes_.push_back(info_->name + ": taken as " + FormatName(detected.format) + ", though " +
                     detected.doubt + "; `format` says otherwise");
  }
  return {};
}

Status ChunkSource::CheckFormat(const SourceChunk& first) {
  if (info_->format == InputFormat::kAuto) {
    LIGHTLDA_RETURN_IF_ERROR(DetectLines(first.lines.text));
  }
  if (format_ == InputFormat::kAuto) {
    format_ = info_->format;
  } else if (info_->format != format_) {
    if (IsBagFormat(info_->format) || IsBagFormat(format_)) {
      return Status::BadInput(info_->name + ": looks like " + FormatName(info_->format) +
                              " but the inputs before it are " + FormatName(format_) +
                              "; all must have one format, which `format` can name");
    }
    if (!first.whole_file) {
      notes_.push_back(info_->name + ": taken as " + FormatName(info_->format));
    }
  }
  if (info_->format == InputFormat::kUci) {
    LIGHTLDA_ASSIGN_OR_RETURN(info_->uci, ParseUciHeader(first.lines, info_->name));
  }
  if (first.lines.syntax.kind == RecordKind::kCsv) {
    const std::string_view text = first.lines.text;
    const std::string_view row =
        text.empty() ? text : text.substr(0, FindRecordEnd(first.lines.syntax, text, true));
    LIGHTLDA_ASSIGN_OR_RETURN(
        CsvLayout layout, LayOutColumns(row, first.lines.first_line, first.lines.syntax.separator,
                                        request_, info_->name));
    info_->csv = std::make_shared<const CsvLayout>(std::move(layout));
  }
  return {};
}

Status ChunkSource::ReadLines(SourceChunk* chunk) {
  const bool first = std::exchange(at_start_, false);
  LIGHTLDA_ASSIGN_OR_RETURN(const bool more, chunker_->Next(&chunk->lines));
  CHECK(more) << "read beyond the last chunk";
  if (first && chunk->lines.num_records == 0 && chunker_->num_skipped_lines() == 0) {
    return Status::BadInput(info_->name + ": empty: no documents");
  }
  if (first) LIGHTLDA_RETURN_IF_ERROR(CheckFormat(*chunk));
  // Rows count from the first below the header.
  if (info_->csv != nullptr && info_->csv->has_header) --chunk->lines.first_record;
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
  info_->encoding = stream_->encoding();
  closed_text_bytes_ += text.size();
  chunk->text_bytes = closed_text_bytes_;
  return CheckFormat(*chunk);
}

void ChunkSource::CloseInput() {
  if (stream_) closed_stored_bytes_ += stream_->stored_bytes_read();
  if (chunker_) closed_text_bytes_ += chunker_->text_bytes_read();
  chunker_.reset();
  stream_.reset();
  ++next_input_;
}

Status ChunkSource::ReadInput(SourceChunk* chunk) {
  if (!stream_) LIGHTLDA_RETURN_IF_ERROR(OpenInput());
  *chunk = SourceChunk();
  chunk->whole_file = inputs_.files[next_input_].whole_file;
  chunk->document_name = inputs_.files[next_input_].document_name;
  return chunk->whole_file ? ReadWholeFile(chunk) : ReadLines(chunk);
}

Result<bool> ChunkSource::ReadChunk(SourceChunk* chunk) {
  while (next_input_ < inputs_.files.size()) {
    const bool starts = !stream_ || at_start_;
    const Status status = ReadInput(chunk);
    if (status.ok()) {
      chunk->input = info_;
      chunk->stored_bytes = closed_stored_bytes_ + stream_->stored_bytes_read();
      if (chunk->lines.last) CloseInput();
      return true;
    }
    const bool skip =
        starts && config_.on_bad_file == OnBadLine::kSkip && status.code() == StatusCode::kBadInput;
    if (!skip) return status;
    skipped_files_.Add(status.message());
    CloseInput();
  }
  return false;
}

Result<bool> ChunkSource::Next(SourceChunk* chunk) {
  if (!first_) return ReadChunk(chunk);
  *chunk = *std::move(first_);
  first_.reset();
  return true;
}

}  // namespace lightlda
