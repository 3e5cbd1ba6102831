#include "text/utf8.h"

#include <simdjson.h>

#include <cstdint>
#include <cstring>

#include "base/printable.h"

namespace lightlda {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

std::uint64_t Load8(const char* p) {
  std::uint64_t value;
  std::memcpy(&value, p, sizeof(value));
  return value;
}

bool IsContinuation(unsigned byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

std::optional<std::size_t> FindInvalidUtf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  std::size_t at = 0;
  while (at < text.size()) {
    at = FindNonAscii(text, at);
    if (at == text.size()) break;
    std::uint32_t code_point;
    const std::size_t length = DecodeUtf8(text, at, &code_point);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::size_t FindNonAscii(std::string_view text, std::size_t from) {
  const char* const data = text.data();
  const std::size_t size = text.size();
  std::size_t at = from;
  for (; at + 32 <= size; at += 32) {
    const char* p = data + at;
    if (((Load8(p) | Load8(p + 8) | Load8(p + 16) | Load8(p + 24)) & kHighBits) != 0) break;
  }
  for (; at + 8 <= size; at += 8) {
    if ((Load8(data + at) & kHighBits) != 0) break;
  }
  while (at < size && static_cast<unsigned char>(data[at]) < 0x80) ++at;
  return at;
}

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += !IsContinuation(static_cast<unsigned char>(c));
  return count;
}

std::string QuoteBytes(std::string_view bytes, std::size_t max_bytes) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint32_t code_point;
    const std::size_t length = DecodeUtf8(bytes, at, &code_point);
    const std::size_t step = length == 0 ? 1 : length;
    if (at + step > max_bytes) return out + "...\"";
    const bool plain =
        length > 0 && IsPrintable(code_point) && code_point != '"' && code_point != '\\';
    if (plain) {
      out += bytes.substr(at, step);
    } else {
      for (const char c : bytes.substr(at, step)) {
        AppendEscaped(static_cast<unsigned char>(c), &out);
      }
    }
    at += step;
  }
  return out + "\"";
}

}  // namespace lightlda
