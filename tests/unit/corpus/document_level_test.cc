#include "corpus/document_level.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

namespace lightlda {
namespace {

// [kMaxDocumentLevel + 1]: of the documents [first, first + count), those of a level or a deeper
// one.
std::array<double, kMaxDocumentLevel + 1> CountFrom(DocId first, DocId count, std::uint64_t seed) {
  std::array<double, kMaxDocumentLevel + 1> from = {};
  for (DocId document = first; document < first + count; ++document) {
    const int level = DocumentLevel(document, seed);
    REQUIRE(level >= 0);
    REQUIRE(level <= kMaxDocumentLevel);
    for (int l = 0; l <= level; ++l) ++from[static_cast<std::size_t>(l)];
  }
  return from;
}

TEST_CASE("about one document in 2^s has level s or deeper, whatever the seed and where",
          "[corpus]") {
  constexpr DocId kCount = 200'000;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
    for (const DocId first : {DocId{0}, DocId{1} << 33, (DocId{1} << 62) - kCount}) {
      const auto from = CountFrom(first, kCount, seed);
      for (int level = 0; level <= 12; ++level) {
        const double expected = std::ldexp(static_cast<double>(kCount), -level);
        INFO("seed " << seed << ", first " << first << ", level " << level);
        // Five standard deviations.
        CHECK(std::abs(from[static_cast<std::size_t>(level)] - expected) <=
              5 * std::sqrt(expected * (1 - std::ldexp(1.0, -level))));
      }
    }
  }
}

TEST_CASE("levels depend on the seed and not on the neighbours", "[corpus]") {
  constexpr DocId kCount = 100'000;
  int next = 0;   // neighbours that both have a level above 0
  int seeds = 0;  // documents with a level above 0 for both of two seeds
  int high = 0;   // likewise, of seeds that differ in their upper half
  for (DocId document = 0; document < kCount; ++document) {
    const bool deep = DocumentLevel(document, 1) > 0;
    next += deep && DocumentLevel(document + 1, 1) > 0 ? 1 : 0;
    seeds += deep && DocumentLevel(document, 2) > 0 ? 1 : 0;
    high += deep && DocumentLevel(document, 1 + (std::uint64_t{1} << 40)) > 0 ? 1 : 0;
  }
  // A quarter each; five standard deviations.
  for (const int both : {next, seeds, high}) CHECK(std::abs(both - kCount / 4.0) < 700);
}

TEST_CASE("levels stay what they are: corpora of another version can be appended to", "[corpus]") {
  std::vector<int> found;
  for (DocId document = 0; document < 24; ++document) found.push_back(DocumentLevel(document, 1));
  CHECK(found ==
        std::vector<int>{2, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0, 1, 1, 1, 0, 4, 0, 0});
  CHECK(DocumentLevel(14'455, 1) == 16);
}

}  // namespace
}  // namespace lightlda
