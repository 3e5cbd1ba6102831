// Mails: headers, codings, parts.
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "text/strip_filters.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::string_view kBlanks = " \t\r\n";

// Any of them tells that lines of the form "Name: value" are the headers of a mail.
constexpr std::array<std::string_view, 11> kTellingHeaders = {
    "from",     "to",       "subject",     "date",   "message-id", "received",
    "reply-to", "x-mailer", "return-path", "sender", "newsgroups"};

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Takes a line off, without its end.
std::string_view TakeLine(std::string_view* rest) {
  const std::size_t end = std::min(rest->find('\n'), rest->size());
  std::string_view line = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The name in lower case of a header line; empty for other lines.
std::string HeaderName(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == kNone || colon == 0) return "";
  for (const char c : line.substr(0, colon)) {
    if (!IsLetter(c) && !IsDigit(c) && c != '-') return "";
  }
  return ToLowerAscii(line.substr(0, colon));
}

bool IsTelling(const std::string& name) {
  return std::ranges::find(kTellingHeaders, name) != kTellingHeaders.end();
}

// Whether a mail begins here: its headers, perhaps behind the line "From ..." of a mailbox.
bool BeginsMail(std::string_view text) {
  constexpr int kMostLines = 100;
  bool first = true;
  int telling = 0;
  for (int i = 0; i < kMostLines && !text.empty(); ++i) {
    const std::string_view line = TakeLine(&text);
    if (std::exchange(first, false) && line.starts_with("From ")) continue;
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') continue;
    const std::string name = HeaderName(line);
    if (name.empty()) return false;
    telling += IsTelling(name) ? 1 : 0;
  }
  return telling >= 2;
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// blanks: "_" is a blank, as in headers.
std::string DecodeQuotedPrintable(std::string_view text, bool blanks, Count* num_escapes) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (blanks && text[i] == '_') {
      bytes.push_back(' ');
    } else if (text[i] != '=') {
      bytes.push_back(text[i]);
    } else if (text.substr(i + 1).starts_with('\n') || text.substr(i + 1).starts_with("\r\n")) {
      i += text[i + 1] == '\n' ? 1 : 2;
      ++*num_escapes;
    } else if (i + 2 < text.size() && HexValue(text[i + 1]) >= 0 && HexValue(text[i + 2]) >= 0) {
      bytes.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
      ++*num_escapes;
    } else {
      bytes.push_back('=');
    }
  }
  return bytes;
}

std::string DecodeBase64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int num_bits = 0;
  for (const char c : text) {
    const int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : IsDigit(c)           ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    if (value < 0) continue;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFF;
    num_bits += 6;
    if (num_bits < 8) continue;
    num_bits -= 8;
    bytes.push_back(static_cast<char>(bits >> num_bits & 0xFF));
  }
  return bytes;
}

// Decoded bytes as text: UTF-8 if they are it, else in the character set that the mail names, else
// in windows-1252.
std::string ToUtf8(std::string bytes, const std::string& charset) {
  if (!FindInvalidUtf8(bytes)) {
    std::ranges::replace(bytes, '\0', ' ');
    return bytes;
  }
  const auto size = static_cast<std::int32_t>(bytes.size());
  std::string text;
  if (!charset.empty() && ToLowerAscii(charset) != "utf-8") {
    icu::UnicodeString(bytes.data(), size, charset.c_str()).toUTF8String(text);
  }
  if (text.empty()) icu::UnicodeString(bytes.data(), size, "windows-1252").toUTF8String(text);
  std::ranges::replace(text, '\0', ' ');
  return text;
}

// "=?charset?Q?...?=" within a header.
std::string DecodeWords(std::string_view value, Count* num_escapes) {
  std::string text;
  while (true) {
    const std::size_t begin = std::min(value.find("=?"), value.size());
    text.append(value.substr(0, begin));
    value.remove_prefix(begin);
    if (value.empty()) return text;
    const std::size_t mark = value.find('?', 2);
    const std::size_t end = mark == kNone ? kNone : value.find("?=", mark + 3);
    if (end == kNone || value.substr(mark + 2, 1) != "?") {
      text.append(value.substr(0, 2));
      value.remove_prefix(2);
      continue;
    }
    const std::string charset(value.substr(2, mark - 2));
    const std::string_view coded = value.substr(mark + 3, end - mark - 3);
    const bool is_base64 = ToLower(value[mark + 1]) == 'b';
    ++*num_escapes;
    text += ToUtf8(
        is_base64 ? DecodeBase64(coded) : DecodeQuotedPrintable(coded, true, num_escapes), charset);
    value.remove_prefix(end + 2);
  }
}

// Signs of quoted-printable where no header says it.
bool IsEscaped(std::string_view body) {
  constexpr std::size_t kEnough = 2;
  std::size_t signs = 0;
  for (const std::string_view sign : {"=\n", "=\r\n", "=3D", "=20\n", "=C3=", "=E2="}) {
    for (std::size_t at = body.find(sign); at != kNone && signs < kEnough;
         at = body.find(sign, at + 1)) {
      ++signs;
    }
  }
  return signs >= kEnough;
}

// Whether a text may have something to take off: most have not.
bool MayBeMail(std::string_view text) {
  for (const std::string_view sign : {":\n", ":\r\n", "\n-- ", "\nFrom "}) {
    if (text.find(sign) != kNone) return true;
  }
  return text.ends_with(':') || text.starts_with("-- ") || BeginsMail(text) || IsEscaped(text);
}

class EmailFilter {
 public:
  EmailFilter(std::string_view text, std::string* out, StripCounts* counts)
      : rest_(text), out_(out), counts_(counts) {}

