// A state of Mallet becomes a model.
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "corpus/corpus_format.h"
#include "exchange/imported_tokens.h"
#include "exchange/line_reader.h"
#include "exchange/mallet_format.h"
#include "ingest/parse_number.h"
#include "lightlda/import.h"
#include "model/model_manifest.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// Documents without tokens have no lines: so many may be taken to be between others.
constexpr std::uint64_t kMaxEmptyDocuments = std::uint64_t{1} << 24;

std::optional<double> ParsePrior(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !IsPrior(value)) return {};
  return value;
}

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

// What TextWriter::PutEscaped made of a text; nothing if it did not make this.
std::optional<std::string> Unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case '\\':
        plain += '\\';
        break;
      case 't':
        plain += '\t';
        break;
      case 'n':
        plain += '\n';
        break;
      case 'r':
        plain += '\r';
        break;
      case 'x': {
        if (i + 2 >= text.size()) return std::nullopt;
        const auto high = HexDigit(text[i + 1]);
        const auto low = HexDigit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        plain += static_cast<char>(*high * 16 + *low);
        i += 2;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return plain;
}

// Takes the text before the next space off *rest; nothing if there is none. One space separates.
std::optional<std::string_view> TakeField(std::string_view* rest) {
  const std::size_t end = rest->find(' ');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view field = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return field;
}

class StateReader {
 public:
  StateReader(std::vector<std::string> words, bool given_words)
      : words_(std::move(words)), given_words_(given_words) {
    for (WordId word = 0; word < words_.size(); ++word) ids_.emplace(words_[word], word);
  }

  Status AddLine(std::uint64_t number, std::string_view line) {
    if (number == 1) {
      return line == kStateHeader ? Status() : Expected(Quoted(kStateHeader), line);
    }
    // A word may begin with #, a line of a token does not.
    if (line.starts_with('#') && tokens_.num_tokens() == 0) return AddHeader(line);
    if (!has_beta_ || priors_.alpha.empty()) {
      return Expected("the lines \"#alpha : ...\" and \"#beta : ...\" before tokens", line);
    }
    return AddToken(line);
  }

  Result<ImportedModel> Finish(const std::string& path, const ImportOptions& options) {
    if (tokens_.num_tokens() == 0) return Status::BadInput(path + ": a state without tokens");
    std::uint64_t unnamed = 0;
    for (std::size_t id = 0; id < words_.size(); ++id) {
      if (!words_[id].empty()) continue;
      words_[id] = "<type " + std::to_string(id) + ">";
      ++unnamed;
    }
    auto imported = tokens_.Finish(std::move(words_), priors_, options);
    if (!imported.ok()) return imported.status().WithContext(path);
    if (unnamed > 0) {
      imported->notes.push_back(path + ": " + std::to_string(unnamed) +
                                " types have no token, hence no name; they are <type N>");
    }
    if (empty_documents_ > 0) {
      imported->notes.push_back(path + ": " + std::to_string(empty_documents_) +
                                " documents have no token; they are kept, by their numbers");
    }
    return imported;
  }

 private:
  static std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

  Status AddHeader(std::string_view line) {
    if (line.starts_with(kAlphaLine)) return AddAlpha(line.substr(kAlphaLine.size()));
    if (line.starts_with(kBetaLine)) {
      const auto beta = ParsePrior(line.substr(kBetaLine.size()));
      if (!beta) return Expected("a positive number after " + Quoted(kBetaLine), line);
      priors_.beta = *beta;
      has_beta_ = true;
      return {};
    }
    if (line == kEscapedLine) {
      escaped_ = true;
      return {};
    }
    return Expected("a line \"#alpha : ...\" or \"#beta : ...\"", line);
  }

  Status AddAlpha(std::string_view rest) {
    if (!priors_.alpha.empty()) return Status::BadInput("a second line of alpha");
    while (true) {
      const std::string_view field = NextField(&rest);
      if (field.empty()) break;
      const auto alpha = ParsePrior(field);
      if (!alpha) return Expected("positive numbers of alpha", field);
      priors_.alpha.push_back(*alpha);
      if (priors_.alpha.size() > kMaxTopics) return Status::BadInput("too many topics");
    }
    return priors_.alpha.empty() ? Status::BadInput("expected alpha of at least one topic")
                                 : Status();
  }

