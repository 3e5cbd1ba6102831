#include "ingest/chunk_reader.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/ordered_pipeline.h"
#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "ingest/bag_parser.h"
#include "ingest/preprocess_settings.h"

namespace lightlda {
namespace {

Result<std::unique_ptr<ChunkParser>> NewParser(const ChunkReaderOptions& options) {
  const InputFormat format = options.parser.format;
  if (!IsBagFormat(format)) return NewTextParser(options.parser);
  return NewBagParser(format, options.parser.on_bad_line, options.max_words);
}

}  // namespace

Status ReadChunks(ChunkSource* source, const ChunkReaderOptions& options,
                  const std::function<Status(ParsedChunk*)>& consume) {
  const int num_threads = ResolveThreadCount(options.num_threads);
  std::vector<std::unique_ptr<ChunkParser>> parsers;
  for (int thread = 0; thread < num_threads; ++thread) {
    LIGHTLDA_ASSIGN_OR_RETURN(std::unique_ptr<ChunkParser> parser, NewParser(options));
    parsers.push_back(std::move(parser));
  }
  OrderedPipeline<SourceChunk, ParsedChunk> pipeline;
  return pipeline.Run(
      num_threads,
      [&](SourceChunk* chunk) { return CatchBadAlloc([&] { return source->Next(chunk); }); },
      [&](int worker, SourceChunk* chunk, ParsedChunk* parsed) {
        const Status status = CatchBadAlloc([&] {
          parsers[static_cast<std::size_t>(worker)]->Parse(chunk, parsed);
          return Status();
        });
        if (!status.ok()) parsed->error = status;
      },
      [&](ParsedChunk* parsed) { return CatchBadAlloc([&] { return consume(parsed); }); });
}

}  // namespace lightlda
