// The flags of lightlda-evaluate. All are defined in flags.cc, which is where --help finds them.
#ifndef LIGHTLDA_TOOLS_EVALUATE_FLAGS_H_
#define LIGHTLDA_TOOLS_EVALUATE_FLAGS_H_

#include <gflags/gflags.h>

DECLARE_string(model);
DECLARE_string(format);
DECLARE_string(corpus);
DECLARE_uint64(top_words);
DECLARE_bool(gensim_windows);
DECLARE_string(input);
DECLARE_string(input_format);
DECLARE_string(vocab);
DECLARE_string(text_field);
DECLARE_string(columns);
DECLARE_string(encoding);
DECLARE_int32(particles);
DECLARE_uint64(seed);
DECLARE_int32(num_threads);
DECLARE_string(held_out);
DECLARE_string(output);
DECLARE_string(topics);
DECLARE_int32(seeds);
DECLARE_string(num_iterations);
DECLARE_string(alpha);
DECLARE_string(beta);
DECLARE_string(optimize_interval);
DECLARE_double(min_gain);
DECLARE_bool(stop_early);

namespace lightlda::tools {

extern const char* const kFlagsSource;  // of Program

}  // namespace lightlda::tools

#endif  // LIGHTLDA_TOOLS_EVALUATE_FLAGS_H_
