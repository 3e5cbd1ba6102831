// How the ASCII scanner and ICU share a text: a break is certain between ASCII white space and a
// following ASCII character, and no rule of UAX #29 looks across it (rules look past a character
// only to skip combining marks and invisible characters, none of which is ASCII). So the text is
// cut at such places into stretches that are all ASCII, which the scanner takes, and stretches
// around the non-ASCII characters, which ICU takes. White space before a combining mark is no such
// place.
#include "text/tokenizer.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "text/utf8.h"

namespace lightlda {
namespace {

// ICU works on windows of about this size, so its buffers stay in the cache.
constexpr std::size_t kWindowBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxWindowBytes = std::size_t{16} << 20;

constexpr std::size_t kMinAsciiStretch = 16;  // bytes

enum CharacterKind : std::uint8_t { kOther = 0, kLetter = 1, kDigit = 2, kUnderscore = 4 };

// What the scanner needs of an ASCII character; zero for what never is part of a word by itself.
struct AsciiTables {
  std::array<std::uint8_t, 256> kind{};
  std::array<char, 256> folded{};

  constexpr AsciiTables() {
    for (int c = 0; c < 26; ++c) {
      kind['a' + c] = kind['A' + c] = kLetter;
      folded['a' + c] = folded['A' + c] = static_cast<char>('a' + c);
    }
    for (int c = '0'; c <= '9'; ++c) {
      kind[c] = kDigit;
      folded[c] = static_cast<char>(c);
    }
    kind['_'] = kUnderscore;
    folded['_'] = '_';
  }
};
constexpr AsciiTables kAscii;

std::uint8_t KindOf(char c) { return kAscii.kind[static_cast<unsigned char>(c)]; }

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Whether `middle` between characters of these kinds does not end a word: UAX #29 rules WB6, WB7
// (letters) and WB11, WB12 (digits).
bool Joins(std::uint8_t before, char middle, std::uint8_t after) {
  if (before != after) return false;
  if (before == kLetter) return middle == '\'' || middle == '.';
  if (before == kDigit) return middle == '\'' || middle == '.' || middle == ',' || middle == ';';
  return false;
}

// The last place in (begin, end) where the text may be cut before ASCII; begin if there is none.
std::size_t LastAsciiCut(std::string_view text, std::size_t begin, std::size_t end) {
  for (std::size_t at = end; at > begin + 1;) {
    --at;
    if (IsAsciiSpace(text[at - 1]) && IsAscii(text[at])) return at;
  }
  return begin;
}

// The first such place after `begin`; the end of the text if there is none.
std::size_t FirstAsciiCut(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (IsAsciiSpace(text[at - 1]) && IsAscii(text[at])) return at;
  }
  return text.size();
}

// The end of what goes to ICU at once from a non-ASCII character on: starting ICU costs about as
// much as it takes over a short ASCII stretch, so that goes along.
std::size_t UnicodeStretchEnd(std::string_view text, std::size_t non_ascii) {
  while (true) {
    const std::size_t end = FirstAsciiCut(text, non_ascii);
    if (end == text.size()) return end;
    non_ascii = FindNonAscii(text, end);
    if (non_ascii == text.size() || non_ascii - end >= kMinAsciiStretch) return end;
  }
}

// Whether the code point at `at` attaches to what is before it (rule WB4).
bool AttachesToLeft(std::string_view text, std::size_t at) {
  UChar32 c;
  U8_GET(reinterpret_cast<const std::uint8_t*>(text.data()), 0, at, text.size(), c);
  const int kind = u_getIntPropertyValue(c, UCHAR_WORD_BREAK);
  return kind == U_WB_EXTEND || kind == U_WB_FORMAT || kind == U_WB_ZWJ;
}

// Size of the piece of `text` that ICU gets at once: it ends after white space if at all possible.
std::size_t WindowSize(std::string_view text) {
  for (std::size_t size = kWindowBytes; size < text.size(); size *= 2) {
    for (std::size_t at = size; at > 0; --at) {
      if (IsAsciiSpace(text[at - 1]) && !AttachesToLeft(text, at)) return at;
    }
    if (size >= kMaxWindowBytes) {
      while (!IsAscii(text[size]) && !U8_IS_LEAD(text[size])) --size;
      return size;
    }
  }
  return text.size();
}

bool HasLetter(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (u_isalpha(c)) return true;
  }
  return false;
}

// Not by ICU's rule status, which calls "co2" a number and "__" a letter.
bool HasLetter(std::u16string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c;
    U16_NEXT(text.data(), at, text.size(), c);
    if (u_isUAlphabetic(c)) return true;
  }
  return false;
}

// Steps of ICU's engine that one document's matches may take: about a minute.
constexpr std::int32_t kMaxRegexTime = 60'000;

