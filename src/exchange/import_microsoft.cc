// The files of Microsoft LightLDA become a model.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/out_of_memory.h"
#include "corpus/corpus_format.h"
#include "exchange/imported_tokens.h"
#include "exchange/line_reader.h"
#include "exchange/microsoft_format.h"
#include "ingest/parse_number.h"
#include "lightlda/import.h"
#include "model/model_manifest.h"

namespace lightlda {
namespace {

constexpr std::uint64_t kMaxRowCount = 0xFFFFFFFF;
constexpr std::uint64_t kMaxTotal = std::uint64_t{1} << 62;

// "topic:count".
struct Entry {
  TopicId topic = 0;
  std::uint64_t count = 0;
};

Result<Entry> ParseEntry(std::string_view field, std::uint64_t max_count) {
  const std::size_t colon = field.find(':');
  if (colon == std::string_view::npos) return Expected("topic:count", field);
  const auto topic = ParseUnsigned(field.substr(0, colon), 0, kMaxTopics - 1);
  const auto count = ParseUnsigned(field.substr(colon + 1), 0, max_count);
  if (!topic || !count) return Expected("topic:count", field);
  return Entry{static_cast<TopicId>(*topic), *count};
}

// The tables of all servers.
class ServerTables {
 public:
  Status AddRow(std::string_view line) {
    const std::string_view first = NextField(&line);
    if (first.empty()) return {};
    const auto word = ParseUnsigned(first, 0, kMaxWords - 1);
    if (!word) return Expected("the number of a word", first);
    const auto [row, is_new] = rows_.try_emplace(static_cast<WordId>(*word));
    if (!is_new) return Status::BadInput("a second row of word " + std::to_string(*word));
    for (std::string_view field; !(field = NextField(&line)).empty();) {
      LIGHTLDA_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(field, kMaxRowCount));
      NeedTopic(entry.topic);
      if (entry.count == 0) continue;
      row->second.push_back({entry.topic, static_cast<std::uint32_t>(entry.count)});
    }
    std::ranges::sort(row->second, {}, &TopicCount::topic);
    const auto twice = std::ranges::adjacent_find(row->second, {}, &TopicCount::topic);
    if (twice != row->second.end()) {
      return Status::BadInput("topic " + std::to_string(twice->topic) + " twice");
    }
    return {};
  }

  Status AddSummary(std::string_view line) {
    const std::string_view row = NextField(&line);
    if (row.empty()) return {};
    if (row != "0") return Expected("the row 0", row);
    for (std::string_view field; !(field = NextField(&line)).empty();) {
      LIGHTLDA_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(field, kMaxTotal));
      NeedTopic(entry.topic);
      summary_[entry.topic] += entry.count;
    }
    return {};
  }

  // Whether the rows add up to the summary. Errors: kBadInput, naming `summary_file`.
  Status CheckSums(const std::string& summary_file) const {
    std::map<TopicId, std::uint64_t> sums;
    for (const auto& [word, row] : rows_) {
      for (const TopicCount& entry : row) sums[entry.topic] += entry.count;
    }
    for (TopicId topic = 0; topic < num_topics_; ++topic) {
      const auto total = [topic](const std::map<TopicId, std::uint64_t>& of) {
        const auto found = of.find(topic);
        return found == of.end() ? std::uint64_t{0} : found->second;
      };
      if (total(sums) == total(summary_)) continue;
      return Status::BadInput(summary_file + ": topic " + std::to_string(topic) + " has " +
                              std::to_string(total(summary_)) + " tokens, the words have " +
                              std::to_string(total(sums)) +
                              "; are the files of all servers there, and whole?");
    }
    return {};
  }

  std::uint32_t num_topics() const { return num_topics_; }
  std::size_t num_words() const { return rows_.empty() ? 0 : rows_.rbegin()->first + 1; }
  const std::map<WordId, std::vector<TopicCount>>& rows() const { return rows_; }

 private:
  void NeedTopic(TopicId topic) { num_topics_ = std::max(num_topics_, topic + 1); }

  std::uint32_t num_topics_ = 0;
  std::map<WordId, std::vector<TopicCount>> rows_;
  std::map<TopicId, std::uint64_t> summary_;
};

// Those of the names that are server_S + suffix, as paths in the directory.
std::vector<std::string> ServerFiles(const std::string& directory,
                                     const std::vector<std::string>& names,
                                     std::string_view suffix) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    if (!name.starts_with(kServerPrefix) || !name.ends_with(suffix)) continue;
    const std::string_view server = std::string_view(name).substr(
        kServerPrefix.size(), name.size() - kServerPrefix.size() - suffix.size());
    if (ParseUnsigned(server, 0, kMaxRowCount)) files.push_back(JoinPath(directory, name));
  }
  return files;
}

