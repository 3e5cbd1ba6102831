// MemoryReader: texts in memory as word ids of a model, read as InferDocuments reads files.
#ifndef LIGHTLDA_INFER_MEMORY_READER_H_
#define LIGHTLDA_INFER_MEMORY_READER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/spares.h"
#include "infer/document_reader.h"
#include "ingest/chunk_parser.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/model.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "text/text_pipeline.h"

namespace lightlda {

// Cuts a text into chunks of `documents` documents, the last of fewer; none of an empty text.
// Documents are numbered as in a file of this text. Of more than max_documents only so many are cut
// off that it shows. Format: kText or kJsonl, a document per line, or kJson, an array of documents.
// `name` stands for the text in messages. Errors: kBadInput for kJson that is no array. REQUIRES:
// documents > 0.
Result<std::vector<SourceChunk>> CutIntoChunks(const std::string& name, InputFormat format,
                                               std::string_view text, std::size_t documents,
                                               std::size_t max_documents);

// Thread-safe. Parsers are kept for the next call, as making one takes longer than reading a text.
class MemoryReader {
 public:
  // Errors: kBadInput for a model that was trained on bags of words, or on text that this version
  // would read in another way; kFailure if ICU fails. REQUIRES: model outlives it.
  static Result<std::unique_ptr<MemoryReader>> Create(const Model& model);

  // Adds the documents of a chunk to *batch, up to the first bad line, which is the error:
  // kBadInput "NAME:LINE: ...".
  Status Read(SourceChunk* chunk, DocumentBatch* batch);

 private:
  explicit MemoryReader(const Model& model) : model_(model) {}
  Result<std::unique_ptr<ChunkParser>> Take();

  const Model& model_;
  std::shared_ptr<const TextPipelineSettings> pipeline_;
  Spares<ChunkParser> parsers_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INFER_MEMORY_READER_H_
