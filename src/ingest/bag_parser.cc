#include "ingest/bag_parser.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <string>

#include "corpus/corpus_format.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::uint64_t kMaxCount = (std::uint64_t{1} << 31) - 1;

// Reads one field as a number in [min, max].
std::optional<LineError> ReadNumber(std::string_view what, std::string_view field,
                                    std::uint64_t min, std::uint64_t max, std::uint64_t* value) {
  const auto number = ParseUnsigned(field, min, max);
  if (!number) return NumberError(what, field, min, max);
  *value = *number;
  return std::nullopt;
}

// "w:c" with w in [0, max_words).
std::optional<LineError> ReadPair(std::string_view field, std::uint64_t max_words,
                                  BagEntry* entry) {
  const std::size_t colon = field.find(':');
  if (colon == std::string_view::npos) {
    return LineError{"missing colon", "expected word_id:count, found " + QuoteBytes(field)};
  }
  std::uint64_t word = 0;
  std::uint64_t count = 0;
  auto error = ReadNumber("word id", field.substr(0, colon), 0, max_words - 1, &word);
  if (!error) error = ReadNumber("count", field.substr(colon + 1), 1, kMaxCount, &count);
  if (error) return error;
  *entry = {static_cast<WordId>(word), static_cast<std::uint32_t>(count)};
  return std::nullopt;
}

// Formats with one document per line.
class PairLineParser : public ChunkParser {
 public:
  PairLineParser(OnBadLine on_bad_line, std::uint64_t max_words)
      : ChunkParser(on_bad_line), max_words_(max_words) {}

 protected:
  // Adds the document `name` with the pairs of `rest`, or nothing if one is bad. `expected`: how
  // many pairs there must be, if known.
  std::optional<LineError> AddPairs(std::string_view rest, std::string_view name,
                                    std::optional<std::uint64_t> expected, ParsedChunk* output) {
    auto& entries = output->entries;
    const std::size_t start = entries.size();
    auto error = ReadPairs(rest, &entries);
    const std::size_t pairs = entries.size() - start;
    if (!error && expected && *expected != pairs) {
      error = LineError{"wrong number of pairs", "expected " + std::to_string(*expected) +
                                                     " pairs, found " + std::to_string(pairs)};
    }
    if (!error) error = CheckBag(entries.data() + start, entries.data() + entries.size());
    if (error) {
      entries.resize(start);
      return error;
    }
    output->names.Add(name);
    output->sizes.push_back(static_cast<std::uint32_t>(pairs));
    return std::nullopt;
  }

 private:
  std::optional<LineError> ReadPairs(std::string_view rest, std::vector<BagEntry>* entries) {
    for (auto field = NextField(&rest); !field.empty(); field = NextField(&rest)) {
      BagEntry entry;
      if (auto error = ReadPair(field, max_words_, &entry)) return error;
      entries->push_back(entry);
    }
    return std::nullopt;
  }

  std::uint64_t max_words_;
};

// "N w:c w:c ...", N the number of pairs.
class LdacParser : public PairLineParser {
 public:
  using PairLineParser::PairLineParser;

 protected:
  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    const std::string_view first = NextField(&line);
    std::uint64_t pairs = 0;
    if (first.empty()) return LineError{"blank line", "expected a number of pairs, found nothing"};
    if (auto error = ReadNumber("number of pairs", first, 0, kMaxWords, &pairs)) return error;
    return AddPairs(line, input.name_prefix + std::to_string(number), pairs, output);
  }
};

// "label w:c ..." or "name<TAB>w:c ...", where the name may have blanks.
class LibsvmParser : public PairLineParser {
 public:
  using PairLineParser::PairLineParser;

 protected:
  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    if (line.empty()) return LineError{"blank line", "expected a label, found nothing"};
    if (const std::size_t length = NameLength(line); length > 0) {
      const std::string_view name = line.substr(0, length);
      if (auto error = CheckName(name)) return error;
      return AddPairs(line.substr(length), name, std::nullopt, output);
    }
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view label = line.substr(0, end);
    if (label.empty() || label.find(':') != std::string_view::npos) {
      return LineError{"missing label", "expected a label or a name before the first pair, found " +
                                            QuoteBytes(line)};
    }
    return AddPairs(line.substr(end), input.name_prefix + std::to_string(number), std::nullopt,
                    output);
  }
};

// "document word count", all from 1, after the header.
class UciParser : public ChunkParser {
 public:
  using ChunkParser::ChunkParser;

