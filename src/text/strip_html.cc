// HTML: tags, scripts, comments, entities.
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <utility>

#include "text/strip_filters.h"

namespace lightlda {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr CharacterSet kSpecial("<&");
constexpr std::string_view kBlanks = " \t\r\n\f";

// Tags that may stand within a word.
constexpr std::array<std::string_view, 30> kInline = {
    "abbr", "acronym", "b",      "bdi", "bdo", "big",  "cite", "code", "del",  "dfn",
    "em",   "font",    "i",      "ins", "kbd", "mark", "q",    "s",    "samp", "small",
    "span", "strike",  "strong", "sub", "sup", "tt",   "u",    "var",  "wbr",  "nobr"};

// By character, from the one given.
constexpr std::array<std::string_view, 96> kFrom160 = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};
constexpr std::array<std::string_view, 25> kFrom945 = {
    "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",  "theta", "iota",
    "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",   "rho",   "sigmaf",
    "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega"};
constexpr std::array<std::pair<std::string_view, std::uint16_t>, 107> kOthers = {
    {{"quot", 34},     {"amp", 38},      {"apos", 39},      {"lt", 60},        {"gt", 62},
     {"OElig", 338},   {"oelig", 339},   {"Scaron", 352},   {"scaron", 353},   {"Yuml", 376},
     {"fnof", 402},    {"circ", 710},    {"tilde", 732},    {"thetasym", 977}, {"upsih", 978},
     {"piv", 982},     {"ensp", 8194},   {"emsp", 8195},    {"thinsp", 8201},  {"zwnj", 8204},
     {"zwj", 8205},    {"lrm", 8206},    {"rlm", 8207},     {"ndash", 8211},   {"mdash", 8212},
     {"lsquo", 8216},  {"rsquo", 8217},  {"sbquo", 8218},   {"ldquo", 8220},   {"rdquo", 8221},
     {"bdquo", 8222},  {"dagger", 8224}, {"Dagger", 8225},  {"bull", 8226},    {"hellip", 8230},
     {"permil", 8240}, {"prime", 8242},  {"Prime", 8243},   {"lsaquo", 8249},  {"rsaquo", 8250},
     {"oline", 8254},  {"frasl", 8260},  {"euro", 8364},    {"image", 8465},   {"weierp", 8472},
     {"real", 8476},   {"trade", 8482},  {"alefsym", 8501}, {"larr", 8592},    {"uarr", 8593},
     {"rarr", 8594},   {"darr", 8595},   {"harr", 8596},    {"crarr", 8629},   {"lArr", 8656},
     {"uArr", 8657},   {"rArr", 8658},   {"dArr", 8659},    {"hArr", 8660},    {"forall", 8704},
     {"part", 8706},   {"exist", 8707},  {"empty", 8709},   {"nabla", 8711},   {"isin", 8712},
     {"notin", 8713},  {"ni", 8715},     {"prod", 8719},    {"sum", 8721},     {"minus", 8722},
     {"lowast", 8727}, {"radic", 8730},  {"prop", 8733},    {"infin", 8734},   {"ang", 8736},
     {"and", 8743},    {"or", 8744},     {"cap", 8745},     {"cup", 8746},     {"int", 8747},
     {"there4", 8756}, {"sim", 8764},    {"cong", 8773},    {"asymp", 8776},   {"ne", 8800},
     {"equiv", 8801},  {"le", 8804},     {"ge", 8805},      {"sub", 8834},     {"sup", 8835},
     {"nsub", 8836},   {"sube", 8838},   {"supe", 8839},    {"oplus", 8853},   {"otimes", 8855},
     {"perp", 8869},   {"sdot", 8901},   {"lceil", 8968},   {"rceil", 8969},   {"lfloor", 8970},
     {"rfloor", 8971}, {"loz", 9674},    {"spades", 9824},  {"clubs", 9827},   {"hearts", 9829},
     {"diams", 9830},  {"lang", 9001}}};

constexpr std::array<std::uint16_t, 32> kWindows1252From128 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

class HtmlFilter {
 public:
  HtmlFilter(std::string_view text, std::string* out, StripCounts* counts)
      : text_(text), out_(out), counts_(counts) {}

  void Run() {
    while (true) {
      const std::size_t next = kSpecial.Find(text_, at_);
      out_->append(text_.substr(at_, next - at_));
      at_ = next;
      if (at_ == text_.size()) return;
      const bool taken = text_[at_] == '<' ? TakeComment() || TakeTag() : TakeEntity();
      if (!taken) out_->push_back(text_[at_++]);
    }
  }

 private:
  bool TakeComment() {
    if (!text_.substr(at_).starts_with("<!--")) return false;
    if (!has_comment_end_) return false;
    const std::size_t end = text_.find("-->", at_ + 4);
    has_comment_end_ = end != kNone;
    if (end == kNone) return false;
    counts_->Add(Stripped::kHtmlComments);
    out_->push_back(' ');
    at_ = end + 3;
    return true;
  }

