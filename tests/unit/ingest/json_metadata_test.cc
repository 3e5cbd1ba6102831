// Metadata in JSON, of every type, and what is none of its type.
#include "ingest/json_metadata.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ingest/json_line.h"

namespace lightlda {
namespace {

struct Line {
  MetadataValue value;
  bool bad = false;
};

Line Read(const std::string& member, MetadataType type, std::string json) {
  JsonLineReader reader({"text"}, "id", {{"field", type, member}});
  json = "{\"text\":\"t\"," + json + "}";
  const std::size_t size = json.size();
  json.append(kJsonPadding, ' ');
  JsonLineReader::Fields fields;
  REQUIRE_FALSE(reader.Read(std::string_view(json).substr(0, size), &fields));
  REQUIRE(fields.metadata.size() == 1);
  return {fields.metadata[0], fields.bad_metadata == std::vector<std::size_t>{0}};
}

using List = std::vector<std::string>;

TEST_CASE("values have the type of their field", "[metadata]") {
  CHECK(Read("a", MetadataType::kText, R"("a":"é\n")").value == MetadataValue("é\n"));
  CHECK(Read("a", MetadataType::kText, R"("a":7)").value == MetadataValue("7"));
  CHECK(Read("a", MetadataType::kCategory, R"("a":true)").value == MetadataValue("true"));
  CHECK(Read("a", MetadataType::kNumber, R"("a":-2)").value == MetadataValue(-2.0));
  CHECK(Read("a", MetadataType::kNumber, R"("a":"2.5")").value == MetadataValue(2.5));
  CHECK(Read("a", MetadataType::kList, R"("a":["x",1,""])").value == MetadataValue(List{"x", "1"}));
  CHECK(Read("a", MetadataType::kList, R"("a":"x; y")").value == MetadataValue(List{"x", "y"}));
  const auto date = Read("a", MetadataType::kDate, R"("a":"1970-01-03")");
  CHECK(date.value == MetadataValue(MetadataDate{2, DatePrecision::kDay}));
  CHECK(Read("a", MetadataType::kDate, R"("a":86400)").value ==
        MetadataValue(MetadataDate{1, DatePrecision::kDay}));
  CHECK(Read("a", MetadataType::kCategory, R"("a":123456789012345678901)").value ==
        MetadataValue("123456789012345678901"));
}

TEST_CASE("members of members, and names with a dot", "[metadata]") {
  CHECK(Read("a.b.c", MetadataType::kText, R"("a":{"b":{"c":"x"}})").value == MetadataValue("x"));
  CHECK(Read("a.b", MetadataType::kText, R"("a.b":"x","a":{"b":"y"})").value == MetadataValue("x"));
  CHECK(Read("a.b", MetadataType::kText, R"("a":"x")").value == MetadataValue());
}

TEST_CASE("absent, null and empty values are missing, not bad", "[metadata]") {
  for (const char* json : {R"("b":1)", R"("a":null)", R"("a":"")"}) {
    for (const auto type : {MetadataType::kDate, MetadataType::kCategory, MetadataType::kNumber,
                            MetadataType::kText, MetadataType::kList}) {
      const Line line = Read("a", type, json);
      CHECK(line.value == MetadataValue());
      CHECK_FALSE(line.bad);
    }
  }
  CHECK_FALSE(Read("a", MetadataType::kList, R"("a":[])").bad);
}

TEST_CASE("values that are none of the type are missing and told", "[metadata]") {
  const auto is_bad = [](MetadataType type, const char* json) {
    const Line line = Read("a", type, json);
    return line.bad && line.value == MetadataValue();
  };
  CHECK(is_bad(MetadataType::kDate, R"("a":"soon")"));
  CHECK(is_bad(MetadataType::kDate, R"("a":["2019"])"));
  CHECK(is_bad(MetadataType::kNumber, R"("a":"many")"));
  CHECK(is_bad(MetadataType::kNumber, R"("a":"inf")"));
  CHECK(is_bad(MetadataType::kNumber, R"("a":1e999)"));
  CHECK(is_bad(MetadataType::kCategory, R"("a":{"b":1})"));
  CHECK(is_bad(MetadataType::kText, R"("a":[])"));
  CHECK(is_bad(MetadataType::kList, R"("a":[[1]])"));
}

}  // namespace
}  // namespace lightlda
