#include "infer/memory_reader.h"

#include <algorithm>
#include <utility>

#include "ingest/preprocess_settings.h"
#include "ingest/records.h"
#include "ingest/text_parser.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

std::uint64_t LinesIn(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

// Where the first `documents` records of the text end, and how many there are.
std::pair<std::size_t, std::size_t> FindRecords(const RecordSyntax& syntax, std::string_view text,
                                                std::size_t documents) {
  std::size_t end = 0;
  std::size_t found = 0;
  for (; found < documents && end < text.size(); ++found) {
    end += FindRecordEnd(syntax, text.substr(end), /*is_all=*/true);
  }
  return {end, found};
}

}  // namespace

Result<std::vector<SourceChunk>> CutIntoChunks(const std::string& name, InputFormat format,
                                               std::string_view text, std::size_t documents,
                                               std::size_t max_documents) {
  text = WithoutByteOrderMark(text);
  auto info = std::make_shared<InputInfo>();
  info->name = name;
  info->format = format;
  std::uint64_t line = 1;
  RecordSyntax syntax;
  if (format == InputFormat::kJson) {
    const std::string_view array = WithoutLeadingBlanks(text);
    if (!array.starts_with('[')) {
      return Status::BadInput(name + ": expected an array of documents");
    }
    line += LinesIn(text.substr(0, text.size() - array.size()));
    text = array.substr(1);
    info->is_json_array = true;
    syntax.kind = RecordKind::kJsonArray;
  }
  std::vector<SourceChunk> chunks;
  std::uint64_t record = 1;
  while (!text.empty() && record <= max_documents + 1) {
    const auto [size, num_records] = FindRecords(syntax, text, documents);
    SourceChunk chunk;
    chunk.input = info;
    chunk.lines.text = text.substr(0, size);
    chunk.lines.syntax = syntax;
    chunk.lines.first_line = line;
    chunk.lines.first_record = record;
    chunk.lines.num_records = num_records;
    chunk.lines.num_lines = LinesIn(chunk.lines.text);
    line += chunk.lines.num_lines;
    record += num_records;
    text.remove_prefix(size);
    chunk.lines.last = text.empty();
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

Result<std::unique_ptr<MemoryReader>> MemoryReader::Create(const Model& model) {
  std::unique_ptr<MemoryReader> reader(new MemoryReader(model));
  LIGHTLDA_ASSIGN_OR_RETURN(reader->pipeline_, ReadsTextBy(model.text_pipeline()));
  LIGHTLDA_ASSIGN_OR_RETURN(auto first, reader->Take());  // whether there can be one
  reader->parsers_.Return(std::move(first));
  return reader;
}

Result<std::unique_ptr<ChunkParser>> MemoryReader::Take() {
  if (auto spare = parsers_.Take()) return spare;
  const DocumentInput defaults;
  TextParserOptions options;
  options.text_fields = TextFields(defaults.text_field);
  options.id_field = defaults.id_field;
  options.pipeline = pipeline_;
  return NewTextParser(options);
}

Status MemoryReader::Read(SourceChunk* chunk, DocumentBatch* batch) {
  LIGHTLDA_ASSIGN_OR_RETURN(auto parser, Take());
  ParsedChunk parsed;
  parser->Parse(chunk, &parsed);
  parsers_.Return(std::move(parser));
  AddTexts(parsed, model_.vocabulary(), batch);
  return parsed.error;
}

}  // namespace lightlda
