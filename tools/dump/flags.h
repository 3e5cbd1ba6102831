// The flags of lightlda-dump. All are defined in flags.cc, which is where --help finds them.
#ifndef LIGHTLDA_TOOLS_DUMP_FLAGS_H_
#define LIGHTLDA_TOOLS_DUMP_FLAGS_H_

#include <gflags/gflags.h>

#include "lightlda/status.h"

DECLARE_string(model);
DECLARE_string(format);
DECLARE_string(output);
DECLARE_bool(overwrite);
DECLARE_string(corpus);
DECLARE_int32(top_words);
DECLARE_double(min_probability);
DECLARE_bool(dense);

// Of tables of topics.
DECLARE_string(weight);
DECLARE_double(lambda);
DECLARE_double(frex_weight);
DECLARE_int64(min_count);
DECLARE_string(sort);
DECLARE_string(other);
DECLARE_double(max_distance);
DECLARE_int32(num);
DECLARE_string(word);
DECLARE_bool(prefix);
DECLARE_string(topics);
DECLARE_string(set);
DECLARE_string(hide);
DECLARE_string(show);
DECLARE_string(match_labels);
DECLARE_bool(keep_labels);
// Of exchange_parts.cc.
DECLARE_string(of);
DECLARE_string(dtype);

// Of document_parts.cc and document_tables.cc.
DECLARE_string(metadata);
DECLARE_int32(min_document_tokens);
DECLARE_double(min_share);
DECLARE_int32(and_topic);
DECLARE_string(on);
DECLARE_int32(clusters);
DECLARE_string(by);
DECLARE_string(bin);
DECLARE_double(bin_width);
DECLARE_string(name);
DECLARE_int64(index);
DECLARE_int32(num_threads);

// Of report.cc.
DECLARE_string(title);
DECLARE_string(labels);
DECLARE_int32(snippet_bytes);
DECLARE_string(max_bytes);

namespace lightlda::tools {

extern const char* const kFlagsSource;  // of Program

// --name=value: expected a number from 0 to 1, as kUsage, unless it is one.
Status CheckShare(const char* name, double value);

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_DUMP_FLAGS_H_
