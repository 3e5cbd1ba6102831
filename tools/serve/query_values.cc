#include "serve/query_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ingest/parse_number.h"

namespace lightlda::serve {
namespace {

Status Unexpected(const std::string& name, const std::string& text, const std::string& expected) {
  return Status::Usage(name + "=" + text + ": expected " + expected);
}

}  // namespace

Status ExpectOnly(const std::map<std::string, std::string>& query,
                  std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : query) {
    if (std::ranges::find(names, name) == names.end()) {
      std::string known;
      for (const std::string_view one : names)
        known += (known.empty() ? "" : ", ") + std::string(one);
      return Status::Usage("unknown parameter " + name + "; expected " +
                           (known.empty() ? "none" : known));
    }
  }
  return {};
}

Result<std::uint64_t> ParseWhole(const std::string& name, const std::string& text,
                                 std::uint64_t least, std::uint64_t most) {
  if (const auto number = ParseUnsigned(text, least, most)) return *number;
  return Unexpected(name, text,
                    "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

Result<double> ParseReal(const std::string& name, const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || !std::isfinite(value)) {
    return Unexpected(name, text, "a number");
  }
  return value;
}

Result<bool> ParseSwitch(const std::string& name, const std::string& text) {
  if (text.empty() || text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return Unexpected(name, text, "true or false");
}

}  // namespace lightlda::serve
