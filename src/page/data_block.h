// Bytes on their way into a page.
#ifndef LIGHTLDA_PAGE_DATA_BLOCK_H_
#define LIGHTLDA_PAGE_DATA_BLOCK_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "lightlda/status.h"

namespace lightlda {

// Base64 of what zlib makes of `bytes`. No character of it means anything to HTML. The same bytes
// give the same text. Errors: kOutOfMemory.
Result<std::string> PackBytes(std::string_view bytes);

// Appends a varint (base/varint.h).
void AppendVarint(std::uint64_t value, std::string* bytes);

// Text for HTML, in elements and quoted attributes.
std::string EscapeHtml(std::string_view text);

// Well-formed UTF-8: what is not becomes U+FFFD.
std::string ToUtf8(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_PAGE_DATA_BLOCK_H_
