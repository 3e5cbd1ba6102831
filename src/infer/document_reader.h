// DocumentReader: documents of any input format as word ids of a model.
#ifndef LIGHTLDA_INFER_DOCUMENT_READER_H_
#define LIGHTLDA_INFER_DOCUMENT_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "corpus/string_table.h"
#include "ingest/chunk_source.h"
#include "ingest/parsed_chunk.h"
#include "ingest/uci_assembler.h"
#include "lightlda/infer.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "text/text_pipeline.h"

namespace lightlda {

// Consecutive documents of an input.
struct DocumentBatch {
  StringTable names;
  std::vector<std::uint64_t> begins = {0};  // [documents + 1], into words
  std::vector<WordId> words;                // tokens that the model knows
  std::vector<std::uint32_t> num_unknown;   // [documents]: tokens that it does not know

  std::size_t size() const { return num_unknown.size(); }
  std::span<const WordId> Words(std::size_t document) const {
    return std::span(words).subspan(begins[document], begins[document + 1] - begins[document]);
  }
  void Clear();
  // Ends a document whose words were added.
  void EndDocument(std::string_view name, std::uint32_t unknown);
};

// Adds the documents of a parsed chunk of text to the batch.
void AddTexts(const ParsedChunk& chunk, const Vocabulary& vocabulary, DocumentBatch* batch);

// Reads as lightlda-preprocess does, with the model's own text pipeline and vocabulary. Not
// thread-safe; reads in threads of its own.
class DocumentReader {
 public:
  // Opens the inputs and settles their format. Errors: kUsage, kBadInput, also for a model that
  // cannot read this format. REQUIRES: input.Validate() is OK; model outlives it.
  static Result<std::unique_ptr<DocumentReader>> Open(const Model& model,
                                                      const DocumentInput& input, StopToken stop);

  InputFormat format() const { return source_->format(); }
  const std::vector<std::string>& notes() const { return notes_; }

  // Reads everything and calls visit, from the calling thread, for batch after batch in input
  // order. Errors: kBadInput "FILE:LINE: ...", after the batches before it; the visit's; kCancelled
  // when the stop was requested. REQUIRES: called once.
  Status ReadAll(const std::function<Status(const DocumentBatch&)>& visit);

  const ReasonCounts& skipped_lines() const { return skipped_lines_; }

 private:
  DocumentReader(const Model& model, DocumentInput input, StopToken stop)
      : model_(model), input_(std::move(input)), stop_(std::move(stop)) {}

  Status PrepareText();
  Status PrepareBags();
  Status Add(const ParsedChunk& chunk);
  void AddBag(std::string_view name, std::span<const BagEntry> entries);

  const Model& model_;
  DocumentInput input_;
  StopToken stop_;
  std::unique_ptr<ChunkSource> source_;
  std::shared_ptr<const TextPipelineSettings> pipeline_;
  std::vector<WordId> ids_;  // of the words of bags; kUnknownWord
  std::vector<std::string> notes_;
  ReasonCounts skipped_lines_;
  std::unique_ptr<UciAssembler> uci_;
  DocumentBatch batch_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INFER_DOCUMENT_READER_H_