Status IcuFailure(const char* what, UErrorCode status) {
  return Status::Failure(std::string(what) + ": " + u_errorName(status));
}

Result<std::unique_ptr<icu::RegexMatcher>> CompileRegex(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  const icu::UnicodeString pattern = icu::UnicodeString::fromUTF8(text);
  const std::unique_ptr<icu::RegexPattern> checked(
      icu::RegexPattern::compile(pattern, where, status));
  if (U_FAILURE(status)) {
    return Status::Usage("`token_regex`: expected a regular expression, found " +
                         QuoteBytes(text, 200) + ", which is none at character " +
                         std::to_string(where.offset) + " (" + u_errorName(status) + ")");
  }
  auto matcher = std::make_unique<icu::RegexMatcher>(pattern, 0, status);
  matcher->setTimeLimit(kMaxRegexTime, status);
  if (U_FAILURE(status)) return IcuFailure("ICU cannot use a regular expression", status);
  return matcher;
}

// Calls emit(piece) for the pieces of `text` between white space.
template <typename EmitPiece>
void SplitAtWhiteSpace(std::string_view text, EmitPiece&& emit) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t character = at;
    UChar32 c;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (!u_isUWhiteSpace(c)) continue;
    if (character > begin) emit(text.substr(begin, character - begin));
    begin = at;
  }
  if (begin < text.size()) emit(text.substr(begin));
}

}  // namespace

struct Tokenizer::Icu {
  std::unique_ptr<icu::BreakIterator> words;
  const icu::Normalizer2* fold = nullptr;  // owned by ICU
  std::unique_ptr<icu::RegexMatcher> regex;
  // Buffers, reused.
  std::u16string text;
  icu::UnicodeString folded;
  std::string token;
};

Tokenizer::Tokenizer(const TokenizerOptions& options, std::unique_ptr<Icu> icu)
    : min_token_length_(static_cast<std::size_t>(options.min_token_length)),
      icu_only_(options.icu_only),
      icu_(std::move(icu)) {}

Tokenizer::~Tokenizer() = default;

Result<std::unique_ptr<Tokenizer>> Tokenizer::Create(const TokenizerOptions& options) {
  if (options.min_token_length < 0) {
    return Status::Usage("minimum token length: expected 0 or more, found " +
                         std::to_string(options.min_token_length));
  }
  auto icu = std::make_unique<Icu>();
  UErrorCode status = U_ZERO_ERROR;
  icu->words.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) return IcuFailure("cannot load ICU's word segmentation data", status);
  icu->fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return IcuFailure("cannot load ICU's NFKC_Casefold data", status);
  if (!options.token_regex.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(icu->regex, CompileRegex(options.token_regex));
  }
  return std::unique_ptr<Tokenizer>(new Tokenizer(options, std::move(icu)));
}

Status Tokenizer::Run(std::string_view text, Emit emit) {
  if (icu_->regex) return TokenizeByRegex(text, emit);
  if (icu_only_) return TokenizeUnicode(text, emit);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t non_ascii = FindNonAscii(text, at);
    const std::size_t begin =
        non_ascii == text.size() ? text.size() : LastAsciiCut(text, at, non_ascii);
    TokenizeAscii(text.substr(at, begin - at), emit);
    if (begin == text.size()) break;
    at = UnicodeStretchEnd(text, non_ascii);
    LIGHTLDA_RETURN_IF_ERROR(TokenizeUnicode(text.substr(begin, at - begin), emit));
  }
  return {};
}

void Tokenizer::TokenizeAscii(std::string_view text, Emit emit) {
  char token[kMaxTokenBytes + 1];  // the last byte takes whatever is too much
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    while (at < end && KindOf(*at) == kOther) ++at;
    if (at == end) return;
    std::size_t size = 0;
    unsigned kinds = 0;
    const auto append = [&](char c) { token[std::min(size++, kMaxTokenBytes)] = c; };
    while (true) {
      for (std::uint8_t kind; at < end && (kind = KindOf(*at)) != kOther; ++at) {
        kinds |= kind;
        append(kAscii.folded[static_cast<unsigned char>(*at)]);
      }
      if (end - at < 2 || !Joins(KindOf(at[-1]), *at, KindOf(at[1]))) break;
      append(*at++);
    }
    if ((kinds & kLetter) == 0) continue;
    EmitIfFit({token, std::min(size, kMaxTokenBytes + 1)}, size, emit);
  }
}

