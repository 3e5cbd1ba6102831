#include "word_topic_text.h"

#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "ingest/input_stream.h"
#include "ingest/line_chunks.h"
#include "ingest/parse_number.h"

namespace lightlda {
namespace {

// A frequent word has an entry for every topic: up to 18 bytes each, of at most 2^24 topics.
constexpr std::uint64_t kMaxLineBytes = std::uint64_t{18} << 24;

// Takes the lines of a table one by one.
class TableReader {
 public:
  TableReader(std::size_t num_words, std::uint32_t num_topics)
      : num_words_(num_words), topic_totals_(num_topics) {}

  std::optional<LineError> AddLine(std::string_view line) {
    const std::string_view field = NextField(&line);
    const auto word = ParseUnsigned(field, 0, num_words_ - 1);
    if (!word) return NumberError("word id", field, 0, num_words_ - 1);
    if (*word < offsets_.size()) {
      return LineError{
          "word id not ascending",
          "expected a word id above that of the line before, found " + std::to_string(*word)};
    }
    offsets_.resize(*word + 1, entries_.size());
    row_start_ = entries_.size();
    for (std::string_view entry = NextField(&line); !entry.empty(); entry = NextField(&line)) {
      if (auto error = AddEntry(entry)) return error;
    }
    return std::nullopt;
  }

  bool empty() const { return entries_.empty(); }

  // Puts the words after the last line in place. REQUIRES: called once, after all lines.
  void Finish() { offsets_.resize(num_words_ + 1, entries_.size()); }
  std::vector<std::size_t>& offsets() { return offsets_; }
  std::vector<TopicCount>& entries() { return entries_; }
  std::vector<Count>& topic_totals() { return topic_totals_; }

 private:
  std::optional<LineError> AddEntry(std::string_view entry) {
    const std::size_t colon = entry.find(':');
    if (colon == std::string_view::npos) {
      return LineError{"no colon", "expected fields TOPIC:COUNT, found one without a colon"};
    }
    const std::uint64_t last_topic = topic_totals_.size() - 1;
    const auto topic = ParseUnsigned(entry.substr(0, colon), 0, last_topic);
    if (!topic) return NumberError("topic", entry.substr(0, colon), 0, last_topic);
    if (entries_.size() > row_start_ && *topic <= entries_.back().topic) {
      return LineError{"topic not ascending", "expected a topic above " +
                                                  std::to_string(entries_.back().topic) +
                                                  ", found " + std::to_string(*topic)};
    }
    constexpr std::uint64_t kMaxCount = std::numeric_limits<std::uint32_t>::max();
    const auto count = ParseUnsigned(entry.substr(colon + 1), 1, kMaxCount);
    if (!count) return NumberError("count", entry.substr(colon + 1), 1, kMaxCount);
    entries_.push_back({static_cast<TopicId>(*topic), static_cast<std::uint32_t>(*count)});
    topic_totals_[*topic] += static_cast<Count>(*count);
    return std::nullopt;
  }

  std::size_t num_words_;
  std::vector<std::size_t> offsets_;  // of the words so far
  std::vector<TopicCount> entries_;
  std::vector<Count> topic_totals_;
  std::size_t row_start_ = 0;  // of the line at hand, in entries_
};

}  // namespace

Result<WordTopicText> WordTopicText::Read(const std::string& path, std::size_t num_words,
                                          std::uint32_t num_topics) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto input, InputStream::Open(path));
  LineChunkerOptions options;
  options.max_line_bytes = kMaxLineBytes;
  LineChunker chunker(input.get(), options);
  TableReader table(num_words, num_topics);
  for (LineChunk chunk; !chunk.last;) {
    LIGHTLDA_RETURN_IF_ERROR(chunker.Next(&chunk).status());
    LIGHTLDA_RETURN_IF_ERROR(
        ForEachLine(chunk, [&](std::uint64_t number, std::string_view line) -> Status {
          const auto error = table.AddLine(line);
          if (!error) return {};
          return Status::BadInput(path + ":" + std::to_string(number) + ": " + error->detail);
        }));
  }
  if (table.empty()) {
    return Status::BadInput(path + ": expected lines WORD TOPIC:COUNT ..., found no count");
  }
  table.Finish();
  return WordTopicText(std::move(table.offsets()), std::move(table.entries()),
                       std::move(table.topic_totals()));
}

}  // namespace lightlda
