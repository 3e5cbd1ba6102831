#include "corpus/corpus_append.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/json_fields.h"
#include "base/manifest.h"
#include "corpus/corpus_format.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr char kEarlier[] = "earlier";

std::string ManifestPath(const std::string& directory) {
  return JoinPath(directory, std::string(kCorpusManifestFile));
}

Status CheckUndivided(const std::string& directory, const Vocabulary& vocabulary) {
  std::unordered_set<std::string_view> seen;
  for (const std::string_view word : vocabulary.words()) {
    if (seen.insert(word).second) continue;
    return Status::BadInput(directory + ": the word " + QuoteBytes(word) +
                            " is in several parts, so nothing can be appended; preprocess all of " +
                            "the input again");
  }
  return {};
}

Result<std::vector<std::string>> ReadEarlier(const JsonFields& manifest) {
  if (!manifest.Has(kEarlier)) return std::vector<std::string>();
  return manifest.Strings(kEarlier);
}

// The file that an entry of a block names gets the name that it has in every corpus.
Result<FileStamp> TakeFile(const std::string& from, const JsonFields& block, const char* member,
                           const std::string& to) {
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields entry, block.Object(member));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string file, entry.FileName());
  LIGHTLDA_ASSIGN_OR_RETURN(const FileStamp stamp, entry.Stamp());
  LIGHTLDA_RETURN_IF_ERROR(LinkOrCopyFile(JoinPath(from, file), to, stamp.size));
  return stamp;
}

Status TakeBlocks(const std::string& from, const JsonFields& manifest, bool has_metadata,
                  const std::string& to, CorpusStart* start) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t num_blocks, manifest.ArraySize("blocks"));
  for (std::size_t b = 0; b < num_blocks; ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields block, manifest.Element("blocks", b));
    CorpusBlockEntry entry;
    LIGHTLDA_ASSIGN_OR_RETURN(entry.num_documents, block.Unsigned("num_documents", 1, kMost));
    LIGHTLDA_ASSIGN_OR_RETURN(entry.num_tokens, block.Unsigned("num_tokens", 0, kMost));
    LIGHTLDA_ASSIGN_OR_RETURN(entry.tokens,
                              TakeFile(from, block, "tokens", JoinPath(to, BlockFileName(b))));
    LIGHTLDA_ASSIGN_OR_RETURN(entry.names,
                              TakeFile(from, block, "names", JoinPath(to, NamesFileName(b))));
    if (has_metadata) {
      LIGHTLDA_ASSIGN_OR_RETURN(entry.metadata,
                                TakeFile(from, block, "meta", JoinPath(to, MetadataFileName(b))));
    }
    start->blocks.push_back(entry);
  }
  return {};
}

}  // namespace

Result<AppendBase> ReadAppendBase(const std::string& directory) {
  LIGHTLDA_ASSIGN_OR_RETURN(Corpus corpus, Corpus::Open(directory));
  LIGHTLDA_RETURN_IF_ERROR(CheckUndivided(directory, corpus.vocabulary()));
  LIGHTLDA_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(ManifestPath(directory)));
  const JsonFields fields(ManifestPath(directory), *manifest.json);
  AppendBase base{std::move(corpus), 1, nullptr, nullptr};
  LIGHTLDA_ASSIGN_OR_RETURN(base.seed,
                            fields.Unsigned("seed", 0, std::numeric_limits<std::uint64_t>::max()));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields settings, fields.Object("settings"));
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields summary, fields.Object("summary"));
  base.settings = std::make_shared<const nlohmann::ordered_json>(settings.json());
  base.summary = std::make_shared<const nlohmann::ordered_json>(summary.json());
  return base;
}

Result<CorpusStart> StartAppend(const AppendBase& base, const std::string& directory) {
  const Corpus& corpus = base.corpus;
  const std::string path = ManifestPath(corpus.directory());
  LIGHTLDA_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(path));
  if (manifest.checksum != corpus.checksum()) {
    return Status::CannotWrite(corpus.directory() +
                               ": was changed by another process; run this again");
  }
  const JsonFields fields(path, *manifest.json);
  const bool has_metadata = !corpus.metadata_schema().empty();
  CorpusStart start;
  start.num_documents = static_cast<std::uint64_t>(corpus.num_documents());
  start.num_tokens = static_cast<std::uint64_t>(corpus.num_tokens());
  const Vocabulary& vocabulary = corpus.vocabulary();
  start.frequencies.assign(vocabulary.frequencies().begin(), vocabulary.frequencies().end());
  start.document_frequencies.assign(vocabulary.document_frequencies().begin(),
                                    vocabulary.document_frequencies().end());
  start.levels.assign(corpus.levels().begin(), corpus.levels().end());
  if (has_metadata) {
    LIGHTLDA_ASSIGN_OR_RETURN(start.metadata_values, corpus.ReadMetadataValues());
  }
  LIGHTLDA_ASSIGN_OR_RETURN(start.earlier, ReadEarlier(fields));
  start.earlier.push_back(corpus.checksum());
  LIGHTLDA_RETURN_IF_ERROR(TakeBlocks(corpus.directory(), fields, has_metadata, directory, &start));
  return start;
}

bool HasGrownFrom(const std::string& directory, const std::string& checksum) {
  if (directory.empty()) return false;  // in memory
  auto manifest = ReadManifest(ManifestPath(directory));
  if (!manifest.ok()) return false;
  auto earlier = ReadEarlier(JsonFields(ManifestPath(directory), *manifest->json));
  return earlier.ok() && std::ranges::find(*earlier, checksum) != earlier->end();
}

}  // namespace lightlda
