#include "ingest/text_parser.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "ingest/chunk_words.h"
#include "ingest/csv.h"
#include "ingest/foreign_data.h"
#include "ingest/json_line.h"
#include "ingest/metadata_columns.h"
#include "text/snippet.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// What is in a text that is none.
std::optional<LineError> CheckText(std::string_view text, const std::string& encoding) {
  if (const auto at = FindInvalidUtf8(text)) {
    // Something that is none of the encoding was decoded to a byte FF.
    if (encoding != "UTF-8") {
      return LineError{"invalid in its encoding", "invalid " + encoding + " after " +
                                                      std::to_string(*at) + " bytes, as UTF-8"};
    }
    return LineError{"invalid UTF-8", "invalid UTF-8 at byte " + std::to_string(*at + 1) + ": " +
                                          QuoteBytes(text.substr(*at, 4)) +
                                          "; `encoding` names another encoding"};
  }
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    return LineError{"NUL byte", "NUL byte at byte " + std::to_string(at + 1)};
  }
  return std::nullopt;
}

class TextParser : public ChunkParser {
 public:
  TextParser(const TextParserOptions& options, std::unique_ptr<TextPipeline> pipeline)
      : ChunkParser(options.on_bad_line, options.on_bad_file),
        snippet_bytes_(options.snippet_bytes),
        num_metadata_(options.metadata.size()),
        pipeline_(std::move(pipeline)),
        words_(pipeline_.get()) {}

 protected:
  void BeginChunk(SourceChunk* chunk) override { encoding_ = chunk->input->encoding; }

  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    return AddDocument(input.name_prefix + std::to_string(number), line, output);
  }

  std::optional<LineError> ParseFile(const SourceChunk& chunk, ParsedChunk* output) override {
    const std::string_view text = chunk.lines.text;
    if (const auto foreign = FindBinary(text.substr(0, kForeignSample))) {
      return LineError{foreign->what, ExplainInput(chunk.input->name, *foreign, "")};
    }
    auto error = AddDocument(chunk.document_name, text, output);
    if (!error) return error;
    const std::size_t at = std::min(FindInvalidUtf8(text).value_or(text.size()), text.find('\0'));
    const std::string_view before = text.substr(0, at);
    error->detail =
        "line " + std::to_string(std::ranges::count(before, '\n') + 1) + ": " + error->detail;
    return error;
  }

  Status EndChunk(ParsedChunk* output) override {
    // Documents of inputs that have none.
    output->metadata.resize(output->names.size() * num_metadata_);
    output->bad_metadata.resize(num_metadata_);
    output->words = words_.Take();
    output->words.short_words = pipeline_->TakeTooShort();
    const Count too_short = pipeline_->num_too_short();
    const Count too_long = pipeline_->num_too_long();
    AddReason(&output->dropped_tokens, "too short", too_short - too_short_);
    AddReason(&output->dropped_tokens, "too long", too_long - too_long_);
    too_short_ = too_short;
    too_long_ = too_long;
    const auto& stripped = pipeline_->stripped().counts();
    for (std::size_t i = 0; i < stripped.size(); ++i) {
      AddReason(&output->stripped, kStrippedNames[i], stripped[i] - stripped_[i]);
    }
    stripped_ = stripped;
    return std::exchange(failure_, Status());
  }

  std::optional<LineError> AddDocument(std::string_view name, std::string_view text,
                                       ParsedChunk* output) {
    if (auto error = CheckText(text, encoding_)) return error;
    const std::size_t start = output->tokens.size();
    const Status status = pipeline_->TokenizeSurfaces(
        text, [&](std::string_view token) { words_.Add(token, &output->tokens); });
    if (!status.ok() && failure_.ok()) failure_ = status;
    words_.EndDocument(start, &output->tokens);
    output->names.Add(name);
    if (snippet_bytes_ != 0) output->snippets.Add(SnippetOf(text, snippet_bytes_));
    output->sizes.push_back(static_cast<std::uint32_t>(output->tokens.size() - start));
    return std::nullopt;
  }

  std::size_t num_metadata() const { return num_metadata_; }

 private:
  std::int64_t snippet_bytes_;
  std::size_t num_metadata_;
  std::string encoding_;
  std::unique_ptr<TextPipeline> pipeline_;
  ChunkWordTable words_;
  Status failure_;  // of the pipeline, in this chunk
  Count too_short_ = 0;
  Count too_long_ = 0;
  std::array<Count, kStrippedNames.size()> stripped_ = {};
};

class JsonlParser : public TextParser {
 public:
  JsonlParser(const TextParserOptions& options, std::unique_ptr<TextPipeline> pipeline)
      : TextParser(options, std::move(pipeline)),
        json_(options.text_fields, options.id_field, options.metadata) {}

 protected:
  void BeginChunk(SourceChunk* chunk) override {
    TextParser::BeginChunk(chunk);
    std::string& text = chunk->lines.text;
    text.reserve(text.size() + kJsonPadding);
  }

  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    if (line.empty()) return LineError{"blank line", "expected a JSON object, found nothing"};
    return ParseValue(number, line, /*strings=*/false, input, output);
  }

  // strings: a value may be a string.
  std::optional<LineError> ParseValue(std::uint64_t number, std::string_view line, bool strings,
                                      const InputInfo& input, ParsedChunk* output) {
    JsonLineReader::Fields fields;
    if (auto error = json_.Read(line, &fields, strings)) return error;
    const std::string name = fields.id ? *fields.id : input.name_prefix + std::to_string(number);
    if (auto error = AddDocument(name, fields.text, output)) return error;
    output->num_mended_names += fields.mended_id ? 1 : 0;
    std::ranges::move(fields.metadata, std::back_inserter(output->metadata));
    output->bad_metadata.resize(num_metadata());
    for (const std::size_t field : fields.bad_metadata) ++output->bad_metadata[field];
    return std::nullopt;
  }

 private:
  JsonLineReader json_;
};

