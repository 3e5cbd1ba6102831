#include "ingest/repeated_names.h"

#include <catch2/catch.hpp>

namespace lightlda {
namespace {

TEST_CASE("documents with the name of one before them are counted", "[preprocess]") {
  RepeatedNames names;
  for (const char* name : {"a", "b", "c", "b", "a", "b"}) names.Add(name);
  CHECK(names.num_repeated() == 3);
  CHECK(names.first() == "b");
  CHECK(RepeatedNames().num_repeated() == 0);
}

}  // namespace
}  // namespace lightlda
