// lightlda-preprocess: text or bags of words in, a corpus directory out.
#include <gflags/gflags.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "base/progress.h"
#include "flag_values.h"
#include "lightlda/preprocess.h"
#include "lightlda/signals.h"
#include "tool_util.h"

// Flags have the defaults of the fields that they set.
const lightlda::PreprocessConfig kDefaults;

DEFINE_string(
    input, "",
    "files or directories to read, comma-separated; .gz, .xz, .zst and .bz2 are unpacked; - is "
    "stdin");
DEFINE_string(output, "", "corpus directory to write");
DEFINE_bool(overwrite, kDefaults.overwrite, "replace the output if it exists");
DEFINE_bool(
    append, kDefaults.append,
    "add the documents to the corpus that --output is, read as its own were; its words stay");
DEFINE_string(format, lightlda::FormatName(kDefaults.format),
              "auto, text, jsonl, json, csv, tsv, uci, ldac or libsvm");
DEFINE_string(
    vocab, "",
    "file with one word per line. Bags of words: the names of the ids. Text and jsonl: the "
    "words to keep, in this order");
DEFINE_string(text_field, kDefaults.text_field,
              "jsonl, json, csv, tsv: member or column with the text; several with commas between "
              "are joined (title,body); a.b is b in a");
DEFINE_string(id_field, kDefaults.id_field, "likewise: member or column with the document's name");
DEFINE_string(columns, "", "csv and tsv without a header: names of the columns, comma-separated");
DEFINE_string(
    encoding, kDefaults.encoding,
    "of inputs without a byte order mark: latin-1, windows-1252, UTF-16LE, Shift_JIS, ... "
    "Default: UTF-8");
DEFINE_string(
    strip, "",
    "what to take off texts, comma-separated: html, email, latex, url. The model keeps it "
    "for new text");
DEFINE_string(metadata_fields, "auto",
              "jsonl, json, csv, tsv: what else to keep of documents: none, auto (title, date, "
              "authors, label and "
              "the like, if there), or comma-separated: [NAME=]MEMBER[:TYPE], TYPE date, category, "
              "number, text or list; if not given, by the name: date, created, year ... are dates, "
              "title is a text, authors a list, others are categories");
DEFINE_string(metadata, "",
              "file of JSON Lines, csv or tsv, an object or row a document, that has the metadata "
              "instead of the input; for all formats. Joined by the document's name");
DEFINE_string(metadata_key, kDefaults.metadata_key,
              "member or column of it with the document's name");
DEFINE_int64(snippet_bytes, kDefaults.snippet_bytes,
             "of text: bytes of each text to keep for tables and reports; 0: none; -1: all");
DEFINE_string(min_df, "",
              "drop words in fewer documents; a number (5) or a fraction (0.001). Default: 5 for "
              "text and jsonl, none for bags of words or with --vocab");
DEFINE_string(max_df, "",
              "drop words in more documents; a number or a fraction. Default: 0.5 for text and "
              "jsonl, none for bags of words or with --vocab");
DEFINE_int64(max_vocab, kDefaults.max_vocab,
             "keep only this many words, the most frequent; 0: all");
DEFINE_string(
    stopwords, kDefaults.stopwords,
    "none, or a comma-separated list of bundled languages (en or english, ...), auto (the "
    "bundled language whose list takes the most of the text) and files with one word per "
    "line");
DEFINE_string(stemmer, kDefaults.stemmer,
              "none or a Snowball stemmer (english, german, ...). Words are shown in their most "
              "frequent form");
DEFINE_string(token_regex, "",
              "words are the matches of this regular expression (ICU's syntax), folded. Default: "
              "words by the rules of Unicode");
DEFINE_string(
    replace, "",
    "file with two words per line, the second in the place of the first, or one word that "
    "goes");
DEFINE_string(phrases, kDefaults.phrases,
              "none, or npmi: two words that follow each other often become one, first_second; as "
              "gensim's Phrases with scoring npmi");
DEFINE_int64(phrase_min_count, kDefaults.phrase_min_count, "places that a phrase has at least");
DEFINE_double(phrase_threshold, kDefaults.phrase_threshold,
              "normalised pointwise mutual information, -1 to 1, that phrases are above");
DEFINE_string(like, "",
              "corpus or model: read text exactly as its text was read, with its vocabulary");
DEFINE_int32(min_token_length, kDefaults.min_token_length,
             "drop shorter words (code points). Default: 2, with --vocab 1");
DEFINE_double(holdout, kDefaults.holdout,
              "fraction of the documents, chosen by --seed, that is held out: kept from the output "
              "and its vocabulary, and written to a second corpus, with the same words and ids, to "
              "judge models by");