 protected:
  std::optional<LineError> ParseLine(std::uint64_t number, std::string_view line,
                                     const InputInfo& input, ParsedChunk* output) override {
    if (number <= kUciHeaderLines) return std::nullopt;
    const std::string_view first = NextField(&line);
    if (first.empty()) return LineError{"blank line", "expected an entry, found nothing"};
    ++output->num_uci_lines;
    const std::string_view second = NextField(&line);
    const std::string_view third = NextField(&line);
    if (third.empty() || !NextField(&line).empty()) {
      return LineError{"wrong number of fields",
                       std::string("expected \"document word count\", found ") +
                           (third.empty() ? "fewer" : "more") + " fields"};
    }
    std::uint64_t document = 0;
    std::uint64_t word = 0;
    std::uint64_t count = 0;
    auto error = ReadNumber("document id", first, 1, input.uci.num_documents, &document);
    if (!error) error = ReadNumber("word id", second, 1, input.uci.num_words, &word);
    if (!error) error = ReadNumber("count", third, 1, kMaxCount, &count);
    if (error) return error;
    output->uci_entries.push_back(
        {document - 1, number, {static_cast<WordId>(word - 1), static_cast<std::uint32_t>(count)}});
    return std::nullopt;
  }
};

}  // namespace

std::optional<LineError> CheckBag(BagEntry* begin, BagEntry* end) {
  const auto by_word = [](const BagEntry& a, const BagEntry& b) { return a.word < b.word; };
  if (!std::is_sorted(begin, end, by_word)) std::sort(begin, end, by_word);
  std::uint64_t tokens = 0;
  for (const BagEntry* entry = begin; entry != end; ++entry) {
    if (entry != begin && entry->word == entry[-1].word) {
      return LineError{"duplicate word id",
                       "word id " + std::to_string(entry->word) + " occurs twice in the document"};
    }
    tokens += entry->count;
  }
  if (tokens > kMaxBlockTokens) {
    return LineError{"document too long", "the document has " + std::to_string(tokens) +
                                              " tokens, more than the maximum of " +
                                              std::to_string(kMaxBlockTokens)};
  }
  return std::nullopt;
}

Result<UciHeader> ParseUciHeader(const LineChunk& first, const std::string& name) {
  static constexpr std::array<std::string_view, kUciHeaderLines> kWhat = {
      "number of documents (line 1 of a uci file)", "number of words (line 2 of a uci file)",
      "number of entries (line 3 of a uci file)"};
  static constexpr std::array<std::uint64_t, kUciHeaderLines> kMin = {1, 1, 0};
  static constexpr std::array<std::uint64_t, kUciHeaderLines> kMax = {
      (std::uint64_t{1} << 31) - 1, kMaxWords, std::uint64_t{1} << 62};
  std::array<std::uint64_t, kUciHeaderLines> values = {};
  std::size_t found = 0;
  const Status status = ForEachLine(first, [&](std::uint64_t number, std::string_view line) {
    if (found == kUciHeaderLines || number > kUciHeaderLines) return Status();
    const std::string_view whole = line;
    const std::string_view field = NextField(&line);
    auto error = ReadNumber(kWhat[found], field, kMin[found], kMax[found], &values[found]);
    if (!error && !NextField(&line).empty()) {
      error = LineError{"", "expected a " + std::string(kWhat[found]) +
                                " and nothing else, found " + QuoteBytes(whole)};
    }
    ++found;
    if (!error) return Status();
    return Status::BadInput(name + ":" + std::to_string(number) + ": " + error->detail);
  });
  LIGHTLDA_RETURN_IF_ERROR(status);
  if (found < kUciHeaderLines) {
    return Status::BadInput(name + ": a uci file begins with 3 lines of header, found " +
                            std::to_string(found));
  }
  // A typing error must not fill the disk with empty documents.
  constexpr std::uint64_t kMaxDocumentsAnEntry = 1000;
  if (values[0] / kMaxDocumentsAnEntry > values[2] + kMaxDocumentsAnEntry) {
    return Status::BadInput(name + ":1: the header says " + std::to_string(values[0]) +
                            " documents but only " + std::to_string(values[2]) + " entries");
  }
  return UciHeader{values[0], values[1], values[2]};
}

std::unique_ptr<ChunkParser> NewBagParser(InputFormat format, OnBadLine on_bad_line,
                                          std::uint64_t max_words) {
  if (format == InputFormat::kUci) return std::make_unique<UciParser>(on_bad_line);
  if (format == InputFormat::kLdac) return std::make_unique<LdacParser>(on_bad_line, max_words);
  CHECK(format == InputFormat::kLibsvm);
  return std::make_unique<LibsvmParser>(on_bad_line, max_words);
}

}  // namespace lightlda
