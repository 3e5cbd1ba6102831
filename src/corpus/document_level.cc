#include "corpus/document_level.h"

#include <algorithm>
#include <bit>

#include "base/rng.h"

namespace lightlda {
namespace {

// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x4C45564C;  // "LEVL"

}  // namespace

int DocumentLevel(DocId document, std::uint64_t seed) {
  const PhiloxKey key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  const PhiloxBlock hash = Philox({static_cast<std::uint32_t>(document),
                                   static_cast<std::uint32_t>(document >> 32), kDomain, 0},
                                  key);
  const std::uint64_t bits = (std::uint64_t{hash[1]} << 32) | hash[0];
  return std::min(std::countr_zero(bits), kMaxDocumentLevel);
}

}  // namespace lightlda
