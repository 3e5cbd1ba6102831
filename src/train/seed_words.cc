#include "train/seed_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

// Beyond it a word would be nothing but its topic's.
constexpr double kMostWeight = 1000;
constexpr std::string_view kForm =
    "a name, a tab, words between blanks, and perhaps a tab and a weight above 0 and up to 1000";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// False if the text is no weight.
bool ParseWeight(std::string_view text, double* weight) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *weight);
  return parsed.ec == std::errc() && parsed.ptr == end && std::isfinite(*weight) && *weight > 0 &&
         *weight <= kMostWeight;
}

// Returns what the line lacks; empty: nothing.
std::string AddLine(std::string_view line, std::vector<SeededTopic>* topics) {
  const std::vector<std::string_view> fields = Split(line, '\t');
  const std::string form = "expected " + std::string(kForm);
  if (FindInvalidUtf8(line)) return "expected UTF-8, found " + QuoteBytes(line);
  if (fields.size() < 2 || fields.size() > 3) return form + ", found " + QuoteBytes(line);
  const std::string name(Trim(fields[0]));
  double weight = 0;
  if (name.empty() || (fields.size() == 3 && !ParseWeight(Trim(fields[2]), &weight))) {
    return form + ", found " + QuoteBytes(line);
  }
  auto topic = std::ranges::find(*topics, name, &SeededTopic::name);
  if (topic == topics->end()) topic = topics->insert(topics->end(), {name, {}});
  const std::size_t before = topic->words.size();
  for (const std::string_view word : Split(fields[1], ' ')) {
    if (word.empty()) continue;
    if (std::ranges::find(topic->words, word, &SeedWord::word) != topic->words.end()) {
      return "expected each word of a topic once, found " + QuoteBytes(word) + " again";
    }
    topic->words.push_back({std::string(word), weight});
  }
  return topic->words.size() > before ? "" : form + ", found " + QuoteBytes(line);
}

}  // namespace

Result<std::vector<SeededTopic>> ReadSeedWords(const std::string& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  std::vector<SeededTopic> topics;
  std::size_t number = 0;
  for (std::string_view line : Split(content, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (const std::string wrong = AddLine(line, &topics); !wrong.empty()) {
      return Status::BadInput(path + ":" + std::to_string(number) + ": " + wrong);
    }
  }
  if (topics.empty()) return Status::BadInput(path + ": no topic has seed words");
  return topics;
}

}  // namespace lightlda
