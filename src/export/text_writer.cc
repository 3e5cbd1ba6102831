#include "export/text_writer.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace lightlda {
namespace {

// Characters that stand for themselves in a JSON string.
bool IsPlain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

void TextWriter::Put(std::string_view text) {
  while (text.size() > buffer_.size() - used_) {
    const std::size_t room = buffer_.size() - used_;
    std::memcpy(buffer_.data() + used_, text.data(), room);
    used_ += room;
    text.remove_prefix(room);
    Flush();
  }
  std::memcpy(buffer_.data() + used_, text.data(), text.size());
  used_ += text.size();
}

void TextWriter::PutNumber(double value) {
  if (buffer_.size() - used_ < kMaxNumber) Flush();
  char* const at = buffer_.data() + used_;
  used_ += static_cast<std::size_t>(std::to_chars(at, at + kMaxNumber, value).ptr - at);
}

void TextWriter::PutNumber(double value, int digits) {
  if (buffer_.size() - used_ < kMaxNumber) Flush();
  char* const at = buffer_.data() + used_;
  const auto end = std::to_chars(at, at + kMaxNumber, value, std::chars_format::general, digits);
  used_ += static_cast<std::size_t>(end.ptr - at);
}

void TextWriter::PutEscaped(std::string_view text, bool escape_spaces) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const unsigned char first_plain = escape_spaces ? 0x21 : 0x20;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      Put("\\\\");
    } else if (c == '\t') {
      Put("\\t");
    } else if (c == '\n') {
      Put("\\n");
    } else if (c == '\r') {
      Put("\\r");
    } else if (byte < first_plain || byte == 0x7F) {
      Put("\\x");
      Put(kDigits[byte >> 4]);
      Put(kDigits[byte & 15]);
    } else {
      Put(c);
    }
  }
}

void TextWriter::PutCsvField(std::string_view text) {
  const bool blank_ends = !text.empty() && (IsBlank(text.front()) || IsBlank(text.back()));
  if (!blank_ends && text.find_first_of(",\"\r\n") == std::string_view::npos) return Put(text);
  Put('"');
  for (const char c : text) {
    if (c == '"') Put('"');
    Put(c);
  }
  Put('"');
}

void TextWriter::PutJsonString(std::string_view text) {
  if (!std::ranges::all_of(text, IsPlain)) {
    constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
    return Put(nlohmann::json(std::string(text)).dump(-1, ' ', false, kReplace));
  }
  Put('"');
  Put(text);
  Put('"');
}

void TextWriter::Flush() {
  if (status_.ok() && used_ > 0) status_ = sink_({buffer_.data(), used_});
  used_ = 0;
}

Status TextWriter::Finish() {
  Flush();
  return status_;
}

}  // namespace lightlda
