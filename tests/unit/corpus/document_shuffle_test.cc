#include "corpus/document_shuffle.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("the document shuffle is a permutation for any number of documents", "[corpus]") {
  std::vector<DocId> counts = {255, 256, 257, 1000, 4096, 65537, 100001};
  for (DocId count = 1; count <= 70; ++count) counts.push_back(count);
  for (const DocId count : counts) {
    const DocumentShuffle shuffle(count, 12345);
    std::vector<bool> seen(count, false);
    for (DocId document = 0; document < count; ++document) {
      const DocId place = shuffle.Place(document);
      REQUIRE(place < count);
      REQUIRE_FALSE(seen[place]);
      seen[place] = true;
    }
  }
}

TEST_CASE("a level is reached by half the documents of the one below it", "[corpus]") {
  for (const DocId count : {DocId{1}, DocId{2}, DocId{7}, DocId{64}, DocId{3430}, DocId{100001}}) {
    const DocumentShuffle shuffle(count, 1);
    REQUIRE((DocId{1} << shuffle.max_level()) <= count);
    REQUIRE((DocId{2} << shuffle.max_level()) > count);
    std::vector<DocId> at_least(static_cast<std::size_t>(shuffle.max_level()) + 2, 0);
    for (DocId document = 0; document < count; ++document) {
      const int level = shuffle.Level(document);
      REQUIRE(level <= shuffle.max_level());
      for (int s = 0; s <= level; ++s) ++at_least[static_cast<std::size_t>(s)];
    }
    for (int s = 0; s <= shuffle.max_level(); ++s) {
      CHECK(at_least[static_cast<std::size_t>(s)] == (count + (DocId{1} << s) - 1) >> s);
    }
  }
}

TEST_CASE("the document shuffle depends on the seed and spreads neighbours", "[corpus]") {
  constexpr DocId kCount = 10000;
  const DocumentShuffle one(kCount, 1);
  const DocumentShuffle two(kCount, 2);
  const DocumentShuffle high(kCount, 1 + (std::uint64_t{1} << 40));
  int same_two = 0;
  int same_high = 0;
  double distance = 0;
  for (DocId document = 0; document + 1 < kCount; ++document) {
    same_two += one.Place(document) == two.Place(document) ? 1 : 0;
    same_high += one.Place(document) == high.Place(document) ? 1 : 0;
    const auto a = static_cast<double>(one.Place(document));
    distance += std::abs(static_cast<double>(one.Place(document + 1)) - a);
  }
  CHECK(same_two < 10);
  CHECK(same_high < 10);
  // Two independent uniform places are a third of the range apart on average.
  CHECK(distance / kCount == Approx(kCount / 3.0).epsilon(0.03));
}

TEST_CASE("the document shuffle stays in range for huge corpora", "[corpus]") {
  constexpr DocId kCount = (DocId{1} << 40) + 12345;
  const DocumentShuffle shuffle(kCount, 9);
  CHECK(shuffle.max_level() == 40);
  for (DocId document = 0; document < 1000; ++document) {
    REQUIRE(shuffle.Place(kCount - 1 - document) < kCount);
  }
}

}  // namespace
}  // namespace lightlda
