// Values of parameters of a URL.
#ifndef LIGHTLDA_TOOLS_SERVE_QUERY_VALUES_H_
#define LIGHTLDA_TOOLS_SERVE_QUERY_VALUES_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "lightlda/status.h"

namespace lightlda::serve {

// Errors of all: kUsage, naming the parameter.

// OK if all parameters are among the names.
Status ExpectOnly(const std::map<std::string, std::string>& query,
                  std::initializer_list<std::string_view> names);
// A whole number from least to most.
Result<std::uint64_t> ParseWhole(const std::string& name, const std::string& text,
                                 std::uint64_t least, std::uint64_t most);
// A finite number.
Result<double> ParseReal(const std::string& name, const std::string& text);
// "true" or "false"; also nothing, which is true.
Result<bool> ParseSwitch(const std::string& name, const std::string& text);

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_QUERY_VALUES_H_
