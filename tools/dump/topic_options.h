// What the tables of topics have in common: labels and order.
#ifndef LIGHTLDA_TOOLS_DUMP_TOPIC_OPTIONS_H_
#define LIGHTLDA_TOOLS_DUMP_TOPIC_OPTIONS_H_

#include <string>
#include <vector>

#include "lightlda/exports.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "part.h"

namespace lightlda::tools {

// The options with the labels of MODEL/labels.json, if it has any. Labels of another model are not
// shown, and stderr says so. Errors: kBadInput.
Result<ExportOptions> WithLabels(const DumpInput& input);

// The options with the order of --sort, and the labels. Errors: kUsage; kBadInput.
Result<ExportOptions> SortedWithLabels(const DumpInput& input);

// "3,17": numbers between commas. Errors: kUsage, naming the flag.
Result<std::vector<TopicId>> ParseTopics(const std::string& flag, const std::string& text);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_DUMP_TOPIC_OPTIONS_H_
