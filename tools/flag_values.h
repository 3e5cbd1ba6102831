// Values of flags that gflags has no type for.
#ifndef LIGHTLDA_TOOLS_FLAG_VALUES_H_
#define LIGHTLDA_TOOLS_FLAG_VALUES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lightlda/exports.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda::tools {

// `name` is the flag's, for the message. Errors of all: kUsage, "--name=text: expected ...".

// "auto", which is `auto_value`, or a whole number of at least `least`.
Result<int> ParseAutoOrNumber(const std::string& name, const std::string& text, int least,
                              int auto_value);
// "auto", which is 0, or a number above 0.
Result<double> ParseAutoOrPositive(const std::string& name, const std::string& text);
// "auto", which is -1, or a number of 0 or more.
Result<double> ParseAutoOrNotNegative(const std::string& name, const std::string& text);
// A file with a number above 0 on each line. Errors: kBadInput, "FILE:LINE: expected ...".
Result<std::vector<double>> ReadPositiveNumbers(const std::string& path);
// A size in bytes, "8G", "500M", "1.5G", "0": powers of 1024.
Result<std::uint64_t> ParseSize(const std::string& name, const std::string& text);

// "fail" or "skip".
Result<OnBadLine> ParseOnBadLine(const std::string& name, const std::string& text);
// "text", "json", or with has_tables "csv" or "tsv".
Result<ExportFormat> ParseExportFormat(const std::string& name, const std::string& text,
                                       bool has_tables);
// The parts between commas; none of an empty text.
std::vector<std::string> SplitAtCommas(const std::string& text);

// The texts of defaults, which these read back.
std::string AutoOrNumberText(int value, int auto_value);
std::string AutoOrPositiveText(double value);
std::string SizeText(std::uint64_t bytes);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_FLAG_VALUES_H_
