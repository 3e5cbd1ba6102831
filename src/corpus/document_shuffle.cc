#include "corpus/document_shuffle.h"

#include <glog/logging.h>

#include <algorithm>
#include <bit>

#include "base/rng.h"

namespace lightlda {
namespace {

// Four rounds make a Feistel network a pseudorandom permutation (Luby and Rackoff); the two more
// cost nothing that matters and help on the tiny domains of small corpora.
constexpr std::uint32_t kRounds = 6;

}  // namespace

DocumentShuffle::DocumentShuffle(DocId num_documents, std::uint64_t seed)
    : num_documents_(num_documents), seed_(seed) {
  CHECK(num_documents >= 1 && num_documents < DocId{1} << 62);
  const int bits = std::bit_width(num_documents - 1);
  half_bits_ = std::max(1, (bits + 1) / 2);
  max_level_ = std::bit_width(num_documents) - 1;
}

std::uint64_t DocumentShuffle::Permute(std::uint64_t value) const {
  const PhiloxKey key{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)};
  const auto mask = static_cast<std::uint32_t>((std::uint64_t{1} << half_bits_) - 1);
  auto left = static_cast<std::uint32_t>(value >> half_bits_);
  std::uint32_t right = static_cast<std::uint32_t>(value) & mask;
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    const std::uint32_t mixed = left ^ (Philox({right, round, 0, 0}, key)[0] & mask);
    left = right;
    right = mixed;
  }
  return (std::uint64_t{left} << half_bits_) | right;
}

DocId DocumentShuffle::Place(DocId document) const {
  DCHECK_LT(document, num_documents_);
  std::uint64_t place = Permute(document);
  while (place >= num_documents_) place = Permute(place);
  return place;
}

int DocumentShuffle::Level(DocId document) const {
  const DocId place = Place(document);
  return place == 0 ? max_level_ : std::countr_zero(place);
}

}  // namespace lightlda