  // The place after the ">" of the tag that begins at at_; kNone: it is none.
  std::size_t FindTagEnd() {
    constexpr std::size_t kMaxTagBytes = 8192;
    // A text without brackets, or with one far away, is not looked through from each "<".
    if (next_bracket_ <= at_) next_bracket_ = std::min(text_.find('>', at_), text_.size());
    if (next_bracket_ - at_ > kMaxTagBytes || next_bracket_ == text_.size()) return kNone;
    const std::size_t most = std::min(text_.size(), at_ + kMaxTagBytes);
    char quote = '\0';
    for (std::size_t i = at_ + 1; i < most; ++i) {
      const char c = text_[i];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '>') {
        return i + 1;
      } else if (c == '<') {
        return kNone;
      } else if ((c == '"' || c == '\'') && text_[i - 1] == '=') {
        quote = c;
      }
    }
    return quote == '\0' ? kNone : next_bracket_ + 1;  // a quote that is not closed
  }

  bool TakeTag() {
    std::size_t at = at_ + 1;
    const bool is_closing = text_.substr(at).starts_with('/');
    at += is_closing ? 1 : 0;
    if (at == text_.size()) return false;
    const std::size_t name_begin = at;
    const bool is_declaration = !is_closing && (text_[at] == '!' || text_[at] == '?');
    at += is_declaration ? 1 : 0;
    if (at == text_.size() || !IsLetter(text_[at])) return false;
    while (at < text_.size() && IsNameCharacter(at)) ++at;
    const std::string name = ToLowerAscii(text_.substr(name_begin, at - name_begin));
    // An address in angle brackets is no tag.
    if (at == text_.size() || (kBlanks.find(text_[at]) == kNone && text_[at] != '/' &&
                               text_[at] != '>' && text_[at] != '?')) {
      return false;
    }
    const std::size_t end = FindTagEnd();
    if (end == kNone) return false;
    if (std::ranges::find(kInline, name) == kInline.end()) out_->push_back(' ');
    at_ = end;
    if (!is_closing && (name == "script" || name == "style") && TakeContent(name)) return true;
    counts_->Add(Stripped::kHtmlTags);
    return true;
  }

  bool IsNameCharacter(std::size_t at) const {
    const char c = text_[at];
    if (c == ':') return at + 1 < text_.size() && IsLetter(text_[at + 1]);
    return IsLetter(c) || IsDigit(c) || c == '-';
  }

  // Takes all up to the closing tag of this name.
  bool TakeContent(const std::string& name) {
    if (!has_content_end_) return false;
    for (std::size_t end = text_.find("</", at_); end != kNone; end = text_.find("</", end + 2)) {
      if (ToLowerAscii(text_.substr(end + 2, name.size())) != name) continue;
      at_ = std::min(text_.find('>', end), text_.size() - 1) + 1;
      counts_->Add(Stripped::kHtmlScripts);
      return true;
    }
    has_content_end_ = false;
    return false;
  }

  bool TakeEntity() {
    constexpr std::size_t kMaxEntityBytes = 12;
    const std::string_view rest = text_.substr(at_ + 1, kMaxEntityBytes);
    const std::size_t end = rest.find(';');
    if (end == kNone || end == 0) return false;
    std::string_view name = rest.substr(0, end);
    std::uint32_t character = 0;
    if (name.starts_with('#')) {
      if (!ParseNumber(name.substr(1), &character)) return false;
    } else {
      character = EntityCharacter(name);
      if (character == 0) return false;
    }
    AppendCharacter(character, out_);
    counts_->Add(Stripped::kHtmlEntities);
    at_ += end + 2;
    return true;
  }

  static bool ParseNumber(std::string_view digits, std::uint32_t* value) {
    const bool is_hex = digits.starts_with('x') || digits.starts_with('X');
    if (is_hex) digits.remove_prefix(1);
    if (digits.empty()) return false;
    for (const char c : digits) {
      const char lower = ToLower(c);
      const bool is_letter = is_hex && lower >= 'a' && lower <= 'f';
      if (!IsDigit(c) && !is_letter) return false;
      const auto digit = static_cast<std::uint32_t>(is_letter ? lower - 'a' + 10 : c - '0');
      *value = std::min<std::uint32_t>(*value * (is_hex ? 16 : 10) + digit, 0x110000);
    }
    return true;
  }

  std::string_view text_;
  std::string* out_;
  StripCounts* counts_;
  std::size_t at_ = 0;
  std::size_t next_bracket_ = 0;
  bool has_comment_end_ = true;
  bool has_content_end_ = true;
};

}  // namespace

std::uint32_t EntityCharacter(std::string_view name) {
  const auto place = [&](const auto& names, std::string_view wanted) -> std::uint32_t {
    return static_cast<std::uint32_t>(std::ranges::find(names, wanted) - names.begin());
  };
  if (name.empty()) return 0;
  if (const auto at = place(kFrom160, name); at < kFrom160.size()) return 160 + at;
  if (const auto at = place(kFrom945, name); at < kFrom945.size()) return 945 + at;
  // Greek capitals are written with a capital, and there is no final one.
  const std::string lower = std::string(1, ToLower(name[0])) + std::string(name.substr(1));
  if (lower != name && name != "Sigmaf") {
    if (const auto at = place(kFrom945, lower); at < kFrom945.size()) return 913 + at;
  }
  if (name == "rang") return 9002;
  for (const auto& [known, character] : kOthers) {
    if (known == name) return character;
  }
  return 0;
}

void AppendCharacter(std::uint32_t character, std::string* out) {
  if (character >= 128 && character < 160) character = kWindows1252From128[character - 128];
  if (character < 32 || !U_IS_UNICODE_CHAR(character)) character = ' ';
  char bytes[U8_MAX_LENGTH];
  int size = 0;
  U8_APPEND_UNSAFE(bytes, size, character);
  out->append(bytes, static_cast<std::size_t>(size));
}

bool StripHtml(std::string_view text, std::string* out, StripCounts* counts) {
  if (kSpecial.Find(text, 0) == text.size()) return false;
  out->clear();
  HtmlFilter(text, out, counts).Run();
  return true;
}

}  // namespace lightlda