Result<ServerTables> ReadTables(const std::string& directory, const StopToken& stop) {
  // To a writer's caller a directory that cannot be read is an output; here it is the input.
  const auto names = ListDirectory(directory);
  if (!names.ok()) return Status::BadInput(names.status().message());
  const auto word_files = ServerFiles(directory, names.value(), kWordTableSuffix);
  const auto summary_files = ServerFiles(directory, names.value(), kSummarySuffix);
  if (word_files.empty() || summary_files.empty()) {
    return Status::BadInput(directory + ": expected server_0_table_0.model and " +
                            "server_0_table_1.model, as LightLDA writes them; found " +
                            (word_files.empty() ? "no table 0" : "no table 1"));
  }
  ServerTables tables;
  for (const std::string& file : word_files) {
    LIGHTLDA_RETURN_IF_ERROR(ReadLines(
        file, stop, [&](std::uint64_t, std::string_view line) { return tables.AddRow(line); }));
  }
  for (const std::string& file : summary_files) {
    LIGHTLDA_RETURN_IF_ERROR(ReadLines(
        file, stop, [&](std::uint64_t, std::string_view line) { return tables.AddSummary(line); }));
  }
  LIGHTLDA_RETURN_IF_ERROR(tables.CheckSums(summary_files.front()));
  if (tables.num_topics() == 0) return Status::BadInput(word_files.front() + ": has no topics");
  return tables;
}

// Numbers of a binary file, one after another.
class BinaryReader {
 public:
  BinaryReader(std::string path, std::span<const std::byte> bytes)
      : path_(std::move(path)), bytes_(bytes) {}

  template <typename T>
  Result<T> Next() {
    if (bytes_.size() < sizeof(T)) {
      return Status::BadInput(path_ + ": ends too early; was the file cut?");
    }
    T value;
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::string path_;
  std::span<const std::byte> bytes_;
};

// Adds the documents of a block, whose names are their numbers among all.
Status ReadBlock(const std::string& path, std::size_t num_words, std::uint32_t num_topics,
                 ImportedTokens* tokens) {
  LIGHTLDA_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  BinaryReader reader(path, file.bytes());
  LIGHTLDA_ASSIGN_OR_RETURN(const auto documents, reader.Next<std::int64_t>());
  const auto most = static_cast<std::int64_t>(reader.left() / sizeof(std::int64_t)) - 1;
  if (documents < 0 || documents > most) {
    return Status::BadInput(path + ": expected 0 to " + std::to_string(most) +
                            " documents, found " + std::to_string(documents));
  }
  std::vector<std::int64_t> offsets;
  for (std::int64_t i = 0; i <= documents; ++i) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto offset, reader.Next<std::int64_t>());
    // A document has a cursor and two numbers per token.
    const bool good =
        i == 0 ? offset == 0 : offset > offsets[i - 1] && (offset - offsets[i - 1]) % 2 == 1;
    if (!good) {
      return Status::BadInput(path + ": offset " + std::to_string(i) +
                              ": expected 0, then odd steps up, found " + std::to_string(offset));
    }
    offsets.push_back(offset);
  }
  const std::uint64_t left = reader.left() / sizeof(std::int32_t);
  if (reader.left() % sizeof(std::int32_t) != 0 ||
      left != static_cast<std::uint64_t>(offsets.back())) {
    return Status::BadInput(path + ": expected " + std::to_string(offsets.back()) +
                            " numbers after the offsets, found " + std::to_string(left));
  }
  for (std::int64_t d = 0; d < documents; ++d) {
    tokens->AddDocument(std::to_string(tokens->num_documents()));
    LIGHTLDA_RETURN_IF_ERROR(reader.Next<std::int32_t>().status());  // the cursor
    for (std::int64_t i = offsets[d] + 1; i < offsets[d + 1]; i += 2) {
      LIGHTLDA_ASSIGN_OR_RETURN(const auto word, reader.Next<std::int32_t>());
      LIGHTLDA_ASSIGN_OR_RETURN(const auto topic, reader.Next<std::int32_t>());
      if (word < 0 || static_cast<std::size_t>(word) >= num_words || topic < 0 ||
          static_cast<std::uint32_t>(topic) >= num_topics) {
        return Status::BadInput(path + ": document " + std::to_string(d) + ": word " +
                                std::to_string(word) + " of " + std::to_string(num_words) +
                                " with topic " + std::to_string(topic) + " of " +
                                std::to_string(num_topics));
      }
      tokens->AddToken(static_cast<WordId>(word), static_cast<TopicId>(topic));
    }
  }
  return {};
}

