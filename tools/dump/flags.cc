#include "flags.h"

#include <string>

DEFINE_string(model, "", "model directory written by lightlda (needed)");
DEFINE_string(
    format, "text",
    "topics, word_topic, doc_topic: text, json, csv or tsv; assignments, summary: text or "
    "json");
DEFINE_string(output, "-", "file to write; -: standard output");
DEFINE_bool(overwrite, false, "replace an existing output file");
DEFINE_string(corpus, "",
              "corpus directory, if it is no longer where the model was trained (doc_topic, "
              "assignments)");
DEFINE_int32(top_words, 10, "words per topic (topics, summary)");
DEFINE_double(min_probability, 0.01, "leave out less probable topics; 0: none (doc_topic)");
DEFINE_bool(dense, false,
            "one column per topic instead of one line per topic (doc_topic as csv or tsv)");

// Of exchange_parts.cc.
DEFINE_string(of, "",
              "what of the model: npy: phi, theta, counts; matrix_market: word_topic, doc_topic, "
              "corpus; names: words, documents. Default: the first of them");
DEFINE_string(dtype, "auto",
              "npy: float32 or float64, of counts int32 or int64; auto: the smaller");

namespace lightlda::tools {

const char* const kFlagsSource = __FILE__;

Status CheckShare(const char* name, double value) {
  if (value >= 0 && value <= 1) return {};
  return Status::Usage(std::string("--") + name + "=" + std::to_string(value) +
                       ": expected a number from 0 to 1");
}

}  // namespace lightlda::tools
