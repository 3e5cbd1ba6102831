// --on_bad_line=skip: bad lines are left out and counted by reason, the rest is read.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "lightlda/preprocess.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using namespace std::string_literals;
using Reasons = std::map<std::string, Count>;

struct SkipCase {
  InputFormat format;
  std::string content;
  std::vector<std::string> documents;
  Reasons skipped;
};

TEST_CASE("bad lines are skipped and counted by reason on request", "[preprocess]") {
  const std::vector<SkipCase> cases = {
      {InputFormat::kUci,
       "2\n3\n7\n1 1 1\n1 4 1\n1 1 5\n1 2 0\n2 3 x\n1 3 1\n2 3 -1\n",
       {"1: 1 3", "2:"},
       {{"number out of range", 1},
        {"duplicate word id", 1},
        {"zero count", 1},
        {"not an integer", 1},
        {"negative number", 1}}},
      {InputFormat::kUci,
       "2\n3\n3\n2 1 1\n1 1 1\n2 2 1\n",
       {"1:", "2: 1 2"},
       {{"document out of order", 1}}},
      {InputFormat::kLdac,
       "1 0:1\n2 0:1\nx\n1 1:0\n2 1:1 0:1\n\n",
       {"1: 0", "5: 0 1"},
       {{"wrong number of pairs", 1}, {"not an integer", 1}, {"zero count", 1}, {"blank line", 1}}},
      {InputFormat::kLibsvm,
       "1 0:1\n0:1 1:1\n1 5\nx\t1:1 1:2\nx\t1:2\n",
       {"1: 0", "x: 1 1"},
       {{"missing label", 1}, {"missing colon", 1}, {"duplicate word id", 1}}},
      {InputFormat::kText,
       "a b\n\xFF\nc\0d\ne f\n"s,
       {"1: a b", "4: e f"},
       {{"invalid UTF-8", 1}, {"NUL byte", 1}}},
      {InputFormat::kJsonl,
       "{\"text\":\"a b\"}\n{\"txt\":\"a\"}\n{\"text\n\n{\"text\":\"b\"}\n",
       {"1: a b", "5: b"},
       {{"bad field", 1}, {"invalid JSON", 1}, {"blank line", 1}}},
  };
  for (const SkipCase& one : cases) {
    INFO(FormatName(one.format) << ": " << one.content);
    TempDir dir;
    WriteText(dir.File("input"), one.content);
    PreprocessConfig config = BaseConfig(dir, dir.File("input"), one.format);
    if (one.format == InputFormat::kText || one.format == InputFormat::kJsonl) {
      config = KeepAll(config);
    }
    config.on_bad_line = OnBadLine::kSkip;
    auto result = Preprocess(config);
    INFO(result.status().message());
    REQUIRE(result.ok());
    CHECK(Describe(dir.File("corpus")) == one.documents);
    CHECK(result->skipped_lines == one.skipped);
  }
}

TEST_CASE("lines above the limit are refused or skipped, and line numbers stay right",
          "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("input"), "one\n" + std::string(5'000'000, 'x') + "\ntwo\n");
  PreprocessConfig config = KeepAll(BaseConfig(dir, dir.File("input"), InputFormat::kText));
  config.max_line_bytes = 100'000;
  const auto refused = Preprocess(config);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().exit_code() == 65);
  CHECK(refused.status().message().starts_with(dir.File("input") + ":2: "));
  config.on_bad_line = OnBadLine::kSkip;
  auto skipped = Preprocess(config);
  REQUIRE(skipped.ok());
  CHECK(skipped->skipped_lines == Reasons{{"line too long", 1}});
  CHECK(Describe(config.output) == std::vector<std::string>{"1: one", "3: two"});
}

TEST_CASE("a header that disagrees with the body is fatal even when bad lines are skipped",
          "[preprocess]") {
  TempDir dir;
  for (const char* content : {"1\n3\n3\n1 1 1\n", "1\n3\n1\n1 1 1\n1 2 1\n", "x\n3\n1\n1 1 1\n"}) {
    WriteText(dir.File("input"), content);
    PreprocessConfig config = BaseConfig(dir, dir.File("input"), InputFormat::kUci);
    config.on_bad_line = OnBadLine::kSkip;
    const auto result = Preprocess(config);
    REQUIRE_FALSE(result.ok());
    CHECK(result.status().exit_code() == 65);
    CHECK(ListNames(dir.path()) == std::vector<std::string>{"input"});
  }
}

TEST_CASE("an input in which every line is bad is refused", "[preprocess]") {
  TempDir dir;
  WriteText(dir.File("input"), "x\ny\n");
  PreprocessConfig config = BaseConfig(dir, dir.File("input"), InputFormat::kLdac);
  config.on_bad_line = OnBadLine::kSkip;
  const auto result = Preprocess(config);
  REQUIRE_FALSE(result.ok());
  CHECK(result.status().exit_code() == 65);
}

}  // namespace
}  // namespace lightlda
