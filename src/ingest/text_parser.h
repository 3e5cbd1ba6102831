// Parsers of texts: lines, files, JSON values, rows of tables.
#ifndef LIGHTLDA_INGEST_TEXT_PARSER_H_
#define LIGHTLDA_INGEST_TEXT_PARSER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ingest/chunk_parser.h"
#include "lightlda/metadata.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "text/text_pipeline.h"

namespace lightlda {

struct TextParserOptions {
  InputFormat format = InputFormat::kText;  // of the first input
  OnBadLine on_bad_line = OnBadLine::kFail;
  OnBadLine on_bad_file = OnBadLine::kFail;
  std::vector<std::string> text_fields;  // joined; csv has its own in its layout
  std::string id_field;
  std::vector<MetadataField> metadata;  // JSON and tables: what else is kept of a document
  std::int64_t snippet_bytes = 0;       // of each document's text; 0: none, -1: all
  std::shared_ptr<const TextPipelineSettings> pipeline;
};

// Reads chunks of all formats of text, each as its input's format says. Errors: those of
// TextPipeline::Create.
Result<std::unique_ptr<ChunkParser>> NewTextParser(const TextParserOptions& options);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_TEXT_PARSER_H_
