// Input that is wrong is refused with file, line and reason, and leaves nothing behind.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "lightlda/preprocess.h"
#include "unit/ingest/preprocess_test_util.h"

namespace lightlda {
namespace {

using namespace lightlda::testing;
using namespace std::string_literals;

struct BadCase {
  const char* what;
  InputFormat format;
  std::string content;
  int line;            // 0: the message names the file only
  std::string detail;  // part of the message
};

constexpr auto kUci = InputFormat::kUci;
constexpr auto kLdac = InputFormat::kLdac;
constexpr auto kLibsvm = InputFormat::kLibsvm;
constexpr auto kText = InputFormat::kText;
constexpr auto kJsonl = InputFormat::kJsonl;

const std::vector<BadCase>& UciCases() {
  static const std::vector<BadCase> cases = {
      {"count 0", kUci, "2\n3\n2\n1 1 2\n2 1 0\n", 5, "expected a count from 1"},
      {"negative count", kUci, "2\n3\n2\n1 1 -2\n2 1 1\n", 4, "found \"-2\""},
      {"count 2^31", kUci, "1\n3\n1\n1 1 2147483648\n", 4, "from 1 to 2147483647"},
      {"count 2^32", kUci, "1\n3\n1\n1 1 4294967296\n", 4, "from 1 to 2147483647"},
      {"count 2^64", kUci, "1\n3\n1\n1 1 18446744073709551616\n", 4, "from 1 to 2147483647"},
      {"count 2^64 + 1", kUci, "1\n3\n1\n1 1 18446744073709551617\n", 4, "from 1 to 2147483647"},
      {"float count", kUci, "1\n3\n1\n1 1 2.0\n", 4, "found \"2.0\""},
      {"count with a plus", kUci, "1\n3\n1\n1 1 +2\n", 4, "found \"+2\""},
      {"hexadecimal count", kUci, "1\n3\n1\n1 1 0x2\n", 4, "found \"0x2\""},
      {"word id 0", kUci, "1\n3\n1\n1 0 1\n", 4, "expected a word id from 1 to 3"},
      {"word id W + 1", kUci, "1\n3\n1\n1 4 1\n", 4, "expected a word id from 1 to 3"},
      {"word id 2^32", kUci, "1\n3\n1\n1 4294967297 1\n", 4, "expected a word id from 1 to 3"},
      {"word id 2^64", kUci, "1\n3\n1\n1 18446744073709551617 1\n", 4, "expected a word id"},
      {"negative word id", kUci, "1\n3\n1\n1 -1 1\n", 4, "expected a word id from 1 to 3"},
      {"document id 0", kUci, "1\n3\n1\n0 1 1\n", 4, "expected a document id from 1 to 1"},
      {"document id D + 1", kUci, "1\n3\n1\n2 1 1\n", 4, "expected a document id from 1 to 1"},
      {"document id 2^64", kUci, "1\n3\n1\n18446744073709551617 1 1\n", 4, "document id"},
      {"documents out of order", kUci, "2\n3\n3\n1 1 1\n2 1 1\n1 2 1\n", 6,
       "document id 1 after 2"},
      {"duplicate word", kUci, "1\n3\n3\n1 1 1\n1 2 1\n1 1 1\n", 6, "word id 1 occurs twice"},
      {"two fields", kUci, "1\n3\n1\n1 1\n", 4, "found fewer fields"},
      {"four fields", kUci, "1\n3\n1\n1 1 1 1\n", 4, "found more fields"},
      {"blank line", kUci, "1\n3\n2\n1 1 1\n\n1 2 1\n", 5, "expected an entry, found nothing"},
      {"fewer entries", kUci, "1\n3\n3\n1 1 1\n1 2 1\n", 0, "header says 3 entries, found 2"},
      {"more entries", kUci, "1\n3\n1\n1 1 1\n1 2 1\n", 5, "header says 1 entries, found more"},
      {"truncated last line", kUci, "1\n3\n2\n1 1 1\n1 2", 5, "found fewer fields"},
      {"no header", kUci, "1 1 1\n1 2 1\n", 1, "number of documents"},
      {"header cut off", kUci, "1\n3\n", 0, "3 lines of header, found 2"},
      {"negative D", kUci, "-1\n3\n0\n", 1, "number of documents"},
      {"D 0", kUci, "0\n3\n0\n", 1, "number of documents"},
      {"D 2^31", kUci, "2147483648\n3\n1\n1 1 1\n", 1, "number of documents"},
      {"D far beyond the entries", kUci, "2000000000\n3\n1\n1 1 1\n", 1, "but only 1 entries"},
      {"W 0", kUci, "1\n0\n0\n", 2, "number of words"},
      {"W 2^31", kUci, "1\n2147483648\n1\n1 1 1\n", 2, "number of words"},
      {"W 2^64", kUci, "1\n18446744073709551616\n1\n1 1 1\n", 2, "number of words"},
      {"W far beyond the words", kUci, "1\n60000000\n1\n1 1 1\n", -1, "only 1 words occur"},
      {"float NNZ", kUci, "1\n3\n1.0\n1 1 1\n", 3, "number of entries"},
      {"NNZ 2^64", kUci, "1\n3\n18446744073709551616\n1 1 1\n", 3, "number of entries"},
      {"NUL byte", kUci, "1\n3\n1\n1 1 1\0\n"s, 4, "found \"1\\"},
      {"header of two numbers", kUci, "1 2\n3\n1\n1 1 1\n", 1, "and nothing else"},
      {"no token at all", kUci, "3\n3\n0\n", -1, "no token is left"},
      {"document of 2^31 tokens", kUci, "1\n2\n2\n1 1 2147483647\n1 2 1\n", 0, "2147483648 tokens"},
  };
  return cases;
}

const std::vector<BadCase>& PairCases() {
  static const std::vector<BadCase> cases = {
      {"more pairs than N", kLdac, "1 0:1\n1 0:1 1:1\n", 2, "expected 1 pairs, found 2"},
      {"fewer pairs than N", kLdac, "2 0:1 1:1\n3 0:1 1:1\n", 2, "expected 3 pairs, found 2"},
      {"float count", kLdac, "1 0:1.5\n", 1, "expected a count"},
      {"zero count", kLdac, "1 0:1\n1 1:0\n", 2, "expected a count from 1"},
      {"negative count", kLdac, "1 0:-1\n", 1, "expected a count"},
      {"empty count", kLdac, "1 0:\n", 1, "expected a count"},
      {"empty id", kLdac, "1 :3\n", 1, "expected a word id"},
      {"negative id", kLdac, "1 -1:1\n", 1, "expected a word id"},
      {"id 2^31", kLdac, "1 2147483648:1\n", 1, "expected a word id"},
      {"id 2^32", kLdac, "1 4294967296:1\n", 1, "expected a word id"},
      {"id 2^64", kLdac, "1 18446744073709551616:1\n", 1, "expected a word id"},
      {"id far beyond the words", kLdac, "1 9000000:1\n", -1, "only 1 words occur"},
      {"id 2^26", kLdac, "1 67108864:1\n", 1, "expected a word id from 0 to 67108863"},
      {"count 2^31", kLdac, "1 0:2147483648\n", 1, "expected a count"},
      {"count 2^64", kLdac, "1 0:18446744073709551617\n", 1, "expected a count"},
      {"document of 2^31 tokens", kLdac, "2 0:2147483647 1:1\n", 1, "2147483648 tokens"},
      {"two colons", kLdac, "1 0:1:1\n", 1, "expected a count"},
      {"missing colon", kLdac, "2 0:1 11\n", 1, "expected word_id:count, found \"11\""},
      {"duplicate id", kLdac, "1 0:1\n2 5:1 5:2\n", 2, "word id 5 occurs twice"},
      {"duplicate id far apart", kLdac, "3 5:1 2:1 5:2\n", 1, "word id 5 occurs twice"},
      {"blank line", kLdac, "1 0:1\n\n1 0:1\n", 2, "found nothing"},
      {"N is no number", kLdac, "x 0:1\n", 1, "expected a number of pairs"},
      {"truncated last line", kLdac, "1 0:1\n2 0:1 1", 2, "expected word_id:count"},
      {"NUL byte", kLdac, "1 0:1\0\n"s, 1, "expected a count"},
      {"missing label", kLibsvm, "3 0:1\n0:1 1:1\n", 2, "expected a label"},
      {"leading space", kLibsvm, " 0:1 1:1\n", 1, "expected a label"},
      {"blank line", kLibsvm, "3 0:1\n\n", 2, "expected a label, found nothing"},
      {"missing colon", kLibsvm, "3 0:1 7\n", 1, "expected word_id:count"},
      {"comment", kLibsvm, "3 0:1 # remark\n", 1, "expected word_id:count"},
      {"float count", kLibsvm, "+1 0:0.5\n", 1, "expected a count"},
      {"duplicate id", kLibsvm, "doc\t1:1 1:1\n", 1, "word id 1 occurs twice"},
      {"invalid UTF-8 in a name", kLibsvm, "d\xFF\t1:1\n", 1, "UTF-8"},
      {"control character in a name", kLibsvm, "d\x01\t1:1\n", 1, "control characters"},
      {"only empty documents", kLibsvm, "1\n2\n", -1, "no token is left"},
  };
  return cases;
}

const std::vector<BadCase>& TextCases() {
  static const std::vector<BadCase> cases = {
      {"invalid UTF-8", kText, "good line\nbad \xC3( line\n", 2, "invalid UTF-8 at byte 5"},
      {"overlong UTF-8", kText, "a \xC0\xAF\n", 1, "invalid UTF-8 at byte 3"},
      {"surrogate", kText, "a \xED\xA0\x80\n", 1, "invalid UTF-8 at byte 3"},
      {"character cut at the end", kText, "a\nb \xE2\x82", 2, "invalid UTF-8 at byte 3"},
      {"NUL byte", kText, "fine\nno\0t fine\n"s, 2, "NUL byte at byte 3"},
      {"no words", kText, "1 2 3\n...\n", -1, "no token is left"},
      {"invalid JSON", kJsonl, "{\"text\":\"a\"}\n{\"text\":\"a\"\n", 2, "expected a JSON object"},
      {"truncated last line", kJsonl, "{\"text\":\"a\"}\n{\"text\":\"a", 2, "JSON"},
      {"two objects in a line", kJsonl, "{\"text\":\"a\"} {\"text\":\"a\"}\n", 1, "JSON"},
      {"array", kJsonl, "[\"text\"]\n", 0, "a JSON array as JSON Lines is not read; `format`=json"},
      {"missing text", kJsonl, "{\"id\":\"x\"}\n", 1, "field \"text\": is missing"},
      {"text is a number", kJsonl, "{\"text\":5}\n", 1, "field \"text\": expected a string"},
      {"text is null", kJsonl, "{\"text\":null}\n", 1, "field \"text\": expected a string"},
      {"two texts", kJsonl, "{\"text\":\"a\",\"text\":\"b\"}\n", 1, "is there twice"},
      {"id is a list", kJsonl, "{\"text\":\"a\",\"id\":[]}\n", 1, "field \"id\""},
      {"blank line", kJsonl, "{\"text\":\"a\"}\n\n", 2, "expected a JSON object, found nothing"},
      {"raw NUL", kJsonl, "{\"text\":\"a\0b\"}\n"s, 1, "JSON"},
      {"escaped NUL", kJsonl, "{\"text\":\"a\\u0000b\"}\n", 1, "NUL byte"},
      {"invalid UTF-8 in JSON", kJsonl, "{\"text\":\"a\xFF\"}\n", 1, "UTF-8"},
      {"lone surrogate escape", kJsonl, "{\"text\":\"a\\uD800b\"}\n", 1, ""},
      {"empty file", kText, "", 0, "empty: no documents"},
      {"empty file", kJsonl, "", 0, "empty: no documents"},
      {"empty file", kUci, "", 0, "empty: no documents"},
      {"empty file", kLdac, "", 0, "empty: no documents"},
      {"only a byte order mark", kLibsvm, "\xEF\xBB\xBF", 0, "empty: no documents"},
  };
  return cases;
}

// A bag of words keeps all; text would be refused for its few words otherwise.
PreprocessConfig ConfigFor(const TempDir& dir, const std::string& input, InputFormat format) {
  PreprocessConfig config = BaseConfig(dir, input, format);
  return format == kText || format == kJsonl ? KeepAll(config) : config;
}

void CheckRefused(const PreprocessConfig& config, const TempDir& dir, const BadCase& bad,
                  const std::string& input) {
  const std::vector<std::string> before = ListNames(dir.path());
  const auto result = Preprocess(config);
  REQUIRE_FALSE(result.ok());
  const std::string& message = result.status().message();
  INFO(message);
  CHECK(result.status().exit_code() == 65);
  CHECK(message.find(bad.detail) != std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
  if (bad.line >= 0) {
    const std::string where = bad.line > 0 ? input + ":" + std::to_string(bad.line) + ": " : input;
    CHECK(message.starts_with(where));
  }
  CHECK(ListNames(dir.path()) == before);
}

TEST_CASE("bad input is refused with file, line and reason and leaves nothing behind",
          "[preprocess]") {
  for (const auto* cases : {&UciCases(), &PairCases(), &TextCases()}) {
    for (const BadCase& bad : *cases) {
      INFO(FormatName(bad.format) << ": " << bad.what);
      TempDir dir;
      const std::string input = dir.File("input");
      WriteText(input, bad.content);
      CheckRefused(ConfigFor(dir, input, bad.format), dir, bad, input);
    }
  }
}

TEST_CASE("the line of a bad line is right deep inside a large file", "[preprocess]") {
  TempDir dir;
  std::string text;
  for (int i = 1; i <= 300000; ++i) text += i == 250001 ? "2 1:1\n" : "2 1:1 2:3\n";
  const std::string input = dir.File("input");
  WriteText(input, text);
  CheckRefused(BaseConfig(dir, input, kLdac), dir,
               {"", kLdac, "", 250001, "expected 2 pairs, found 1"}, input);
}

TEST_CASE("the first of several bad lines is the one reported", "[preprocess]") {
  TempDir dir;
  std::string text;
  for (int i = 1; i <= 400000; ++i) text += i % 100000 == 0 ? "oops\n" : "2 1:1 2:3\n";
  const std::string input = dir.File("input");
  WriteText(input, text);
  for (const int threads : {1, 4}) {
    PreprocessConfig config = BaseConfig(dir, input, kLdac);
    config.num_threads = threads;
    CheckRefused(config, dir, {"", kLdac, "", 100000, "number of pairs"}, input);
  }
}

TEST_CASE("odd but good input is accepted", "[preprocess]") {
  struct GoodCase {
    const char* what;
    InputFormat format;
    std::string content;
    std::vector<std::string> documents;
  };
  const std::vector<GoodCase> cases = {
      {"no final newline", kUci, "1\n3\n1\n1 2 2", {"1: 2 2"}},
      {"CRLF", kUci, "1\r\n3\r\n1\r\n1 2 2\r\n", {"1: 2 2"}},
      {"byte order mark",
       kUci,
       "\xEF\xBB\xBF"
       "1\n3\n1\n1 2 2\n",
       {"1: 2 2"}},
      {"empty documents", kUci, "4\n3\n1\n2 2 2\n", {"1:", "2: 2 2", "3:", "4:"}},
      {"unsorted words", kUci, "1\n3\n2\n1 3 1\n1 1 1\n", {"1: 1 3"}},
      {"tabs", kUci, "1\n3\n1\n1\t2\t2\n", {"1: 2 2"}},
      {"empty documents", kLdac, "0\n1 1:2\n0\n", {"1:", "2: 1 1", "3:"}},
      {"unsorted ids", kLdac, "2 3:1 1:1", {"1: 1 3"}},
      {"trailing space", kLdac, "1 1:1 \r\n", {"1: 1"}},
      {"labels", kLibsvm, "+1 0:1 2:2\n-1.5\nx 1:1\n", {"1: 0 2 2", "2:", "3: 1"}},
      {"names with a tab", kLibsvm, "a/b\t0:1 2:1\nc\t\n", {"a/b: 0 2", "c:"}},
      {"blank lines", kText, "A b\n\nb", {"1: a b", "2:", "3: b"}},
      {"CRLF and byte order mark",
       kText,
       "\xEF\xBB\xBF"
       "a\r\nb\r\n",
       {"1: a", "2: b"}},
      {"ids",
       kJsonl,
       "{\"id\":\"x\",\"text\":\"a\"}\n{\"id\":7,\"text\":\"b\"}\n{\"text\":\"\"}\n"
       "{\"text\":\"a\",\"id\":null}",
       {"x: a", "7: b", "3:", "4: a"}},
      {"nested members and escapes",
       kJsonl,
       "{\"meta\":{\"text\":\"no\"},\"text\":\"caf\\u00e9\"}\r\n",
       {"1: caf\xC3\xA9"}},
  };
  for (const GoodCase& good : cases) {
    INFO(FormatName(good.format) << ": " << good.what);
    TempDir dir;
    WriteText(dir.File("input"), good.content);
    const auto result = Preprocess(ConfigFor(dir, dir.File("input"), good.format));
    INFO(result.status().message());
    REQUIRE(result.ok());
    CHECK(Describe(dir.File("corpus")) == good.documents);
  }
}

}  // namespace
}  // namespace lightlda