Result<ImportedTokens> ReadBlocks(const std::string& directory, std::size_t num_words,
                                  std::uint32_t num_topics, const StopToken& stop) {
  ImportedTokens tokens;
  for (std::size_t block = 0;; ++block) {
    const std::string path = JoinPath(directory, MicrosoftBlockFile(block));
    if (!PathExists(path)) {
      if (block > 0) return tokens;
      return Status::BadInput(path + ": is missing; without it there is no corpus to import");
    }
    if (stop.stop_requested()) return Status::Cancelled(path + ": interrupted");
    LIGHTLDA_RETURN_IF_ERROR(ReadBlock(path, num_words, num_topics, &tokens));
  }
}

// OK if the model of the blocks has the rows of the servers.
Status CheckRows(const std::string& directory, const ServerTables& tables, const Model& model) {
  static const std::vector<TopicCount> kNone;
  for (WordId word = 0; word < model.num_words(); ++word) {
    const auto found = tables.rows().find(word);
    if (model.WordRow(word) == (found == tables.rows().end() ? kNone : found->second)) continue;
    return Status::BadInput(directory + ": word " + std::to_string(word) +
                            ": the topics of the blocks' tokens do not add up to the servers' "
                            "tables; without a corpus the tables alone are imported");
  }
  return {};
}

Result<Priors> PriorsOf(const ImportOptions& options, std::uint32_t num_topics) {
  Priors priors = {options.alpha, options.beta};
  if (priors.alpha.size() == 1) priors.alpha.resize(num_topics, priors.alpha.front());
  if (priors.alpha.size() != num_topics || !std::ranges::all_of(priors.alpha, IsPrior)) {
    return Status::Usage("`alpha`: expected one positive number or " + std::to_string(num_topics) +
                         ", found " + std::to_string(options.alpha.size()));
  }
  if (!IsPrior(priors.beta)) return Status::Usage("`beta`: expected a positive number");
  return priors;
}

Result<std::vector<std::string>> WordsOf(const ServerTables& tables, const ImportOptions& options,
                                         const StopToken& stop, std::vector<std::string>* notes) {
  if (!options.vocab_file.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(auto words, ReadVocabulary(options.vocab_file, stop, notes));
    if (tables.num_words() <= words.size()) return words;
    return Status::BadInput(options.vocab_file + ": has " + std::to_string(words.size()) +
                            " words; the model has word " + std::to_string(tables.num_words() - 1));
  }
  notes->push_back("words have numbers for names: give `vocab_file`");
  std::vector<std::string> words;
  for (std::size_t i = 0; i < tables.num_words(); ++i) words.push_back(std::to_string(i));
  return words;
}

Result<Model> MakeTables(const ServerTables& tables, std::vector<std::string> words,
                         const Priors& priors) {
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  for (WordId word = 0; word < words.size(); ++word) {
    if (const auto row = tables.rows().find(word); row != tables.rows().end()) {
      for (const TopicCount& entry : row->second) {
        topics.push_back(entry.topic);
        counts.push_back(entry.count);
      }
    }
    begins.push_back(topics.size());
  }
  ModelTables model;
  model.words = std::move(words);
  model.word_topic = {begins, topics, counts};
  model.alpha = priors.alpha;
  model.beta = priors.beta;
  return Model::FromTables(model);
}

Result<ImportedModel> Import(const std::string& directory, const ImportOptions& options,
                             const StopToken& stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ServerTables tables, ReadTables(directory, stop));
  const std::uint32_t num_topics =
      options.num_topics == 0 ? tables.num_topics() : options.num_topics;
  if (num_topics < tables.num_topics() || num_topics > kMaxTopics) {
    return Status::Usage("`num_topics`: expected " + std::to_string(tables.num_topics()) +
                         " or more, found " + std::to_string(num_topics));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Priors priors, PriorsOf(options, num_topics));
  std::vector<std::string> notes;
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<std::string> words, WordsOf(tables, options, stop, &notes));
  if (!options.with_corpus) {
    LIGHTLDA_ASSIGN_OR_RETURN(Model model, MakeTables(tables, std::move(words), priors));
    return ImportedModel{std::move(model), std::nullopt, std::move(notes)};
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const ImportedTokens tokens,
                            ReadBlocks(directory, words.size(), num_topics, stop));
  LIGHTLDA_ASSIGN_OR_RETURN(ImportedModel imported,
                            tokens.Finish(std::move(words), priors, options));
  LIGHTLDA_RETURN_IF_ERROR(CheckRows(directory, tables, imported.model));
  imported.notes = std::move(notes);
  return imported;
}

}  // namespace

Result<ImportedModel> ImportMicrosoftModel(const std::string& directory,
                                           const ImportOptions& options, const StopToken& stop) {
  return CatchBadAlloc([&] { return Import(directory, options, stop); });
}

}  // namespace lightlda
