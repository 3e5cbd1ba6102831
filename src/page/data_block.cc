#include "page/data_block.h"

#include <zlib.h>

#include <cstddef>

#include "base/printable.h"
#include "base/varint.h"

namespace lightlda {
namespace {

std::string Base64(std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const auto byte = i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U;
      group = group << 8 | byte;
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

}  // namespace

Result<std::string> PackBytes(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  const auto* const from = reinterpret_cast<const Bytef*>(bytes.data());
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, from, bytes.size(),
                Z_DEFAULT_COMPRESSION) != Z_OK) {
    return Status::OutOfMemory("out of memory for compression");
  }
  packed.resize(size);
  return Base64(packed);
}

void AppendVarint(std::uint64_t value, std::string* bytes) {
  std::uint8_t buffer[kMaxVarintBytes];
  const std::uint8_t* const end = PutVarint(value, buffer);
  bytes->append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(end - buffer));
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string ToUtf8(std::string_view text) {
  std::string good;
  std::uint32_t code_point = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = DecodeUtf8(text, at, &code_point);
    good += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, size);
    at += size == 0 ? 1 : size;
  }
  return good;
}

}  // namespace lightlda
