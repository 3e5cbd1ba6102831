// The words of a report and their counts, cut and whole.
#include "page/encode_report.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace lightlda {
namespace {

Model SmallModel() {
  // Word 0: topics 0 and 3; word 1 has no tokens; word 2: topic 1 alone, 300 tokens.
  static const std::vector<std::uint64_t> begins = {0, 2, 2, 3};
  static const std::vector<TopicId> topics = {0, 3, 1};
  static const std::vector<std::uint32_t> counts = {1, 5, 300};
  ModelTables tables;
  tables.words = {"a", "unused", "</script>"};
  tables.word_topic = {begins, topics, counts};
  tables.alpha = {0.1, 0.1, 0.1, 0.1};
  auto model = Model::FromTables(tables);
  REQUIRE(model.ok());
  return std::move(model).value();
}

TEST_CASE("words without tokens are left out, and those with too few", "[encode_report]") {
  const Model model = SmallModel();
  const WordTotals words(model);
  CHECK(words.words == std::vector<WordId>{0, 2});
  CHECK(words.tokens == std::vector<Count>{6, 300});
  CHECK(words.From(6).words == std::vector<WordId>{0, 2});
  CHECK(words.From(7).words == std::vector<WordId>{2});
  CHECK(EncodeVocabulary(model, words) == R"(["a","</script>"])");
}

TEST_CASE("the table has sizes, gaps and counts", "[encode_report]") {
  const Model model = SmallModel();
  const WordTotals words(model);
  ReportCuts cuts;
  CHECK(EncodeTable(model, words, cuts) == std::string("\x02\x01\x00\x02\x01\x01\x05\xAC\x02", 9));
  CHECK(EncodeTotals(words, cuts).empty());
  cuts.min_count = 2;
  CHECK(EncodeTable(model, words, cuts) == std::string("\x01\x01\x03\x01\x05\xAC\x02", 7));
  CHECK(EncodeTotals(words, cuts) == std::string("\x06\xAC\x02", 3));
}

TEST_CASE("groups are tokens by topic and value, and of dates standard errors", "[encode_report]") {
  ReportGroups groups;
  groups.field.type = MetadataType::kCategory;
  groups.values = {"x", "y"};
  groups.shares.resize(2);
  groups.shares[0].topic = 0;
  groups.shares[0].value = 1;
  groups.shares[0].tokens = 7;
  groups.shares[0].standard_error = 0.000003;
  groups.shares[1].topic = 2;
  groups.shares[1].tokens = 9;
  CHECK(EncodeGroups(groups, 3) == std::string("\x00\x07\x00\x00\x09\x00", 6));
  groups.field.type = MetadataType::kDate;
  CHECK(EncodeGroups(groups, 3) ==
        std::string("\x00\x07\x00\x00\x09\x00\x00\x03\x00\x00\x00\x00", 12));
}

TEST_CASE("documents that no topic has any more are left out", "[encode_report]") {
  ReportTables tables;
  tables.documents.resize(3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    tables.documents[i].document = 10 + i;
    tables.documents[i].text = "one two three";
  }
  tables.representatives = {{{2, 0.5}, {0, 0.25}}, {{1, 1.0}}};
  ReportCuts cuts;
  cuts.documents = 1;
  cuts.text_bytes = 7;
  const std::string json = EncodeDocuments(tables, cuts);
  CHECK(json.find(R"("index":[11,12])") != std::string::npos);
  CHECK(json.find(R"("text":["one two","one two"])") != std::string::npos);
  CHECK(json.find(R"("cut":[1,1])") != std::string::npos);
  CHECK(json.find(R"("of_topic":[[1,5000],[0,10000]])") != std::string::npos);
}

}  // namespace
}  // namespace lightlda
