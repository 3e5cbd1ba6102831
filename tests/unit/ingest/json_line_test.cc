// Lines of jsonl: which members make the text, and numbers that no machine word holds.
#include "ingest/json_line.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda {
namespace {

// "id: text" of a line, or what is wrong with it.
std::string Read(std::string line, const std::vector<std::string>& text_fields = {"text"},
                 const std::string& id_field = "id", bool strings = false) {
  JsonLineReader reader(text_fields, id_field);
  JsonLineReader::Fields fields;
  const std::size_t size = line.size();
  line.append(kJsonPadding, ' ');
  const auto error = reader.Read(std::string_view(line).substr(0, size), &fields, strings);
  if (error) return std::string(error->reason);
  return fields.id.value_or("-") + ": " + std::string(fields.text);
}

TEST_CASE("numbers beyond 64 bits do no harm, and are kept as an id", "[preprocess]") {
  CHECK(Read(R"({"text":"a","n":123456789012345678901234567890})") == "-: a");
  CHECK(Read(R"({"text":"a","n":-9223372036854775809})") == "-: a");
  CHECK(Read(R"({"text":"a","n":[1e400,{"m":-1E+999}],"k":1})") == "-: a");
  CHECK(Read(R"({"id":18446744073709551616,"text":"a"})") == "18446744073709551616: a");
  CHECK(Read(R"({"id":1e400,"text":"a"})") == "1e400: a");
  // What is not too long stays as it is, in the same line.
  CHECK(Read(R"({"id":1.50,"text":"7 \"1e999\" \\","n":1e999})") == "1.5: 7 \"1e999\" \\");
  CHECK(Read(R"({"id":18446744073709551615,"text":"a","n":1e999})") == "18446744073709551615: a");
}

TEST_CASE("a line with a long number is still checked", "[preprocess]") {
  CHECK(Read(R"({"text":123456789012345678901234567890})") == "bad field");
  CHECK(Read(R"({"text":"a","n":0123456789012345678901234567890})") == "invalid JSON");
  CHECK(Read(R"({"text":"a","n":1e400.5})") == "invalid JSON");
  CHECK(Read(R"({"text":"a","n":1e400)") == "invalid JSON");
  CHECK(Read(R"({"text":"a","n":1e400 5})") == "invalid JSON");
  CHECK(Read(R"({"text":"a","text":"b","n":1e400})") == "bad field");
  CHECK(Read(R"({123456789012345678901234567890:"b","text":"a"})") == "invalid JSON");
}

TEST_CASE("the text is that of several members, in the order asked for", "[preprocess]") {
  const std::vector<std::string> fields = {"title", "body"};
  CHECK(Read(R"({"body":"b","title":"a"})", fields) == "-: a\nb\n");
  CHECK(Read(R"({"body":"b","title":null})", fields) == "-: b\n");
  CHECK(Read(R"({"body":"b"})", fields) == "-: b\n");
  CHECK(Read(R"({"other":"b"})", fields) == "bad field");
  CHECK(Read(R"({"body":"b","title":5})", fields) == "bad field");
  CHECK(Read(R"({"body":"b","body":"c"})", fields) == "bad field");
}

TEST_CASE("a.b is the member of this name, or else b in a", "[preprocess]") {
  CHECK(Read(R"({"meta":{"text":"a","key":7}})", {"meta.text"}, "meta.key") == "7: a");
  CHECK(Read(R"({"meta":{"text":"a"},"meta.text":"b"})", {"meta.text"}) == "-: b");
  CHECK(Read(R"({"a":{"b":{"c":"x"}}})", {"a.b.c"}) == "-: x");
  CHECK(Read(R"({"a":"b"})", {"a.b"}) == "bad field");
}

TEST_CASE("arrays of tokens or sentences are joined", "[preprocess]") {
  CHECK(Read(R"({"text":["new_york","is big"]})") == "-: new_york\nis big\n");
  CHECK(Read(R"({"text":[["a","b"],["c"]]})") == "-: a\nb\nc\n");
  CHECK(Read(R"({"text":[]})") == "-: ");
  CHECK(Read(R"({"text":["a",5]})") == "bad field");
  CHECK(Read(R"({"text":["a",{"b":"c"}]})") == "bad field");
}

TEST_CASE("a string is a text where that is allowed", "[preprocess]") {
  CHECK(Read(R"("a \u0062")", {"text"}, "id", true) == "-: a b");
  CHECK(Read(R"("a")") == "invalid JSON");
  CHECK(Read("5", {"text"}, "id", true) == "invalid JSON");
}

}  // namespace
}  // namespace lightlda
