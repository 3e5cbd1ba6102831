// Registers: what a sweep may have asked for.
#include "table/registers.h"

#include <catch2/catch.hpp>

namespace lightlda {
namespace {

TEST_CASE("a sweep asks ahead for eight slices, or for as many as there are", "[table]") {
  CHECK(SliceRegisters::For(1).ahead == 1);
  CHECK(SliceRegisters::For(8).ahead == 8);
  CHECK(SliceRegisters::For(1000).ahead == 8);
}

TEST_CASE("two sweeps and the slice that is waited for share the registers", "[table]") {
  CHECK(SliceRegisters::For(1).pulled() == 3);
  CHECK(SliceRegisters::For(1000).pulled() == 17);
}

}  // namespace
}  // namespace lightlda