// Arrays of JSON values, or values one after the other.
class JsonParser final : public JsonlParser {
 public:
  using JsonlParser::JsonlParser;

 protected:
  std::optional<LineError> ParseRecord(const Record& record, const InputInfo& input,
                                       ParsedChunk* output) override {
    const bool is_blank = record.after.empty() && record.text.empty();
    if (is_blank && !input.is_json_array) return std::nullopt;  // at the end
    if (is_blank || (record.is_last && record.after == ",")) {
      return LineError{"invalid JSON",
                       "expected a value or the end of the array, found the end of the input"};
    }
    if (record.after == "]" && record.text.empty() && record.number == 1) return std::nullopt;
    if (input.is_json_array && record.after != "," && record.after != "]") {
      return LineError{"invalid JSON",
                       "expected a comma or the end of the array after the value" +
                           (record.after.empty() ? std::string(", found the end of the input")
                                                 : ", found " + QuoteBytes(record.after))};
    }
    if (record.text.empty()) return LineError{"invalid JSON", "expected a value, found nothing"};
    return ParseValue(record.number, record.text, /*strings=*/true, input, output);
  }
};

class CsvParser final : public TextParser {
 public:
  CsvParser(const TextParserOptions& options, std::unique_ptr<TextPipeline> pipeline)
      : TextParser(options, std::move(pipeline)), metadata_(options.metadata) {}

 protected:
  void BeginChunk(SourceChunk* chunk) override {
    TextParser::BeginChunk(chunk);
    columns_ = MetadataColumns(metadata_, chunk->input->csv->names);
  }

  std::optional<LineError> ParseRecord(const Record& record, const InputInfo& input,
                                       ParsedChunk* output) override {
    const CsvLayout& layout = *input.csv;
    if (record.number == 0) return std::nullopt;  // the header
    // AddDocument looks at the text alone.
    if (num_metadata() > 0) {
      if (auto error = CheckText(record.text, input.encoding)) return error;
    }
    if (auto error = SplitCsvRow(record.text, layout.separator, &fields_)) return error;
    if (fields_.size() != layout.names.size()) {
      const bool blank = fields_.size() == 1 && fields_[0].raw.empty();
      if (blank) return std::nullopt;
      return LineError{"number of fields", "expected " + std::to_string(layout.names.size()) +
                                               " fields, found " + std::to_string(fields_.size())};
    }
    std::string name = input.name_prefix + std::to_string(record.number);
    if (layout.id_column && !fields_[*layout.id_column].raw.empty()) {
      name = fields_[*layout.id_column].Text(&buffer_);
      if (auto bad = CheckName(name)) return bad;
    }
    if (auto error = AddDocument(name, TextOf(layout), output)) return error;
    output->bad_metadata.resize(num_metadata());
    columns_.Read(fields_, &output->metadata, &output->bad_metadata);
    return std::nullopt;
  }

 private:
  std::string_view TextOf(const CsvLayout& layout) {
    if (layout.text_columns.size() == 1) return fields_[layout.text_columns[0]].Text(&buffer_);
    joined_.clear();
    for (const std::size_t column : layout.text_columns) {
      joined_.append(fields_[column].Text(&buffer_)).push_back('\n');
    }
    return joined_;
  }

  std::vector<MetadataField> metadata_;
  MetadataColumns columns_;  // of the chunk
  std::vector<CsvField> fields_;
  std::string buffer_;
  std::string joined_;
};

// One parser of each kind that is needed.
class TextParsers final : public ChunkParser {
 public:
  explicit TextParsers(TextParserOptions options)
      : ChunkParser(options.on_bad_line), options_(std::move(options)) {}

  // The parser of a format is there afterwards.
  Status Prepare(InputFormat format) {
    auto& parser = parsers_[format];
    if (parser != nullptr) return {};
    LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<TextPipeline> pipeline,
                              TextPipeline::Create(options_.pipeline));
    switch (format) {
      case InputFormat::kJsonl:
        parser = std::make_unique<JsonlParser>(options_, std::move(pipeline));
        break;
      case InputFormat::kJson:
        parser = std::make_unique<JsonParser>(options_, std::move(pipeline));
        break;
      case InputFormat::kCsv:
      case InputFormat::kTsv:
        parser = std::make_unique<CsvParser>(options_, std::move(pipeline));
        break;
      default:
        parser = std::make_unique<TextParser>(options_, std::move(pipeline));
    }
    return {};
  }

  void Parse(SourceChunk* chunk, ParsedChunk* output) override {
    output->error = Prepare(chunk->input->format);
    if (output->error.ok()) parsers_[chunk->input->format]->Parse(chunk, output);
  }

 protected:
  std::optional<LineError> ParseLine(std::uint64_t, std::string_view, const InputInfo&,
                                     ParsedChunk*) override {
    return std::nullopt;
  }

 private:
  TextParserOptions options_;
  std::map<InputFormat, std::unique_ptr<ChunkParser>> parsers_;
};

}  // namespace

Result<std::unique_ptr<ChunkParser>> NewTextParser(const TextParserOptions& options) {
  auto parsers = std::make_unique<TextParsers>(options);
  LIGHTLDA_RETURN_IF_ERROR(parsers->Prepare(options.format));
  return std::unique_ptr<ChunkParser>(std::move(parsers));
}

}  // namespace lightlda
