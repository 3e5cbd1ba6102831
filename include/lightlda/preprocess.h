// Preprocess: text or bags of words in, a corpus directory out.
#ifndef LIGHTLDA_PREPROCESS_H_
#define LIGHTLDA_PREPROCESS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

enum class InputFormat { kAuto, kText, kJsonl, kUci, kLdac, kLibsvm, kJson, kCsv, kTsv };

// "auto", "text", "jsonl", "uci", "ldac", "libsvm", "json", "csv", "tsv".
LIGHTLDA_EXPORT const char* FormatName(InputFormat format);
// Errors: kUsage.
LIGHTLDA_EXPORT Result<InputFormat> ParseInputFormat(const std::string& name);

enum class OnBadLine { kFail, kSkip };

// A document-frequency bound: a number of documents or a fraction of all documents.
struct DfBound {
  bool is_fraction = false;
  double value = 0;  // documents if !is_fraction, else in [0, 1]

  // "5" is a count, "0.5" and "1.0" (anything with a point) are fractions. Errors: kUsage.
  LIGHTLDA_EXPORT static Result<DfBound> Parse(const std::string& text);
};

struct PreprocessConfig {
  // -- what is read and written
  std::vector<std::string> inputs;  // files, directories, or "-" for stdin
  std::string output;               // corpus directory; must not exist unless overwrite
  bool overwrite = false;           // replace a corpus, once the new one is complete
  // `output` is a corpus, and the documents are added behind those that it has. They are read as
  // its own were: its vocabulary, seed and metadata stay, words that it lacks go and are counted.
  // What is there until the new one is complete is the old corpus. Members that say otherwise must
  // have their default. Documents without a name of their own are called by their input and number.
  bool append = false;
  InputFormat format = InputFormat::kAuto;
  std::string vocab_file;  // one word per line, line n is word id n - 1; empty: none
  // jsonl, json, csv and tsv: the member or column with the text, or several with commas between,
  // whose texts are joined. JSON: "a.b" is the member b of the object in a; an array of strings is
  // joined, too.
  std::string text_field = "text";
  // Likewise, of the document's name; documents without it are named by their number.
  std::string id_field = "id";
  std::vector<std::string> columns;  // csv and tsv without a header: names of the columns

  // Of inputs that do not begin with a byte order mark: a name that ICU knows ("latin-1",
  // "windows-1252", "UTF-16LE"); empty: UTF-8. The mark of UTF-8, UTF-16 and UTF-32 tells these.
  std::string encoding;
  // text, jsonl, json, csv and tsv: what is taken off every text before it becomes words, of html,
  // email, latex and url (src/text/strip.h). Models keep it, for new text.
  std::vector<std::string> strip;

  // -- what is kept of documents beside their words (lightlda/metadata.h). jsonl, json, csv and
  // tsv: one of "[NAME=]MEMBER[:TYPE]" per field. MEMBER: of the object, or a.b of an object in it;
  // a column, where lists have semicolons. NAME: the last part of MEMBER if not given. TYPE: date,
  // category, number, text or list; if not given, what the name suggests: date for date, created,
  // published and year, text for title and url, list for author and authors, category for others. A
  // value that is none of its type is missing, and counted. Or alone: "auto", of the members title,
  // url, date, created, published, year, author, authors, category, label, primary, section,
  // topics, tags and keywords those that a tenth of the first 1,000 documents have; "none".
  std::vector<std::string> metadata_fields = {"auto"};
  // A file of JSON Lines, an object a document, or a table with a header, that has the metadata
  // instead of the input, whose format may then be any. Objects (rows) and documents are joined by
  // name: what the object has in the member metadata_key is the document's name. Documents without
  // an object have no metadata, and are counted; objects without a document are passed over. Empty:
  // none.
  std::string metadata_file;
  std::string metadata_key = "id";
  // Bytes of each document's text that are kept, at most, cut between words; 0: none; -1: all. Text
  // and jsonl.
  std::int64_t snippet_bytes = 240;

  // -- what becomes a word. An empty optional-like string or a negative number means "the format's
  // default": text and jsonl filter (min_df 5, max_df 0.5, length 2, stop words none), bags of
  // words keep everything and every id.
  std::string min_df;          // DfBound::Parse
  std::string max_df;          // DfBound::Parse
  std::int64_t max_vocab = 0;  // keep the most frequent; 0: all
  // "none", or separated by commas: bundled languages ("en" or "english", ...), files, and for text
  // and jsonl "auto": the bundled language whose list takes the most tokens, if it takes 15 %.
  std::string stopwords = "none";
  // none or a libstemmer algorithm ("english", ...). The words of the corpus are not the stems but
  // the most frequent form of each; a given vocabulary has stems.
  std::string stemmer = "none";
  int min_token_length = -1;  // code points; default 2
  // Words are the matches of this regular expression, as ICU has them; empty: the words that
  // Unicode says. Text and jsonl, as all of the following.
  std::string token_regex;
  // A file with two words per line, the second in the place of the first, or one word that goes.
  std::string replace_file;
  // "npmi": pairs of words that follow each other in at least phrase_min_count places, and whose
  // normalised pointwise mutual information is above phrase_threshold, are one word, "a_b". As the
  // Phrases of gensim with this scoring. "none": none.
  std::string phrases = "none";
  std::int64_t phrase_min_count = 5;  // at least 1
  double phrase_threshold = 0.5;      // -1 to 1
  // A corpus or model: text is read exactly as its text was, with its vocabulary. Everything above
  // that says what becomes a word, and vocab_file, must have its default then.
  std::string like;

