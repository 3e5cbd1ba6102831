#include "exchange/line_reader.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "corpus/corpus_format.h"
#include "ingest/foreign_data.h"
#include "ingest/input_stream.h"
#include "ingest/line_chunks.h"
#include "ingest/parse_number.h"
#include "ingest/word_list.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

Status AtLine(const std::string& path, std::uint64_t number, const Status& status) {
  if (status.code() == StatusCode::kOutOfMemory) return status;
  return status.WithContext(path + ":" + std::to_string(number));
}

// Reads "id<TAB>word<TAB>count".
class DictionaryReader {
 public:
  Status Add(std::string_view line) {
    const std::size_t first = line.find('\t');
    const std::size_t last = line.rfind('\t');
    if (first == std::string_view::npos || first == last) return Expected(kLine, line);
    const std::string_view word = line.substr(first + 1, last - first - 1);
    const auto id = ParseUnsigned(line.substr(0, first), 0, kMaxWords - 1);
    if (!id || !ParseUnsigned(line.substr(last + 1), 0, kMaxCount)) return Expected(kLine, line);
    if (word.empty() || word.find('\t') != std::string_view::npos || FindInvalidUtf8(word)) {
      return Expected("a word in UTF-8", word);
    }
    if (!ids_.emplace(word, *id).second) return Status::BadInput("the word was there before");
    if (words_.size() <= *id) words_.resize(*id + 1);
    if (!words_[*id].empty()) return Status::BadInput("the number was there before");
    words_[*id] = word;
    return {};
  }

  Result<std::vector<std::string>> Finish(const std::string& path) {
    for (std::size_t id = 0; id < words_.size(); ++id) {
      if (words_[id].empty()) {
        return Status::BadInput(path + ": no word has the number " + std::to_string(id));
      }
    }
    return std::move(words_);
  }

 private:
  static constexpr std::string_view kLine = "number, word and count with tabs between";
  static constexpr std::uint64_t kMaxCount = std::uint64_t{1} << 62;

  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint64_t> ids_;
};

// Whether the first line of the file has the three fields of a dictionary.
Result<bool> IsDictionary(const std::string& path, const StopToken& stop) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto input, InputStream::Open(path, stop));
  LineChunker lines(input.get(), {});
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string_view beginning, lines.Peek(kForeignSample));
  const std::string_view line = beginning.substr(0, beginning.find('\n'));
  return std::ranges::count(line, '\t') == 2 &&
         ParseUnsigned(line.substr(0, line.find('\t')), 0, kMaxWords - 1).has_value();
}

}  // namespace

Status Expected(std::string_view what, std::string_view found) {
  return Status::BadInput("expected " + std::string(what) + ", found " + QuoteBytes(found));
}

Status ReadLines(const std::string& path, const StopToken& stop, const LineUser& use) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto input, InputStream::Open(path, stop));
  LineChunker lines(input.get(), {});
  LineChunk chunk;
  while (true) {
    if (stop.stop_requested()) return Status::Cancelled(path + ": interrupted");
    LIGHTLDA_ASSIGN_OR_RETURN(const bool more, lines.Next(&chunk));
    if (!more) return {};
    LIGHTLDA_RETURN_IF_ERROR(ForEachLine(chunk, [&](std::uint64_t number, std::string_view line) {
      const bool cut = chunk.last && !chunk.text.ends_with('\n') &&
                       number + 1 == chunk.first_line + chunk.num_lines;
      Status status = cut ? Expected("a line end; was the file cut?", line) : use(number, line);
      return status.ok() ? status : AtLine(input->name(), number, status);
    }));
  }
}

Result<std::vector<std::string>> ReadVocabulary(const std::string& path, const StopToken& stop,
                                                std::vector<std::string>* notes) {
  LIGHTLDA_ASSIGN_OR_RETURN(const bool dictionary, IsDictionary(path, stop));
  if (!dictionary) {
    LIGHTLDA_ASSIGN_OR_RETURN(WordList list, ReadWordList(path, /*bags=*/true));
    notes->insert(notes->end(), list.notes.begin(), list.notes.end());
    return std::move(list.words);
  }
  DictionaryReader reader;
  LIGHTLDA_RETURN_IF_ERROR(ReadLines(
      path, stop, [&](std::uint64_t, std::string_view line) { return reader.Add(line); }));
  return reader.Finish(path);
}

}  // namespace lightlda
