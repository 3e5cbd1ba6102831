// Stop words: words too common to say anything about a topic.
#ifndef LIGHTLDA_TEXT_STOPWORDS_H_
#define LIGHTLDA_TEXT_STOPWORDS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

// A set of folded words. Immutable once loaded, hence safe to read from any number of threads.
class StopwordSet {
 public:
  // `folded` as a Tokenizer emits it (before stemming).
  bool Contains(std::string_view folded) const { return words_.find(folded) != words_.end(); }
  // The words of a set as Sorted gives them.
  static StopwordSet FromFolded(const std::vector<std::string>& words);
  // All words, folded, in ascending order of their bytes.
  std::vector<std::string> Sorted() const;
  const auto& words() const { return words_; }
  // Number of distinct words; one with an apostrophe counts twice, as ' and as U+2019.
  std::size_t size() const { return words_.size(); }

  // Adds a word, folded; with an apostrophe also in its other spelling (' and U+2019).
  // REQUIRES: word is valid UTF-8. Errors: as FoldText.
  Status Add(std::string_view word);
  void AddAll(const StopwordSet& other) { words_.insert(other.words_.begin(), other.words_.end()); }

 private:
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
    std::size_t operator()(std::string_view word) const {
      return std::hash<std::string_view>()(word);
    }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> words_;
};

// An item of a spec: whoever has seen the text is to pick a bundled language. It adds no words.
inline constexpr char kAutoStopwords[] = "auto";

// `spec` is "none" or a comma-separated list whose items are bundled languages ("en", or as
// stemmers are named, "english"), "auto", or files: one word per line in UTF-8; blank lines and
// lines that start with '#' are ignored. Errors: kUsage for an item that is none of these (naming
// the bundled languages), kBadInput "FILE:LINE: ..." for a line that is not valid UTF-8 or holds
// more than one word.
Result<StopwordSet> LoadStopwords(const std::string& spec);
// Its items that are files.
std::vector<std::string> StopwordFiles(const std::string& spec);

// Whether an item is "auto".
bool PicksStopwords(const std::string& spec);

// Codes of the bundled languages, in alphabetical order.
std::vector<std::string> BundledStopwordLanguages();
// "English" for "en"; empty if the language is none of them.
std::string StopwordLanguageName(std::string_view code);

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_STOPWORDS_H_
