// LaTeX: commands, formulas, comments, accents.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "text/strip_filters.h"

namespace lightlda {
namespace {

constexpr CharacterSet kSpecial("\\${}%~");
constexpr auto kNone = std::string_view::npos;

// Combining characters of accents, by the command.
constexpr std::array<std::pair<std::string_view, std::uint16_t>, 15> kAccents = {{{"\"", 0x308},
                                                                                  {"'", 0x301},
                                                                                  {"`", 0x300},
                                                                                  {"^", 0x302},
                                                                                  {"~", 0x303},
                                                                                  {"=", 0x304},
                                                                                  {".", 0x307},
                                                                                  {"c", 0x327},
                                                                                  {"v", 0x30C},
                                                                                  {"u", 0x306},
                                                                                  {"H", 0x30B},
                                                                                  {"k", 0x328},
                                                                                  {"r", 0x30A},
                                                                                  {"d", 0x323},
                                                                                  {"b", 0x331}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kLetters = {
    {{"ss", "\u00DF"},
     {"o", "\u00F8"},
     {"O", "\u00D8"},
     {"ae", "\u00E6"},
     {"AE", "\u00C6"},
     {"oe", "\u0153"},
     {"OE", "\u0152"},
     {"l", "\u0142"},
     {"L", "\u0141"},
     {"aa", "\u00E5"},
     {"AA", "\u00C5"},
     {"i", "i"},
     {"j", "j"}}};

// Commands whose arguments are no text: all of them, or the first one.
constexpr std::array<std::string_view, 31> kWithoutText = {"ref",           "eqref",
                                                           "pageref",       "autoref",
                                                           "cref",          "Cref",
                                                           "label",         "input",
                                                           "include",       "includegraphics",
                                                           "bibliography",  "bibliographystyle",
                                                           "usepackage",    "documentclass",
                                                           "url",           "hspace",
                                                           "vspace",        "newcommand",
                                                           "renewcommand",  "providecommand",
                                                           "def",           "pagestyle",
                                                           "thispagestyle", "setlength",
                                                           "addtolength",   "setcounter",
                                                           "bibitem",       "newtheorem",
                                                           "definecolor",   "hypersetup",
                                                           "color"};
constexpr std::array<std::string_view, 3> kFirstWithoutText = {"href", "textcolor", "colorbox"};
// Environments without text.
constexpr std::array<std::string_view, 14> kFormulas = {
    "equation", "equation*", "align",     "align*",      "eqnarray", "eqnarray*",   "gather",
    "gather*",  "multline",  "multline*", "displaymath", "math",     "tikzpicture", "lstlisting"};
// Commands after whose argument a word ends.
constexpr std::array<std::string_view, 9> kBlocks = {"chapter",       "section",   "subsection",
                                                     "subsubsection", "paragraph", "title",
                                                     "caption",       "footnote",  "author"};

template <std::size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, name) != names.end();
}

class LatexFilter {
 public:
  LatexFilter(std::string_view text, std::string* out, StripCounts* counts)
      : text_(text), out_(out), counts_(counts) {}

  void Run() {
    constexpr std::string_view kBegin = "\\begin{document}";
    if (const std::size_t begin = text_.find(kBegin); begin != kNone) at_ = begin + kBegin.size();
    text_ = text_.substr(0, text_.find("\\end{document}", at_));
    while (at_ < text_.size()) {
      const std::size_t next = kSpecial.Find(text_, at_);
      out_->append(text_.substr(at_, next - at_));
      at_ = next;
      if (at_ < text_.size()) TakeSpecial(text_[at_]);
    }
  }

 private:
  std::string_view Rest() const { return text_.substr(at_); }

  void TakeSpecial(char c) {
    switch (c) {
      case '\\':
        TakeCommand();
        return;
      case '$':
        if (!TakeFormula()) out_->push_back(text_[at_++]);
        return;
      case '%':
        if (!TakeComment()) out_->push_back(text_[at_++]);
        return;
      case '}':
        ++at_;
        if (ends_word_.empty()) return;
        if (ends_word_.back()) out_->push_back(' ');
        ends_word_.pop_back();
        return;
      case '{':
        ++at_;
        ends_word_.push_back(std::exchange(next_ends_word_, false));
        return;
      default:  // '~'
        ++at_;
        out_->push_back(' ');
    }
  }

  // Dollars around what cannot be prices: as pandoc tells them apart.
  bool TakeFormula() {
    constexpr std::size_t kMaxBytes = 4096;
    if (Rest().starts_with("$$")) {
      if (!has_display_end_) return false;
      const std::size_t end = text_.find("$$", at_ + 2);
      has_display_end_ = end != kNone;
      return end != kNone && EndFormula(end + 2);
    }
    const std::string_view rest = text_.substr(at_, kMaxBytes);
    if (rest.size() < 2 || rest[1] == ' ' || rest[1] == '\n') return false;
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\') {
        ++i;
      } else if (rest[i] == '\n' && rest.substr(i + 1).starts_with('\n')) {
        return false;
      } else if (rest[i] == '$') {
        const bool closes = rest[i - 1] != ' ' && (i + 1 == rest.size() || !IsDigit(rest[i + 1]));
        return closes && EndFormula(at_ + i + 1);
      }
    }
    return false;
  }

  bool EndFormula(std::size_t end) {
    counts_->Add(Stripped::kLatexFormulas);
    out_->push_back(' ');
    at_ = end;
    return true;
  }

