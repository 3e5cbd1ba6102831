// The spill: documents in raw word ids, in a temporary file between the two phases.
//
// A document is its name, the number of its items and the items, all numbers as varints (7 bits a
// byte, lowest first). An item of text is a raw word id; an item of a bag of words is the distance
// to the word before and a count. Then its metadata, if documents have any: of each value the index
// in MetadataValue and what it holds. Then the start of its text, if that is kept.
#ifndef LIGHTLDA_INGEST_SPILL_H_
#define LIGHTLDA_INGEST_SPILL_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "ingest/parsed_chunk.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"

namespace lightlda {

// What documents of a spill have.
struct SpillContents {
  bool bags = false;             // entries, not tokens
  std::size_t num_metadata = 0;  // values of each document
  bool snippets = false;
};

// The file goes away with the writer. Not thread-safe.
class SpillWriter {
 public:
  // Errors: kCannotWrite, of all calls.
  static Result<SpillWriter> Create(const std::string& path);

  // tokens: chunk-local ids, looked up in raw_ids.
  // metadata: as many values of every document. snippet: of all documents or of none.
  Status AddText(std::string_view name, std::span<const std::uint32_t> tokens,
                 std::span<const std::uint32_t> raw_ids,
                 std::span<const MetadataValue> metadata = {},
                 std::optional<std::string_view> snippet = std::nullopt);
  // entries: words ascending.
  Status AddBag(std::string_view name, std::span<const BagEntry> entries);

  Count num_documents() const { return num_documents_; }
  const std::string& path() const { return path_; }
  // Makes everything readable by a SpillReader. No document may be added after it.
  Status Finish();

 private:
  SpillWriter(std::string path, FileWriter file) : path_(std::move(path)), file_(std::move(file)) {}
  void Begin(std::string_view name, std::size_t num_items);
  void Put(std::uint64_t value);
  void PutBytes(std::string_view bytes);
  void PutMetadata(const MetadataValue& value);
  Status FlushIfFull();

  std::string path_;
  FileWriter file_;
  std::string buffer_;
  Count num_documents_ = 0;
};

// A document as it was added.
struct SpilledDocument {
  std::string name;
  std::vector<std::uint32_t> tokens;  // text
  std::vector<BagEntry> entries;      // bags of words
  std::vector<MetadataValue> metadata;
  std::string snippet;
};

// Not thread-safe.
class SpillReader {
 public:
  // Errors: kFailure, as of all calls.
  static Result<SpillReader> Open(const std::string& path, const SpillContents& contents);

  // Replaces *document by the next one. REQUIRES: there is one.
  Status Next(SpilledDocument* document);
  // The same of its tokens alone; the rest of the document is passed over.
  Status NextTokens(std::vector<std::uint32_t>* tokens);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  SpillReader(std::string path, std::FILE* file, const SpillContents& contents)
      : path_(std::move(path)), file_(file), contents_(contents) {}
  // Reads on until `bytes` are in the buffer, or the file ends.
  bool Fill(std::size_t bytes);
  bool Get(std::uint64_t* value);
  bool GetBytes(std::string* bytes);  // null: passes over them
  bool GetTokens(std::vector<std::uint32_t>* tokens);
  bool GetEntries(std::vector<BagEntry>* entries);
  bool GetMetadata(MetadataValue* value);
  bool SkipMetadata();
  Status Broken() const;

  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  SpillContents contents_;
  std::string buffer_;
  std::size_t at_ = 0;  // what of the buffer was taken
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_SPILL_H_
