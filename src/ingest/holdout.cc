#include "ingest/holdout.h"

#include "base/rng.h"

namespace lightlda {
namespace {

// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x484F4C44;  // "HOLD"

}  // namespace

bool Holdout::Has(DocId document) const {
  if (fraction <= 0) return false;
  const PhiloxKey key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  const PhiloxBlock hash = Philox({static_cast<std::uint32_t>(document),
                                   static_cast<std::uint32_t>(document >> 32), kDomain, 0},
                                  key);
  const std::uint64_t bits = (std::uint64_t{hash[1]} << 32) | hash[0];
  return static_cast<double>(bits >> 11) * 0x1p-53 < fraction;
}

}  // namespace lightlda
