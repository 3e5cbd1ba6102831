// Tokenizer: text to words.
//
// A word is a segment of Unicode word segmentation (UAX #29 in ICU's root locale, with ICU's
// dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese) that contains a letter
// (alphabetic character, kana or ideograph). So "don't", "e.g", "3d", "a_b", "co2" and
// "example.com" are words; "e-mail" is two; numbers ("1,234.5") and punctuation are none. ':' and
// '@' always separate words: ICU's versions differ in what they do there. Each word is then folded
// to NFKC_Casefold (see fold.h). The few characters that fold to several words (U+FDFA) give
// several.
//
// Words of fewer than TokenizerOptions::min_token_length code points, or of more than
// kMaxTokenBytes bytes, are dropped and counted; both are measured after folding.
//
// Speed: ASCII goes through a scanner of our own that gives exactly ICU's words; only the stretches
// between ASCII white space that hold other characters go through ICU.
#ifndef LIGHTLDA_TEXT_TOKENIZER_H_
#define LIGHTLDA_TEXT_TOKENIZER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Models record these, and new text is read only by the very tokenizer that read their corpus.
// Raise the version whenever any text may give other tokens than before: another rule of what a
// word is, another folding, another limit. A test ties it to the tokens of a fixed text. (ICU's own
// changes do not count; the files name its version for information.)
inline constexpr char kTokenizerName[] = "uax29";
inline constexpr std::uint32_t kTokenizerVersion = 1;
// With TokenizerOptions::token_regex.
inline constexpr char kRegexTokenizerName[] = "regex";

struct TokenizerOptions {
  int min_token_length = 2;  // code points; words below it are dropped
  bool icu_only = false;     // no ASCII scanner: the same words, slower; what tests compare with
  // A regular expression as ICU has them: its matches are the words, in place of all rules above
  // but those on folding and length. White space within a match separates words. Empty: none.
  std::string token_regex;
};

// Not thread-safe: one per thread. Memory: O(64 KiB), or a few times the longest stretch of
// non-ASCII text without ASCII white space if that is longer; one above 16 MiB is cut there.
class Tokenizer {
 public:
  static constexpr std::size_t kMaxTokenBytes = 256;

  // Errors: kUsage if min_token_length is negative or token_regex is no regular expression;
  // kFailure if ICU's data cannot be loaded.
  static Result<std::unique_ptr<Tokenizer>> Create(const TokenizerOptions& options);

  ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  // Calls sink(std::string_view token) for every word of `text` in text order. A token is valid
  // during its call only. REQUIRES: text is valid UTF-8 (see FindInvalidUtf8); the sink does not
  // throw and does not call this tokenizer. Errors: kFailure if ICU fails, e.g. out of memory;
  // kBadInput if the regular expression takes too long.
  template <typename Sink>
  Status Tokenize(std::string_view text, Sink&& sink) {
    using Callable = std::remove_reference_t<Sink>;
    return Run(text, {[](void* callable, std::string_view token) {
                        (*static_cast<Callable*>(callable))(token);
                      },
                      const_cast<void*>(static_cast<const void*>(std::addressof(sink)))});
  }

  // Words dropped since Create.
  Count num_too_short() const { return num_too_short_; }
  Count num_too_long() const { return num_too_long_; }
  // The short ones themselves, with how often they were dropped since the last call. In no order.
  std::vector<std::pair<std::string, Count>> TakeTooShort();

 private:
  // A reference to a callable.
  struct Emit {
    void (*function)(void* callable, std::string_view token);
    void* callable;
    void operator()(std::string_view token) const { function(callable, token); }
  };
  struct Icu;

  explicit Tokenizer(const TokenizerOptions& options, std::unique_ptr<Icu> icu);

  Status Run(std::string_view text, Emit emit);
  void TokenizeAscii(std::string_view text, Emit emit);
  Status TokenizeByRegex(std::string_view text, Emit emit);
  Status TokenizeUnicode(std::string_view text, Emit emit);
  Status TokenizeWindow(std::string_view text, Emit emit);
  void EmitFolded(std::string_view folded, Emit emit);
  void EmitIfFit(std::string_view token, std::size_t num_code_points, Emit emit);

  std::size_t min_token_length_;
  bool icu_only_;
  std::unique_ptr<Icu> icu_;
  Count num_too_short_ = 0;
  std::array<Count, 128> short_ascii_{};                // of one character, by character
  std::unordered_map<std::string, Count> short_words_;  // the others
  Count num_too_long_ = 0;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_TOKENIZER_H_
