// What travels through the reading pipeline: a chunk of an input, and what a worker made of it.
#ifndef LIGHTLDA_INGEST_PARSED_CHUNK_H_
#define LIGHTLDA_INGEST_PARSED_CHUNK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "corpus/string_table.h"
#include "ingest/csv.h"
#include "ingest/line_chunks.h"
#include "lightlda/metadata.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

inline constexpr std::uint64_t kUciHeaderLines = 3;

struct UciHeader {
  std::uint64_t num_documents = 0;
  std::uint64_t num_words = 0;
  std::uint64_t num_entries = 0;
};

// One input, shared by its chunks.
struct InputInfo {
  std::string name;                         // for messages
  std::string encoding = "UTF-8";           // that it was decoded from
  InputFormat format = InputFormat::kText;  // never kAuto
  bool is_json_array = false;               // json only
  std::shared_ptr<const CsvLayout> csv;     // csv and tsv only
  std::string name_prefix;  // of document names that are numbers; empty with a single input
  UciHeader uci;            // format uci only
};

// Lines of an input, or, if `whole_file`, a file of a directory: one document.
struct SourceChunk {
  std::shared_ptr<const InputInfo> input;
  LineChunk lines;
  bool whole_file = false;
  std::string document_name;       // if whole_file
  std::uint64_t stored_bytes = 0;  // read of all inputs up to here, as stored
  std::uint64_t text_bytes = 0;    // likewise, decompressed
  Count num_long_lines = 0;        // lines left out since the chunk before, as too long
};

// Files of directories that are left out, for they cannot be read.
struct SkippedFiles {
  static constexpr std::size_t kNamed = 10;

  Count count = 0;
  std::vector<std::string> messages;  // of the first ones, [at most kNamed]

  void Add(std::string message) {
    if (++count <= static_cast<Count>(kNamed)) messages.push_back(std::move(message));
  }
  void Add(SkippedFiles more) {
    count += more.count;
    for (std::string& message : more.messages) {
      if (messages.size() < kNamed) messages.push_back(std::move(message));
    }
  }
};

// Reason to number.
using ReasonCounts = std::map<std::string, Count, std::less<>>;

// Adds `count` under `reason`.
inline void AddReason(ReasonCounts* counts, std::string_view reason, Count count) {
  if (count == 0) return;
  const auto found = counts->find(reason);
  if (found != counts->end()) {
    found->second += count;
  } else {
    counts->emplace(reason, count);
  }
}

// A word of a bag with its number of occurrences.
struct BagEntry {
  WordId word;
  std::uint32_t count;

  friend bool operator==(const BagEntry&, const BagEntry&) = default;
};

// A line of a uci file.
struct UciEntry {
  std::uint64_t document;  // 0-based
  std::uint64_t line;      // number in the file
  BagEntry entry;
};

// The words of a chunk of text and how often they occur in it.
struct ChunkWords {
  StringTable words;                                       // by chunk-local id
  std::vector<Count> tokens;                               // [words.size()]
  std::vector<Count> documents;                            // [words.size()]
  StringTable stop_words;                                  // dropped ones
  std::vector<Count> stop_tokens;                          // [stop_words.size()]
  std::vector<std::pair<std::string, Count>> short_words;  // dropped ones, with their tokens
};

struct ParsedChunk {
  std::shared_ptr<const InputInfo> input;
  bool last = false;  // of the input
  std::uint64_t stored_bytes = 0;
  std::uint64_t text_bytes = 0;

  // Documents. Those of a uci file run across chunks and are put together later.
  StringTable names;
  std::vector<std::uint32_t> sizes;   // [names.size()]: of its tokens or entries
  std::vector<std::uint32_t> tokens;  // text, jsonl: chunk-local ids, document after document
  std::vector<BagEntry> entries;      // ldac, libsvm: likewise; words ascending in a document
  std::vector<UciEntry> uci_entries;  // uci: in file order
  Count num_uci_lines = 0;            // uci: lines that were meant as entries, good or bad
  // With metadata: [names.size() x number of fields], document after document.
  std::vector<MetadataValue> metadata;
  StringTable snippets;             // text, jsonl: [names.size()], or none are kept
  Count num_mended_names = 0;       // that had control characters
  std::vector<Count> bad_metadata;  // [number of fields]: values that are none of their type

  ChunkWords words;             // text, jsonl
  ReasonCounts dropped_tokens;  // text, jsonl
  ReasonCounts stripped;        // what was taken off texts
  ReasonCounts skipped_lines;
  SkippedFiles skipped_files;
  Status error;  // of the first bad line, unless bad lines are skipped; what is before it is here
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_PARSED_CHUNK_H_
