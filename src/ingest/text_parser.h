// Parsers of the formats text and jsonl.
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
  InputFormat format = InputFormat::kText;  // or kJsonl
  OnBadLine on_bad_line = OnBadLine::kFail;
  std::string text_field;
  std::string id_field;
  std::vector<MetadataField> metadata;  // jsonl: what else is kept of a document
  std::int64_t snippet_bytes = 0;       // of each document's text; 0: none, -1: all
  std::shared_ptr<const TextPipelineSettings> pipeline;
};

// Errors: those of TextPipeline::Create.
Result<std::unique_ptr<ChunkParser>> NewTextParser(const TextParserOptions& options);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_TEXT_PARSER_H_
