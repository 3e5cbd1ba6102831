#include "ingest/text_parser.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ingest/chunk_words.h"
#include "ingest/foreign_data.h"
#include "ingest/json_line.h"
#include "text/snippet.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// What is in a text that is none.
std::optional<LineError> CheckText(std::string_view text) {
  if (const auto at = FindInvalidUtf8(text)) {
    return LineError{"invalid UTF-8", "invalid UTF-8 at byte " + std::to_string(*at + 1) + ": " +
                                          QuoteBytes(text.substr(*at, 4))};
  }
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    return LineError{"NUL byte", "NUL byte at byte " + std::to_string(at + 1)};
  }
  return std::nullopt;
}

class TextParser : public ChunkParser {
 public:
  TextParser(const TextParserOptions& options, std::unique_ptr<TextPipeline> pipeline)
      : ChunkParser(options.on_bad_line),
        snippet_bytes_(options.snippet_bytes),
        pipeline_(std::move(pipeline)),
        words_(pipeline_.get()) {}

 protected:
  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    return AddDocument(input.name_prefix + std::to_string(number), line, output);
  }

  std::optional<LineError> ParseFile(const SourceChunk& chunk, ParsedChunk* output) override {
    const std::string_view text = chunk.lines.text;
    if (const auto foreign = FindBinary(text.substr(0, kForeignSample))) {
      return LineError{foreign->what, Explain(chunk.input->name, *foreign, "")};
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
    output->words = words_.Take();
    output->words.short_words = pipeline_->TakeTooShort();
    const Count too_short = pipeline_->num_too_short();
    const Count too_long = pipeline_->num_too_long();
    AddReason(&output->dropped_tokens, "too short", too_short - too_short_);
    AddReason(&output->dropped_tokens, "too long", too_long - too_long_);
    too_short_ = too_short;
    too_long_ = too_long;
    return std::exchange(failure_, Status());
  }

  std::optional<LineError> AddDocument(std::string_view name, std::string_view text,
                                       ParsedChunk* output) {
    if (auto error = CheckText(text)) return error;
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

 private:
  std::int64_t snippet_bytes_;
  std::unique_ptr<TextPipeline> pipeline_;
  ChunkWordTable words_;
  Status failure_;  // of the pipeline, in this chunk
  Count too_short_ = 0;
  Count too_long_ = 0;
};

class JsonlParser : public TextParser {
 public:
  JsonlParser(const TextParserOptions& options, std::unique_ptr<TextPipeline> pipeline)
      : TextParser(options, std::move(pipeline)),
        num_metadata_(options.metadata.size()),
        json_(options.text_field, options.id_field, options.metadata) {}

 protected:
  void BeginChunk(SourceChunk* chunk) override {
    std::string& text = chunk->lines.text;
    text.reserve(text.size() + kJsonPadding);
  }

  Status EndChunk(ParsedChunk* output) override {
    output->bad_metadata.resize(num_metadata_);
    return TextParser::EndChunk(output);
  }

  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    JsonLineReader::Fields fields;
    if (line.empty()) return LineError{"blank line", "expected a JSON object, found nothing"};
    if (auto error = json_.Read(line, &fields)) return error;
    const std::string name = fields.id ? *fields.id : input.name_prefix + std::to_string(number);
    if (auto error = AddDocument(name, fields.text, output)) return error;
    output->num_mended_names += fields.mended_id ? 1 : 0;
    std::ranges::move(fields.metadata, std::back_inserter(output->metadata));
    output->bad_metadata.resize(num_metadata_);
    for (const std::size_t field : fields.bad_metadata) ++output->bad_metadata[field];
    return std::nullopt;
  }

 private:
  std::size_t num_metadata_;
  JsonLineReader json_;
};

}  // namespace

Result<std::unique_ptr<ChunkParser>> NewTextParser(const TextParserOptions& options) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<TextPipeline> pipeline,
                            TextPipeline::Create(options.pipeline));
  std::unique_ptr<ChunkParser> parser;
  if (options.format == InputFormat::kJsonl) {
    parser = std::make_unique<JsonlParser>(options, std::move(pipeline));
  } else {
    parser = std::make_unique<TextParser>(options, std::move(pipeline));
  }
  return parser;
}

}  // namespace lightlda
