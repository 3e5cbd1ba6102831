#include "flags.h"

#include <string>

DEFINE_string(model, "", "model directory written by lightlda");
DEFINE_string(format, "text",
              "text, json, csv or tsv; assignments, summary: text or json; document: also html");
DEFINE_string(output, "-",
              "file to write, compressed if its name ends in .gz or .zst; -: standard output");
DEFINE_bool(overwrite, false, "replace an existing output file");
DEFINE_string(corpus, "",
              "corpus directory, if it is no longer where the model was trained (parts that read "
              "documents)");
DEFINE_int32(top_words, 10, "words per topic (topics, summary, diagnostics)");
DEFINE_double(min_probability, 0.01, "leave out less probable topics; 0: none (doc_topic)");
DEFINE_bool(dense, false,
            "one column per topic instead of one line per topic (doc_topic as csv or tsv)");

// Of tables of topics.
DEFINE_string(weight, "probability",
              "what words are chosen by: probability, relevance, frex, lift or score (topics)");
DEFINE_double(lambda, 0.6, "relevance: 1 is the probability, 0 the lift (topics)");
DEFINE_double(frex_weight, 0.5, "FREX: 1 is frequency alone, 0 exclusivity alone (topics)");
DEFINE_int64(min_count, 3,
             "leave out words with fewer tokens in all, but not by probability (topics)");
DEFINE_string(sort, "id",
              "order of topics: id, size or coherence, greatest first (topics, diagnostics, "
              "similar, labels)");
DEFINE_string(other, "", "model directory to compare with: what came before (compare)");
DEFINE_double(max_distance, 0.75,
              "topics farther apart, by their Hellinger distance, are not the same (compare, "
              "--match_labels)");
DEFINE_int32(num, 10, "neighbours (similar) or documents (top_documents, report) per topic");
DEFINE_string(word, "", "the word, as the model spells it (words)");
DEFINE_bool(prefix, false, "all words that begin with --word (words)");
DEFINE_string(topics, "", "topics to merge, as 3,17 or 3,17;4,5 (merge_topics)");
DEFINE_string(
    set, "",
    "labels to set, as 12:galaxies,13:stars; \\, is a comma, an empty label none (labels)");
DEFINE_string(hide, "", "topics to mark as hidden, as 3,4 (labels)");
DEFINE_string(show, "", "topics not to be hidden any more (labels)");
DEFINE_string(match_labels, "",
              "model directory whose labels are carried over to topics that are the same (labels)");
DEFINE_bool(keep_labels, false,
            "take labels of an earlier state of the model by the numbers of topics (labels)");
// Of exchange_parts.cc.
DEFINE_string(of, "",
              "what of the model: npy: phi, theta, counts; matrix_market: word_topic, doc_topic, "
              "corpus; names: words, documents. Default: the first of them");
DEFINE_string(dtype, "auto",
              "npy: float32 or float64, of counts int32 or int64; auto: the smaller");

// Of document_parts.cc and document_tables.cc.
DEFINE_string(metadata, "",
              "fields of the documents' metadata to write, too, comma-separated, or auto: all "
              "(doc_topic)");
DEFINE_int32(min_document_tokens, 30, "leave out shorter documents (top_documents)");
DEFINE_double(min_share, -1,
              "least share of a topic in a document. Default: 0 for top_documents, 0.05 for "
              "correlation");
DEFINE_int32(and_topic, -1, "only documents that have this topic, too; -1: all (top_documents)");
DEFINE_string(on, "documents", "documents or words: what makes topics alike (hierarchy)");
DEFINE_int32(clusters, 0,
             "write the cluster of each topic instead, of so many, and the clusters' labels "
             "(hierarchy)");
DEFINE_string(by, "",
              "one or two fields of the metadata, comma-separated (groups); any number of them, or "
              "empty for the first date and categories (report)");
DEFINE_string(bin, "auto", "of dates: year, quarter, month, week, day or auto (groups, report)");
DEFINE_double(bin_width, 0, "of numbers; 0: each by itself (groups)");
DEFINE_string(name, "", "of the document (document)");
DEFINE_int64(index, -1, "of the document in the input, from 0, instead of its name (document)");
DEFINE_int32(num_threads, 0,
             "threads that read documents; 0: one per core. Does not change the output");

// Of report.cc.
DEFINE_string(title, "", "heading of the page (report)");
DEFINE_string(labels, "",
              "file with labels, as a report saves them; default: labels.json of the model "
              "(report)");
DEFINE_int32(snippet_bytes, 240, "bytes shown of the text of a document; 0: none (report)");
DEFINE_string(max_bytes, "5M", "largest size of the file; what does not fit is left out (report)");

namespace lightlda::tools {

const char* const kFlagsSource = __FILE__;

Status CheckShare(const char* name, double value) {
  if (value >= 0 && value <= 1) return {};
  return Status::Usage(std::string("--") + name + "=" + std::to_string(value) +
                       ": expected a number from 0 to 1");
}

}  // namespace lightlda::tools
