// What is returned is given to the next, and has one owner at a time.
#include "base/spares.h"

#include <catch2/catch.hpp>
#include <memory>

namespace lightlda {
namespace {

TEST_CASE("a spare is taken once, and nothing is there that was not returned", "[base]") {
  Spares<int> spares;
  CHECK(spares.Take() == nullptr);
  spares.Return(std::make_unique<int>(3));
  spares.Return(std::make_unique<int>(4));
  const auto first = spares.Take();
  const auto second = spares.Take();
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  CHECK(*first + *second == 7);
  CHECK(first != second);
  CHECK(spares.Take() == nullptr);
}

}  // namespace
}  // namespace lightlda
