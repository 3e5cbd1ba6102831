#include "ingest/word_list.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <string_view>

#include "corpus/corpus_format.h"
#include "ingest/foreign_data.h"
#include "ingest/input_stream.h"
#include "ingest/line_chunks.h"
#include "ingest/parse_number.h"
#include "ingest/raw_words.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::uint64_t kMaxWordBytes = 1 << 16;

// The code points of a valid text as "<U+00A0>" if none of them can be seen, else nothing.
std::string NameOfInvisible(std::string_view text) {
  std::string name;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT_UNSAFE(text.data(), at, c);
    if (u_isgraph(c)) return "";
    char code[16];
    std::snprintf(code, sizeof(code), "<U+%04X>", static_cast<unsigned>(c));
    name += code;
  }
  return name;
}

class WordListReader {
 public:
  WordListReader(std::string path, bool bags) : path_(std::move(path)), bags_(bags) {}

  Status AddLine(std::uint64_t number, std::string_view line) {
    if (const auto at = FindInvalidUtf8(line)) {
      return Error(number, "invalid UTF-8 at byte " + std::to_string(*at + 1));
    }
    if (line.find('\0') != std::string_view::npos) return Error(number, "NUL byte");
    std::string word(line);
    const std::string invisible = NameOfInvisible(line);
    if (invisible.empty() && line.find('\t') != std::string_view::npos) {
      return Error(number, DescribeFields(line));
    }
    if (line.empty() || !invisible.empty()) {
      if (!bags_) return Error(number, "expected a word, found a blank line");
      word = line.empty() ? "<blank line " + std::to_string(number) + ">" : invisible;
      list_.notes.push_back(path_ + ":" + std::to_string(number) + ": blank, kept as the word " +
                            word + " so that ids do not shift");
    }
    const auto [known, is_new] = lines_.try_emplace(word, number);
    if (!is_new) {
      return Error(number, "the word " + QuoteBytes(word) + " is in line " +
                               std::to_string(known->second) + " already");
    }
    if (list_.words.size() == kMaxWords) {
      return Error(number, "expected at most " + std::to_string(kMaxWords) + " words");
    }
    list_.words.push_back(std::move(word));
    return {};
  }

  WordList Take() { return std::move(list_); }

 private:
  // Tables of words: with numbers before them, as of the original LightLDA and gensim, or after.
  std::string DescribeFields(std::string_view line) const {
    const auto fields = std::ranges::count(line, '\t') + 1;
    const std::string_view first = line.substr(0, line.find('\t'));
    const std::string file = NameInShell(path_);
    const bool has_id =
        ParseUnsigned(first, 0, std::numeric_limits<std::uint64_t>::max()).has_value();
    return "expected a word, found " + std::to_string(fields) +
           " tab-separated fields; cut the words out: " +
           (has_id ? "sort -n " + file + " | cut -sf2" : "cut -f1 " + file) + " > words.txt";
  }

  Status Error(std::uint64_t number, const std::string& what) const {
    return Status::BadInput(path_ + ":" + std::to_string(number) + ": " + what);
  }

  std::string path_;
  bool bags_;
  WordList list_;
  WordMap<std::uint64_t> lines_;
};

}  // namespace

Result<WordList> ReadWordList(const std::string& path, bool bags) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::unique_ptr<InputStream> stream, InputStream::Open(path));
  LineChunkerOptions options;
  options.max_line_bytes = kMaxWordBytes;
  LineChunker chunker(stream.get(), options);
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string_view beginning, chunker.Peek(kForeignSample));
  if (const auto foreign = FindBinary(beginning)) {
    return Status::BadInput(path + ": " + Explain(path, *foreign, " > words.txt"));
  }
  WordListReader reader(path, bags);
  LineChunk chunk;
  while (true) {
    LIGHTLDA_ASSIGN_OR_RETURN(const bool more, chunker.Next(&chunk));
    if (!more) break;
    LIGHTLDA_RETURN_IF_ERROR(ForEachLine(chunk, [&](std::uint64_t number, std::string_view line) {
      return reader.AddLine(number, line);
    }));
  }
  WordList list = reader.Take();
  if (list.words.empty()) return Status::BadInput(path + ": a vocabulary without words");
  return list;
}

}  // namespace lightlda