Status Tokenizer::TokenizeByRegex(std::string_view text, Emit emit) {
  UErrorCode status = U_ZERO_ERROR;
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, text.data(), static_cast<std::int64_t>(text.size()), &status);
  if (U_FAILURE(status)) return IcuFailure("ICU cannot read a text", status);
  icu::RegexMatcher& regex = *icu_->regex;
  regex.reset(&utext);
  while (regex.find(status)) {
    const auto begin = static_cast<std::size_t>(regex.start64(status));
    const auto end = static_cast<std::size_t>(regex.end64(status));
    const std::string_view match = text.substr(begin, end - begin);
    icu_->fold->normalize(
        icu::UnicodeString::fromUTF8({match.data(), static_cast<int>(match.size())}), icu_->folded,
        status);
    icu_->token.clear();
    icu_->folded.toUTF8String(icu_->token);
    SplitAtWhiteSpace(icu_->token,
                      [&](std::string_view word) { EmitIfFit(word, CountCodePoints(word), emit); });
  }
  utext_close(&utext);
  if (status == U_REGEX_TIME_OUT || status == U_REGEX_STACK_OVERFLOW) {
    return Status::BadInput("`token_regex`: takes too long, or too much memory, on a document");
  }
  return U_FAILURE(status) ? IcuFailure("ICU cannot match a text", status) : Status();
}

Status Tokenizer::TokenizeUnicode(std::string_view text, Emit emit) {
  while (!text.empty()) {
    const std::size_t size = WindowSize(text);
    LIGHTLDA_RETURN_IF_ERROR(TokenizeWindow(text.substr(0, size), emit));
    text.remove_prefix(size);
  }
  return {};
}

Status Tokenizer::TokenizeWindow(std::string_view text, Emit emit) {
  UErrorCode status = U_ZERO_ERROR;
  if (icu_->text.size() < text.size()) icu_->text.resize(text.size());
  std::int32_t length = 0;
  u_strFromUTF8(icu_->text.data(), static_cast<std::int32_t>(icu_->text.size()), &length,
                text.data(), static_cast<std::int32_t>(text.size()), &status);
  if (status == U_STRING_NOT_TERMINATED_WARNING) status = U_ZERO_ERROR;
  // ICU's versions differ in whether these two join words; '#' never does.
  for (std::int32_t i = 0; i < length; ++i) {
    char16_t& c = icu_->text[static_cast<std::size_t>(i)];
    if (c == u':' || c == u'@') c = u'#';
  }
  UText utext = UTEXT_INITIALIZER;
  utext_openUChars(&utext, icu_->text.data(), length, &status);
  if (U_FAILURE(status)) return IcuFailure("ICU cannot read a text", status);
  icu::BreakIterator& words = *icu_->words;
  words.setText(&utext, status);
  std::int32_t begin = words.first();
  for (std::int32_t end = words.next(); end != icu::BreakIterator::DONE && U_SUCCESS(status);
       begin = end, end = words.next()) {
    const std::u16string_view segment(icu_->text.data() + begin,
                                      static_cast<std::size_t>(end - begin));
    if (!HasLetter(segment)) continue;
    const icu::UnicodeString word(false, segment.data(), end - begin);
    icu_->fold->normalize(word, icu_->folded, status);
    icu_->token.clear();
    icu_->folded.toUTF8String(icu_->token);
    EmitFolded(icu_->token, emit);
  }
  utext_close(&utext);
  return U_FAILURE(status) ? IcuFailure("ICU cannot split a text into words", status) : Status();
}

// Some letters fold to several words (U+FDFA) or to a space and a mark (U+FC5E).
void Tokenizer::EmitFolded(std::string_view folded, Emit emit) {
  if (folded.find(' ') == std::string_view::npos) {
    EmitIfFit(folded, CountCodePoints(folded), emit);
    return;
  }
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    const std::string_view word = folded.substr(begin, end - begin);
    if (HasLetter(word)) EmitIfFit(word, CountCodePoints(word), emit);
    begin = end + 1;
  }
}

std::vector<std::pair<std::string, Count>> Tokenizer::TakeTooShort() {
  std::vector<std::pair<std::string, Count>> words(short_words_.begin(), short_words_.end());
  short_words_.clear();
  for (std::size_t c = 0; c < short_ascii_.size(); ++c) {
    if (short_ascii_[c] > 0)
      words.emplace_back(std::string(1, static_cast<char>(c)), short_ascii_[c]);
    short_ascii_[c] = 0;
  }
  return words;
}

void Tokenizer::EmitIfFit(std::string_view token, std::size_t num_code_points, Emit emit) {
  if (token.size() > kMaxTokenBytes) {
    ++num_too_long_;
  } else if (num_code_points < min_token_length_ || token.empty()) {
    ++num_too_short_;
    if (token.size() == 1) {
      ++short_ascii_[static_cast<unsigned char>(token[0])];
    } else if (!token.empty()) {
      ++short_words_[std::string(token)];
    }
  } else {
    emit(token);
  }
}

}  // namespace lightlda