DEFINE_string(holdout_output, "",
              "corpus directory of the held-out documents. Default: --output and .heldout");
DEFINE_string(on_bad_line, "fail", "fail at the first bad line, or skip and count them");
DEFINE_string(on_bad_file, "fail",
              "fail, or skip, count and name files that cannot be read as text");
DEFINE_uint64(max_line_bytes, kDefaults.max_line_bytes, "longest line that is no bad line");
DEFINE_uint64(seed, kDefaults.seed, "of the documents' growth levels and of --holdout");
DEFINE_int32(num_threads, kDefaults.num_threads,
             "0: one per core. The output does not depend on it");
DEFINE_uint64(block_tokens, kDefaults.block_tokens,
              "tokens per block at most; 0: chosen from the corpus");

namespace lightlda::tools {
namespace {

constexpr Program kProgram = {
    "lightlda-preprocess", __FILE__,
    "lightlda-preprocess FILE... --output=CORPUS [flags]\n"
    "\n"
    "Reads documents and writes the corpus directory that lightlda trains on.\n"
    "\n"
    "  text    one document per line, or a directory: one document per file\n"
    "  jsonl   one JSON object per line\n"
    "  json    an array of objects or texts, or objects of several lines\n"
    "  csv     a table with a header; fields may be quoted and have line breaks then\n"
    "  tsv     likewise, with tabs\n"
    "  uci     docword of the UCI bags of words: D, W, NNZ, then \"document word count\" from 1\n"
    "  ldac    one line per document: \"N word:count ...\", ids from 0\n"
    "  libsvm  \"label word:count ...\" or \"name<TAB>word:count ...\", ids from 0\n"
    "\n"
    "Examples:\n"
    "  lightlda-preprocess --input=news.jsonl.gz --output=news.corpus --stopwords=en\n"
    "  lightlda-preprocess reviews.csv --output=reviews.corpus --text_field=title,body\n"
    "  lightlda-preprocess --input=docword.txt --vocab=vocab.txt --output=nips.corpus\n"
    "  lightlda-preprocess --input=news.jsonl.gz --output=news.corpus --holdout=0.1\n"
    "  lightlda-preprocess today.jsonl.gz --output=news.corpus --append\n"
    "  cat notes/*.txt | lightlda-preprocess --input=- --format=text --output=notes.corpus\n"};

constexpr char kStopping[] = "lightlda-preprocess: stopping; nothing will be written\n";

// positional: inputs, too.
Result<PreprocessConfig> ConfigFromFlags(const std::vector<std::string>& positional) {
  std::vector<std::string> inputs = SplitAtCommas(FLAGS_input);
  inputs.insert(inputs.end(), positional.begin(), positional.end());
  if (inputs.empty()) return Status::Usage("--input is missing; try --help");
  if (FLAGS_output.empty()) return Status::Usage("--output is missing; try --help");
  PreprocessConfig config;
  config.inputs = std::move(inputs);
  config.output = FLAGS_output;
  config.overwrite = FLAGS_overwrite;
  config.append = FLAGS_append;
  LIGHTLDA_ASSIGN_OR_RETURN(config.format, ParseInputFormat(FLAGS_format));
  config.vocab_file = FLAGS_vocab;
  config.text_field = FLAGS_text_field;
  config.id_field = FLAGS_id_field;
  config.columns = SplitAtCommas(FLAGS_columns);
  config.encoding = FLAGS_encoding;
  config.strip = SplitAtCommas(FLAGS_strip);
  config.metadata_fields = SplitAtCommas(FLAGS_metadata_fields);
  config.metadata_file = FLAGS_metadata;
  config.metadata_key = FLAGS_metadata_key;
  config.snippet_bytes = FLAGS_snippet_bytes;
  config.min_df = FLAGS_min_df;
  config.max_df = FLAGS_max_df;
  config.max_vocab = FLAGS_max_vocab;
  config.stopwords = FLAGS_stopwords;
  config.stemmer = FLAGS_stemmer;
  config.token_regex = FLAGS_token_regex;
  config.replace_file = FLAGS_replace;
  config.phrases = FLAGS_phrases;
  config.phrase_min_count = FLAGS_phrase_min_count;
  config.phrase_threshold = FLAGS_phrase_threshold;
  config.like = FLAGS_like;
  config.min_token_length = FLAGS_min_token_length;
  config.holdout = FLAGS_holdout;
  config.holdout_output = FLAGS_holdout_output;
  LIGHTLDA_ASSIGN_OR_RETURN(config.on_bad_line, ParseOnBadLine("on_bad_line", FLAGS_on_bad_line));
  LIGHTLDA_ASSIGN_OR_RETURN(config.on_bad_file, ParseOnBadLine("on_bad_file", FLAGS_on_bad_file));
  config.max_line_bytes = FLAGS_max_line_bytes;
  config.seed = FLAGS_seed;
  config.num_threads = FLAGS_num_threads;
  config.block_tokens = FLAGS_block_tokens;
  return config;
}

std::string ProgressText(const PreprocessProgress& progress) {
  std::string text = progress.phase + ": " + FormatCount(progress.documents);
  double done = 0;
  if (progress.documents_total > 0) {
    text += " of " + FormatCount(progress.documents_total);
  } else if (progress.bytes_total > 0) {
    done = static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total);
  }
  text += " documents, " + FormatBytes(static_cast<double>(progress.bytes_done));
  if (progress.bytes_total > 0 && progress.documents_total == 0) {
    text += " of " + FormatBytes(static_cast<double>(progress.bytes_total));
  }
  if (progress.documents_total > 0) return text + ", " + FormatDuration(progress.seconds);
  if (progress.seconds > 0) {
    text += ", " + FormatBytes(static_cast<double>(progress.bytes_done) / progress.seconds) + "/s";
  }
  if (done > 0) text += ", ETA " + FormatDuration(progress.seconds * (1 - done) / done);
  return text;
}

// "skipped      12 lines: invalid JSON", one line per reason.
void PrintReasons(const char* title, const char* what, const std::map<std::string, Count>& counts) {
  for (const auto& [reason, count] : counts) {
    std::fprintf(stderr, "  %-12s %s %s: %s\n", title, FormatCount(count).c_str(), what,
                 Printable(reason).c_str());
  }
}

// "dropped      above max_df: 33 words, 288,476 tokens: mln dlrs pct ...", one line per reason.
void PrintDropped(const PreprocessSummary& summary) {
  std::set<std::string> reasons;
  for (const auto& [reason, count] : summary.dropped_tokens) reasons.insert(reason);
  for (const auto& [reason, count] : summary.dropped_words) reasons.insert(reason);
  const auto count_of = [](const std::map<std::string, Count>& counts, const std::string& reason) {
    const auto found = counts.find(reason);
    return found == counts.end() ? Count{0} : found->second;
  };
  for (const std::string& reason : reasons) {
    const Count words = count_of(summary.dropped_words, reason);
    const Count tokens = count_of(summary.dropped_tokens, reason);
    std::string text = reason + ":";
    if (words > 0) text += " " + FormatCount(words) + (words == 1 ? " word," : " words,");
    text += " " + FormatCount(tokens) + (tokens == 1 ? " token" : " tokens");
    const auto examples = summary.dropped_examples.find(reason);
    if (examples != summary.dropped_examples.end() && !examples->second.empty()) {
      text += ":";
      for (const std::string& word : examples->second) text += " " + word;
      if (static_cast<Count>(examples->second.size()) < words) text += " ...";
    }
    std::fprintf(stderr, "  %-12s %s\n", "dropped", Printable(text).c_str());
  }
}

// "phrases      1,234 words, 45,678 tokens: machine_learning ..."
void PrintPhrases(const PreprocessSummary& summary) {
  if (FLAGS_phrases == "none") return;
  std::string text = FormatCount(summary.num_phrases) + " words, " +
                     FormatCount(summary.num_phrase_tokens) + " tokens";
  if (!summary.phrase_examples.empty()) text += ":";
  for (const std::string& phrase : summary.phrase_examples) text += " " + phrase;
  if (static_cast<Count>(summary.phrase_examples.size()) < summary.num_phrases) text += " ...";
  std::fprintf(stderr, "  %-12s %s\n", "phrases", Printable(text).c_str());
}

// "metadata     title (text): 12 missing", one line per field.
void PrintMetadata(const PreprocessSummary& summary) {
  for (std::size_t f = 0; f < summary.metadata_fields.size(); ++f) {
    const MetadataField& field = summary.metadata_fields[f];
    std::string text = field.name + " (" + std::string(MetadataTypeName(field.type)) + ")";
    if (field.num_values > 0) text += ", " + FormatCount(field.num_values) + " values";
    if (field.num_missing > 0) text += ", " + FormatCount(field.num_missing) + " missing";
    if (summary.bad_metadata[f] > 0) {
      text += ", " + FormatCount(summary.bad_metadata[f]) + " of them no " +
              std::string(MetadataTypeName(field.type));
    }
    std::fprintf(stderr, "  %-12s %s\n", "metadata", Printable(text).c_str());
  }
}

// "skipped      2 files: NAME: what is wrong", and a line for each further one.
void PrintSkippedFiles(const PreprocessSummary& summary) {
  std::string what = FormatCount(summary.num_skipped_files) + " files: ";
  for (const std::string& file : summary.skipped_files) {
    const std::string text = Printable(InFlags(kProgram, file));
    std::fprintf(stderr, "  %-12s %s%s\n", what.empty() ? "" : "skipped", what.c_str(),
                 text.c_str());
    what.clear();
  }
  const auto named = static_cast<Count>(summary.skipped_files.size());
  if (named < summary.num_skipped_files) {
    std::fprintf(stderr, "  %-12s and %s more\n", "",
                 FormatCount(summary.num_skipped_files - named).c_str());
  }
}

void PrintHeldOut(const PreprocessConfig& config, const PreprocessSummary& summary) {
  if (summary.num_held_out_documents == 0) return;
  std::fprintf(stderr, "  %-12s %s documents, %s tokens, written to %s\n", "held out",
               FormatCount(summary.num_held_out_documents).c_str(),
               FormatCount(summary.num_held_out_tokens).c_str(),
               Printable(config.HoldoutOutput()).c_str());
}

void PrintAppended(const std::string& output, const PreprocessSummary& summary) {
  std::fprintf(stderr, "  %-12s %s: %s documents, %s tokens by now (%s blocks)\n", "added to",
               output.c_str(),
               FormatCount(summary.num_documents_before + summary.num_documents).c_str(),
               FormatCount(summary.num_tokens_before + summary.num_tokens).c_str(),
               FormatCount(static_cast<Count>(summary.num_blocks)).c_str());
  std::fprintf(stderr, "next: lightlda --corpus=%s --model=NEW --num_topics=K --init_model=OLD\n",
               output.c_str());
}

void PrintSummary(const PreprocessConfig& config, const PreprocessSummary& summary) {
  const double bytes = static_cast<double>(summary.bytes_read);
  for (const std::string& note : summary.notes) {
    std::fprintf(stderr, "%s: note: %s\n", kProgram.name,
                 Printable(InFlags(kProgram, note)).c_str());
  }
  std::fprintf(stderr, "  %-12s %s, %s in %s (%s/s)\n", "read", FormatName(summary.format),
               FormatBytes(bytes).c_str(), FormatDuration(summary.seconds).c_str(),
               FormatBytes(bytes / std::max(summary.seconds, 1e-3)).c_str());
  std::fprintf(stderr, "  %-12s %s (%s empty)\n", "documents",
               FormatCount(summary.num_documents).c_str(),
               FormatCount(summary.num_empty_documents).c_str());
  std::fprintf(stderr, "  %-12s %s\n", "tokens", FormatCount(summary.num_tokens).c_str());
  std::fprintf(stderr, "  %-12s %s words\n", "vocabulary", FormatCount(summary.num_words).c_str());
  PrintPhrases(summary);
  PrintMetadata(summary);
  for (const auto& [what, count] : summary.stripped) {
    std::fprintf(stderr, "  %-12s %s %s\n", "stripped", FormatCount(count).c_str(), what.c_str());
  }
  PrintDropped(summary);
  PrintReasons("skipped", "lines", summary.skipped_lines);
  PrintSkippedFiles(summary);
  PrintHeldOut(config, summary);
  const std::string output = Printable(FLAGS_output);
  if (config.append) return PrintAppended(output, summary);
  std::fprintf(stderr, "  %-12s %s (%s blocks)\n", "written to", output.c_str(),
               FormatCount(static_cast<Count>(summary.num_blocks)).c_str());
  std::fprintf(stderr, "next: lightlda --corpus=%s --model=MODEL --num_topics=100\n",
               output.c_str());
}

int Main(int argc, char** argv) {
  // First of all: from here on a signal leaves nothing behind.
  const StopToken stop = InstallInterruptHandlers({.stop = kStopping});
  std::vector<std::string> positional;
  if (const auto exit_code = Start(kProgram, argc, argv, &positional)) return *exit_code;
  const Result<PreprocessConfig> config = ConfigFromFlags(positional);
  if (!config.ok()) return Report(kProgram, config.status());
  ProgressLine line;
  const Result<PreprocessSummary> summary = Preprocess(
      config.value(),
      [&](const PreprocessProgress& progress) { line.Update(ProgressText(progress)); }, stop);
  line.Finish();
  if (!summary.ok()) return Report(kProgram, summary.status());
  PrintSummary(config.value(), summary.value());
  return 0;
}

}  // namespace
}  // namespace lightlda::tools

int main(int argc, char** argv) { return lightlda::tools::Main(argc, argv); }