  // From a percent sign that can be no percentage to the end of the line.
  bool TakeComment() {
    const std::string_view before = text_.substr(0, at_);
    const std::size_t last = before.find_last_not_of(" \t");
    const bool begins_line = last == kNone || before[last] == '\n';
    const bool is_percentage = !begins_line && (IsDigit(before[last]) || last + 1 == before.size());
    const std::size_t end = text_.find('\n', at_);
    if (end == kNone ? !begins_line : is_percentage && end != at_ + 1) return false;
    counts_->Add(Stripped::kLatexComments);
    at_ = end == kNone ? text_.size() : end + (begins_line || end == at_ + 1 ? 1 : 0);
    return true;
  }

  void TakeCommand() {
    const std::string_view rest = Rest();
    if (rest.size() == 1) {
      ++at_;
      return;
    }
    const char c = rest[1];
    if (static_cast<unsigned char>(c) >= 0x80) {  // a character of several bytes, which stays
      ++at_;
      return;
    }
    if (IsLetter(c)) {
      std::size_t end = 2;
      while (end < rest.size() && (IsLetter(rest[end]) || rest[end] == '@')) ++end;
      const std::string_view name = rest.substr(1, end - 1);
      at_ += end;
      if (Rest().starts_with('*')) ++at_;
      UseCommand(name);
      return;
    }
    if ((c == '(' || c == '[') && TakeBracketFormula(c == '(' ? "\\)" : "\\]")) return;
    at_ += 2;
    if (TakeAccent(rest.substr(1, 1))) return;
    if (std::string_view("%$&#_{}").find(c) != kNone) {
      out_->push_back(c);
    } else if (c != '-' && c != '/') {
      out_->push_back(' ');
    }
  }

  bool TakeBracketFormula(std::string_view close) {
    const std::size_t end = text_.substr(at_, kMaxFormulaBytes).find(close);
    return end != kNone && EndFormula(at_ + end + close.size());
  }

  // The letter after an accent, in braces or not, with the accent.
  bool TakeAccent(std::string_view name) {
    const auto accent =
        std::ranges::find(kAccents, name, &std::pair<std::string_view, std::uint16_t>::first);
    if (accent == kAccents.end()) return false;
    std::size_t at = at_;
    if (IsLetter(name[0])) at = std::min(text_.find_first_not_of(' ', at), text_.size());
    const bool in_braces = text_.substr(at).starts_with('{');
    at += in_braces ? 1 : 0;
    if (text_.substr(at).starts_with('\\')) ++at;  // \i, the i without its dot
    if (at >= text_.size() || !IsLetter(text_[at])) return false;
    if (in_braces && !text_.substr(at + 1).starts_with('}')) return false;
    out_->push_back(text_[at]);
    AppendCharacter(accent->second, out_);
    counts_->Add(Stripped::kLatexCommands);
    at_ = at + (in_braces ? 2 : 1);
    return true;
  }

  void UseCommand(std::string_view name) {
    if (name.size() == 1 && TakeAccent(name)) return;
    counts_->Add(Stripped::kLatexCommands);
    for (const auto& [known, letter] : kLetters) {
      if (known != name) continue;
      out_->append(letter);
      if (Rest().starts_with("{}")) {
        at_ += 2;
      } else if (Rest().starts_with(' ')) {
        ++at_;
      }
      return;
    }
    if (name == "begin" || name == "end") {
      UseEnvironment(name == "begin");
    } else if (ToLowerAscii(name.substr(0, 4)) == "cite" || IsOneOf(name, kWithoutText)) {
      while (TakeGroup('[', ']') || TakeGroup('{', '}')) continue;
    } else if (IsOneOf(name, kFirstWithoutText)) {
      TakeGroup('{', '}');
    } else {
      TakeGroup('[', ']');
      if (!Rest().starts_with('{')) out_->push_back(' ');
      if (IsOneOf(name, kBlocks)) out_->push_back(' ');
      next_ends_word_ = IsOneOf(name, kBlocks) && Rest().starts_with('{');
    }
  }

  void UseEnvironment(bool begins) {
    if (!Rest().starts_with('{')) return;
    const std::size_t close = text_.find('}', at_);
    if (close == kNone) return;
    const std::string_view name = text_.substr(at_ + 1, close - at_ - 1);
    out_->push_back(' ');
    at_ = close + 1;
    if (begins && IsOneOf(name, kFormulas)) {
      const std::string end = "\\end{" + std::string(name) + "}";
      const std::size_t found = text_.substr(at_, kMaxFormulaBytes).find(end);
      if (found != kNone) EndFormula(at_ + found + end.size());
      return;
    }
    TakeGroup('[', ']');
  }

  // Passes over an argument with its brackets, which follows directly.
  bool TakeGroup(char open, char close) {
    constexpr std::size_t kMaxBytes = 4096;
    const std::string_view rest = text_.substr(at_, kMaxBytes);
    if (!rest.starts_with(open)) return false;
    int depth = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i] == '\\') {
        ++i;
      } else if (rest[i] == open) {
        ++depth;
      } else if (rest[i] == close && --depth == 0) {
        at_ += i + 1;
        return true;
      }
    }
    return false;
  }

  static constexpr std::size_t kMaxFormulaBytes = std::size_t{64} << 10;

  std::string_view text_;
  std::string* out_;
  StripCounts* counts_;
  std::size_t at_ = 0;
  std::vector<bool> ends_word_;  // by open brace
  bool next_ends_word_ = false;
  bool has_display_end_ = true;
};

}  // namespace

bool StripLatex(std::string_view text, std::string* out, StripCounts* counts) {
  if (kSpecial.Find(text, 0) == text.size()) return false;
  out->clear();
  LatexFilter(text, out, counts).Run();
  return true;
}

}  // namespace lightlda
