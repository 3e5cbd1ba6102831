#include "tools/tool_util.h"

#include <gflags/gflags.h>

#include <catch2/catch.hpp>

DEFINE_int32(num_topics, 0, "of the test");
DEFINE_double(checkpoint_interval, 0, "of the test");

namespace lightlda::tools {
namespace {

constexpr Program kProgram = {"test", __FILE__, ""};

TEST_CASE("fields of the library become flags of the program", "[tools]") {
  const auto in_flags = [](const std::string& message) { return InFlags(kProgram, message); };
  CHECK(in_flags("`num_topics`: expected 2") == "--num_topics: expected 2");
  CHECK(in_flags("at `num_topics`=1, `checkpoint_minutes`") ==
        "at --num_topics=1, --checkpoint_interval");
  // What is no flag of this program stays, and so does an odd backquote.
  CHECK(in_flags("`corpus` and `num_topics`") == "`corpus` and --num_topics");
  CHECK(in_flags("a`b: `num_topics`") == "a`b: --num_topics");
  CHECK(in_flags("no `end") == "no `end");
  const Status status = InFlags(kProgram, Status::BadInput("`num_topics`"));
  CHECK(status.code() == StatusCode::kBadInput);
  CHECK(status.message() == "--num_topics");
  CHECK(InFlags(kProgram, Status()).ok());
}

}  // namespace
}  // namespace lightlda::tools