  // -- what is held out
  // Fraction of the documents, in [0, 1), that go to a second corpus, to judge models by. The
  // document's index in the input and the seed decide. Words are chosen and counted from the other
  // documents alone; both corpora have the same words, with the same ids.
  double holdout = 0;
  std::string holdout_output;  // directory of that corpus; empty: `output` and ".heldout"

  // -- how
  OnBadLine on_bad_line = OnBadLine::kFail;
  // kSkip: a file that cannot be read is left out, counted and named, if nothing was taken of it:
  // it is not there, damaged, no text, or in another encoding.
  OnBadLine on_bad_file = OnBadLine::kFail;
  std::uint64_t max_line_bytes = std::uint64_t{64} << 20;
  std::uint64_t seed = 1;          // of the documents' growth levels, and of what is held out
  int num_threads = 0;             // 0: one per core
  std::uint64_t block_tokens = 0;  // tokens per block at most; 0: chosen from the corpus

  // Where held-out documents go; empty if none are held out.
  LIGHTLDA_EXPORT std::string HoldoutOutput() const;

  // What is out of range, as kUsage.
  LIGHTLDA_EXPORT Status Validate() const;
};

struct PreprocessSummary {
  InputFormat format = InputFormat::kText;  // as given or detected
  Count num_documents = 0;                  // held-out ones excluded, as in all counts below but
                                            // those of what was dropped while reading
  // With `append`: what was there before. All other counts but those of words and blocks are of the
  // documents that were added.
  Count num_documents_before = 0;
  Count num_tokens_before = 0;
  Count num_empty_documents = 0;
  Count num_words = 0;
  Count num_tokens = 0;
  Count num_held_out_documents = 0;
  Count num_held_out_tokens = 0;  // of words of the vocabulary
  Count bytes_read = 0;           // of text, after decompression
  double seconds = 0;
  std::size_t num_blocks = 0;
  std::vector<std::string>
      notes;  // what the user should know, e.g. an assumed format; one line each
  std::map<std::string, Count> dropped_tokens;  // by reason, e.g. "stop word", "below min_df"
  std::map<std::string, Count> dropped_words;   // by reason: distinct words
  // By reason: the ten most frequent of these words, most frequent first.
  std::map<std::string, std::vector<std::string>> dropped_examples;
  std::map<std::string, Count> skipped_lines;  // by reason, only with OnBadLine::kSkip
  std::map<std::string, Count> stripped;       // by what `strip` took off, e.g. "html tags"
  Count num_skipped_files = 0;                 // likewise
  std::vector<std::string> skipped_files;      // what was wrong with the first ten
  Count num_phrases = 0;                       // words of the vocabulary that are phrases
  Count num_phrase_tokens = 0;                 // of these
  std::vector<std::string> phrase_examples;    // the ten most frequent
  std::vector<MetadataField> metadata_fields;
  std::vector<Count> bad_metadata;  // [metadata_fields.size()]: values that are none of their type
};

struct PreprocessProgress {
  std::string phase;  // "reading" or "writing blocks"
  Count documents = 0;
  Count documents_total = 0;      // 0: unknown (while reading)
  std::uint64_t bytes_done = 0;   // of the input files as stored
  std::uint64_t bytes_total = 0;  // 0: unknown (stdin)
  double seconds = 0;
};
// Called from one thread at a time, a few times a second.
using PreprocessObserver = std::function<void(const PreprocessProgress&)>;

// Reads config.inputs and writes config.output, and the corpus of held-out documents beside it. The
// directories appear only when complete: on any failure nothing is left behind. Errors: kUsage,
// kBadInput ("FILE:LINE: expected ..., found ..."), kCannotWrite, kOutOfMemory, kFailure;
// kCancelled when `stop` was requested.
LIGHTLDA_EXPORT Result<PreprocessSummary> Preprocess(const PreprocessConfig& config,
                                                     const PreprocessObserver& observer = nullptr,
                                                     StopToken stop = {});

}  // namespace lightlda

#endif  // LIGHTLDA_PREPROCESS_H_
