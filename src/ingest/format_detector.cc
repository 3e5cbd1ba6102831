#include "ingest/format_detector.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "ingest/parse_number.h"

namespace lightlda {
namespace {

constexpr std::size_t kSampleLines = 50;

std::vector<std::string_view> SampleLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kSampleLines) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

bool IsOneInteger(std::string_view line) {
  const std::string_view field = NextField(&line);
  return ParseUnsigned(field, 0, std::numeric_limits<std::uint64_t>::max()) &&
         NextField(&line).empty();
}

bool LooksLikeUci(const std::vector<std::string_view>& lines) {
  return lines.size() >= 3 && std::all_of(lines.begin(), lines.begin() + 3, IsOneInteger);
}

struct BagLine {
  bool is_bag = false;     // a number or a name and a tab, then pairs
  bool has_pairs = false;  // at least one
  bool is_ldac = false;    // the number is that of the pairs
};

BagLine ReadBagLine(std::string_view line) {
  BagLine result;
  const std::size_t name = NameLength(line);
  const bool named = name > 0;
  const std::string_view first = named ? line.substr(0, name) : NextField(&line);
  if (named) line.remove_prefix(name);
  if (!named && (first.empty() || !IsNumberLike(first))) return result;
  std::uint64_t pairs = 0;
  std::uint64_t others = 0;
  for (std::string_view field = NextField(&line); !field.empty(); field = NextField(&line)) {
    ++(LooksLikePair(field) ? pairs : others);
  }
  result.has_pairs = pairs > 0;
  result.is_bag = pairs >= others;
  result.is_ldac = !named && ParseUnsigned(first, pairs, pairs).has_value();
  return result;
}

DetectedFormat DetectBag(const std::vector<std::string_view>& lines) {
  std::size_t bags = 0;
  std::size_t ldac = 0;
  bool any_pairs = false;
  for (const std::string_view line : lines) {
    const BagLine read = ReadBagLine(line);
    bags += read.is_bag ? 1 : 0;
    ldac += read.is_bag && read.is_ldac ? 1 : 0;
    any_pairs |= read.has_pairs;
  }
  if (!any_pairs || 2 * bags <= lines.size()) return {};
  const bool is_ldac = 2 * ldac > bags;
  DetectedFormat detected{is_ldac ? InputFormat::kLdac : InputFormat::kLibsvm, ""};
  if ((is_ldac && ldac < lines.size()) || bags < lines.size()) {
    detected.doubt = "most but not all of its first lines look like it";
  } else if (!is_ldac && ldac > 0) {
    detected.doubt = "some first lines begin with the number of their pairs, as in ldac";
  }
  return detected;
}

}  // namespace

DetectedFormat DetectFormat(std::string_view text) {
  const std::vector<std::string_view> lines = SampleLines(text);
  if (lines.empty()) return {};
  std::string_view first = lines.front();
  if (NextField(&first).starts_with('{')) return {InputFormat::kJsonl, ""};
  if (LooksLikeUci(lines)) {
    std::string_view entry = lines.size() > 3 ? lines[3] : std::string_view();
    int fields = 0;
    while (!NextField(&entry).empty()) ++fields;
    return {
        InputFormat::kUci,
        fields == 3 ? "" : "its first three lines are a number each, but the fourth is no entry"};
  }
  return DetectBag(lines);
}

}  // namespace lightlda
