// Lines of jsonl with numbers that no machine word holds.
#include "ingest/json_line.h"

#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

// "id: text" of a line, or what is wrong with it.
std::string Read(std::string line) {
  JsonLineReader reader("text", "id");
  JsonLineReader::Fields fields;
  const std::size_t size = line.size();
  line.append(kJsonPadding, ' ');
  const auto error = reader.Read(std::string_view(line).substr(0, size), &fields);
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

}  // namespace
}  // namespace lightlda