  // "doc source pos typeindex type topic".
  Status AddToken(std::string_view line) {
    std::string_view rest = line;
    std::string_view fields[5];
    for (std::string_view& field : fields) {
      const auto next = TakeField(&rest);
      if (!next) return Expected("doc, source, pos, typeindex, type and topic", line);
      field = *next;
    }
    const auto document = ParseUnsigned(fields[0], 0, std::numeric_limits<std::uint32_t>::max());
    if (!document) return Expected("the number of a document", fields[0]);
    LIGHTLDA_RETURN_IF_ERROR(GoToDocument(*document, fields[1]));
    const auto position = ParseUnsigned(fields[2], 0, kMaxBlockTokens - 1);
    const std::uint64_t next_position = tokens_.last_length();
    if (position != next_position) {
      return Expected(
          "pos " + std::to_string(next_position) + " of document " + std::to_string(*document),
          fields[2]);
    }
    LIGHTLDA_ASSIGN_OR_RETURN(const WordId word, WordOf(fields[3], fields[4]));
    const auto topic = ParseUnsigned(rest, 0, priors_.alpha.size() - 1);
    if (!topic) {
      return Expected("a topic from 0 to " + std::to_string(priors_.alpha.size() - 1), rest);
    }
    tokens_.AddToken(word, static_cast<TopicId>(*topic));
    return {};
  }

  // Makes `document` the last one, those before it without lines empty ones.
  Status GoToDocument(std::uint64_t document, std::string_view source) {
    const std::uint64_t next = tokens_.num_documents();
    if (document + 1 == next) {
      return source == source_ ? Status()
                               : Expected("source " + QuoteBytes(source_) + " as before", source);
    }
    if (document < next) {
      return Status::BadInput("document " + std::to_string(document) + " after document " +
                              std::to_string(next - 1) + ": expected ascending numbers");
    }
    empty_documents_ += document - next;
    if (empty_documents_ > kMaxEmptyDocuments) {
      return Status::BadInput("document " + std::to_string(document) + " after document " +
                              std::to_string(next) + ": too many without a token between");
    }
    for (std::uint64_t empty = next; empty < document; ++empty) {
      tokens_.AddDocument(std::to_string(empty));
    }
    source_ = source;
    if (source == kNoSource) {
      tokens_.AddDocument(std::to_string(document));
      return {};
    }
    LIGHTLDA_ASSIGN_OR_RETURN(const std::string name, Plain(source));
    tokens_.AddDocument(name);
    return {};
  }

  Result<std::string> Plain(std::string_view field) const {
    if (field.empty()) return Expected("a source and a type", field);
    if (!escaped_) return std::string(field);
    auto plain = Unescape(field);
    if (!plain) return Expected("escapes as the line #escaped has them", field);
    return *std::move(plain);
  }

  Result<WordId> WordOf(std::string_view index, std::string_view type) {
    const std::uint64_t most = given_words_ ? words_.size() : kMaxWords;
    const auto id = ParseUnsigned(index, 0, most - 1);
    if (!id) return Expected("a typeindex from 0 to " + std::to_string(most - 1), index);
    if (*id < seen_.size() && seen_[*id] == type) return static_cast<WordId>(*id);
    LIGHTLDA_ASSIGN_OR_RETURN(std::string word, Plain(type));
    if (FindInvalidUtf8(word)) return Expected("a type in UTF-8", word);
    if (words_.size() <= *id) words_.resize(*id + 1);
    if (!words_[*id].empty() && words_[*id] != word) {
      return Expected(QuoteBytes(words_[*id]) + " as type " + std::to_string(*id), word);
    }
    const auto [known, is_new] = ids_.try_emplace(word, static_cast<WordId>(*id));
    if (known->second != *id) {
      return Expected("typeindex " + std::to_string(known->second) + " of " + QuoteBytes(word),
                      index);
    }
    if (words_[*id].empty()) words_[*id] = std::move(word);
    if (seen_.size() <= *id) seen_.resize(*id + 1);
    seen_[*id] = type;
    return static_cast<WordId>(*id);
  }

  std::vector<std::string> words_;  // by type; empty: no line had it
  bool given_words_;
  std::unordered_map<std::string, WordId> ids_;
  std::vector<std::string> seen_;  // types as lines have them
  Priors priors_;
  bool has_beta_ = false;
  bool escaped_ = false;
  std::string source_;  // of the last document
  std::uint64_t empty_documents_ = 0;
  ImportedTokens tokens_;
};

Result<ImportedModel> Import(const std::string& path, const ImportOptions& options,
                             const StopToken& stop) {
  std::vector<std::string> words;
  std::vector<std::string> notes;
  const bool given = !options.vocab_file.empty();
  if (given) {
    LIGHTLDA_ASSIGN_OR_RETURN(words, ReadVocabulary(options.vocab_file, stop, &notes));
  }
  StateReader reader(std::move(words), given);
  LIGHTLDA_RETURN_IF_ERROR(ReadLines(path, stop, [&](std::uint64_t number, std::string_view line) {
    return reader.AddLine(number, line);
  }));
  LIGHTLDA_ASSIGN_OR_RETURN(ImportedModel imported, reader.Finish(path, options));
  imported.notes.insert(imported.notes.begin(), notes.begin(), notes.end());
  return imported;
}

}  // namespace

Result<ImportedModel> ImportMalletState(const std::string& path, const ImportOptions& options,
                                        const StopToken& stop) {
  return CatchBadAlloc([&] { return Import(path, options, stop); });
}

}  // namespace lightlda
