// Hints about mapped memory that is walked through in order.
#ifndef LIGHTLDA_BASE_MEMORY_ADVICE_H_
#define LIGHTLDA_BASE_MEMORY_ADVICE_H_

#include <cstddef>
#include <span>

namespace lightlda {

// The bytes, part of a file mapping, will be read soon. A wish.
void WillNeed(std::span<const std::byte> bytes);
// They will not be for a while: the process gives up the whole pages among them; the file keeps
// them. REQUIRES: part of a file mapping.
void WillNotNeed(std::span<const std::byte> bytes);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_MEMORY_ADVICE_H_