  void Run() {
    bool after_blank = true;
    while (!rest_.empty()) {
      if (after_blank && (first_ || rest_.starts_with("From ")) && BeginsMail(rest_)) {
        EndPart();
        boundaries_.clear();
        ReadHeaders();
        first_ = false;
        continue;
      }
      first_ = false;
      const std::string_view before = rest_;
      const std::string_view line = TakeLine(&rest_);
      after_blank = line.empty();
      if (IsBoundary(line)) {
        EndPart();
        counts_->Add(Stripped::kEmailHeaderLines);
        if (line.ends_with("--")) {
          part_ = Part();
        } else {
          ReadHeaders();
        }
      } else {
        AddLine(line, before.substr(0, before.size() - rest_.size()));
      }
    }
    EndPart();
  }

 private:
  struct Part {
    bool is_text = true;
    bool is_html = false;
    bool is_alternative = false;  // of a mail that has its text in several forms
    std::string encoding;
    std::string charset;
    std::string body;
    bool in_signature = false;
  };

  bool IsBoundary(std::string_view line) const {
    return line.starts_with("--") &&
           std::ranges::any_of(boundaries_, [&](const std::string& known) {
             return line.substr(2).starts_with(known);
           });
  }

  // Headers up to and with the blank line after them; the part that they begin.
  void ReadHeaders() {
    const bool is_alternative = part_.is_alternative;
    part_ = Part();
    part_.is_alternative = is_alternative && !boundaries_.empty();
    std::string header;
    while (!rest_.empty()) {
      const std::string_view line = TakeLine(&rest_);
      counts_->Add(Stripped::kEmailHeaderLines, line.empty() ? 0 : 1);
      const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
      if (!goes_on) UseHeader(std::exchange(header, ""));
      header += (goes_on ? " " : "") + std::string(Trim(line));
      if (line.empty()) break;
    }
    UseHeader(header);
    out_->push_back('\n');
  }

  void UseHeader(const std::string& header) {
    const std::string name = HeaderName(header);
    if (name.empty()) return;
    const std::string_view value = Trim(std::string_view(header).substr(name.size() + 1));
    if (name == "subject") {
      Count escapes = 0;
      out_->append(DecodeWords(WithoutReply(value), &escapes)).push_back('\n');
      counts_->Add(Stripped::kEmailEscapes, escapes);
    } else if (name == "content-transfer-encoding") {
      part_.encoding = ToLowerAscii(value);
    } else if (name == "content-type") {
      const std::string type = ToLowerAscii(value);
      part_.is_text =
          type.starts_with("text") || type.starts_with("multipart") || type.starts_with("message");
      part_.is_html = type.starts_with("text/html");
      if (type.starts_with("multipart/alternative")) {
        part_.is_alternative = true;
        has_plain_ = false;
      }
      part_.charset = Parameter(value, type, "charset=");
      const std::string boundary = Parameter(value, type, "boundary=");
      if (!boundary.empty()) boundaries_.push_back(boundary);
    }
  }

  static std::string_view WithoutReply(std::string_view subject) {
    for (const std::string_view prefix : {"re:", "fwd:", "fw:", "aw:"}) {
      if (ToLowerAscii(subject.substr(0, prefix.size())) == prefix) {
        return WithoutReply(Trim(subject.substr(prefix.size())));
      }
    }
    return subject;
  }

  static std::string Parameter(std::string_view value, const std::string& lower,
                               std::string_view name) {
    const std::size_t at = lower.find(name);
    if (at == kNone) return "";
    std::string_view found = value.substr(at + name.size());
    if (found.starts_with('"')) return std::string(found.substr(1, found.find('"', 1) - 1));
    return std::string(found.substr(0, found.find_first_of("; \t")));
  }

  void AddLine(std::string_view line, std::string_view with_end) {
    if (part_.in_signature) return;
    if (part_.is_text && line == "-- ") {
      counts_->Add(Stripped::kEmailSignatures);
      part_.in_signature = true;
      return;
    }
    const bool introduces = (line.ends_with("writes:") || line.ends_with("wrote:")) &&
                            line.find_first_of("@<") != kNone;
    if (introduces) {
      counts_->Add(Stripped::kEmailReplyLines);
      return;
    }
    part_.body.append(with_end);
  }

  // Writes the text of the part that ends here.
  void EndPart() {
    const std::string body = std::exchange(part_.body, "");
    if (body.empty()) return;
    if (!part_.is_text || (part_.is_html && part_.is_alternative && has_plain_)) {
      counts_->Add(Stripped::kEmailAttachments);
      return;
    }
    has_plain_ |= !part_.is_html;
    Count escapes = 0;
    if (part_.encoding == "quoted-printable" || (part_.encoding.empty() && IsEscaped(body))) {
      out_->append(ToUtf8(DecodeQuotedPrintable(body, false, &escapes), part_.charset));
    } else if (part_.encoding == "base64") {
      escapes = static_cast<Count>(body.size());
      out_->append(ToUtf8(DecodeBase64(body), part_.charset));
    } else {
      out_->append(body);
    }
    out_->push_back('\n');
    counts_->Add(Stripped::kEmailEscapes, escapes);
  }

  std::string_view rest_;
  std::string* out_;
  StripCounts* counts_;
  bool first_ = true;
  std::vector<std::string> boundaries_;
  bool has_plain_ = false;
  Part part_;
};

}  // namespace

bool StripEmail(std::string_view text, std::string* out, StripCounts* counts) {
  if (!MayBeMail(text)) return false;
  out->clear();
  EmailFilter(text, out, counts).Run();
  return true;
}

}  // namespace lightlda
