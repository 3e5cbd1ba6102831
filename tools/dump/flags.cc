#include "flags.h"

#include <string>

DEFINE_string(model, "", "model directory written by lightlda (needed)");
DEFINE_string(format, "text",
              "text, json, csv or tsv; assignments, summary: text or json; document: also html");
DEFINE_string(output, "-",
              "file to write, compressed if its name ends in .gz or .zst; -: standard output");
DEFINE_bool(overwrite, false, "replace an existing output file");
DEFINE_string(corpus, "",
              "corpus directory, if it is no longer where the model was trained (parts that read "
              "documents)");
DEFINE_int32(top_words, 10, "words per topic (topics, summary)");
DEFINE_double(min_probability, 0.01, "leave out less probable topics; 0: none (doc_topic)");
DEFINE_bool(dense, false,
            "one column per topic instead of one line per topic (doc_topic as csv or tsv)");

// Of document_parts.cc and document_tables.cc.
DEFINE_string(metadata, "",
              "fields of the documents' metadata to write, too, comma-separated, or auto: all "
              "(doc_topic)");
DEFINE_int32(num, 10, "documents per topic (top_documents)");
DEFINE_int32(min_document_tokens, 30, "leave out shorter documents (top_documents)");
DEFINE_double(min_share, -1,
              "least share of a topic in a document. Default: 0 for top_documents, 0.05 for "
              "correlation");
DEFINE_int32(and_topic, -1, "only documents that have this topic, too; -1: all (top_documents)");
DEFINE_string(on, "documents", "documents or words: what makes topics alike (hierarchy)");
DEFINE_int32(clusters, 0,
             "write the cluster of each topic instead, of so many, and the clusters' labels "
             "(hierarchy)");
DEFINE_string(by, "", "one or two fields of the metadata, comma-separated (groups)");
DEFINE_string(bin, "auto", "of dates: year, quarter, month, week, day or auto (groups)");
DEFINE_double(bin_width, 0, "of numbers; 0: each by itself (groups)");
DEFINE_string(name, "", "of the document (document)");
DEFINE_int64(index, -1, "of the document in the input, from 0, instead of its name (document)");
DEFINE_int32(num_threads, 0,
             "threads that read documents; 0: one per core. Does not change the output");

namespace lightlda::tools {

const char* const kFlagsSource = __FILE__;

Status CheckShare(const char* name, double value) {
  if (value >= 0 && value <= 1) return {};
  return Status::Usage(std::string("--") + name + "=" + std::to_string(value) +
                       ": expected a number from 0 to 1");
}

}  // namespace lightlda::tools
