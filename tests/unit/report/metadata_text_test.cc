// Metadata as text, of every type.
#include "report/metadata_text.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using Strings = std::vector<std::string>;

MetadataSchema Schema() {
  MetadataSchema schema;
  schema.fields = {
      {"when", MetadataType::kDate, "when"},       {"section", MetadataType::kCategory, "section"},
      {"score", MetadataType::kNumber, "score"},   {"title", MetadataType::kText, "title"},
      {"authors", MetadataType::kList, "authors"}, {"until", MetadataType::kDate, "until"}};
  return schema;
}

TEST_CASE("metadata as text: what there is, and nothing for what is missing", "[metadata]") {
  testing::TempDir dir;
  CorpusDocument full = {"a", {0}, {}};
  full.metadata.values = {MetadataDate{31, DatePrecision::kMonth},
                          std::string("b;c"),
                          -0.5,
                          std::string("two\nlines"),
                          Strings{"Ann", "Bo"},
                          MetadataValue()};
  const CorpusDocument empty = {"b", {0}, {}};
  REQUIRE(WriteCorpus(dir.File("c"), {"word"}, {full, empty}, 1, 0, Schema()).ok());
  const auto corpus = Corpus::Open(dir.File("c"));
  REQUIRE(corpus.ok());
  const auto text = MetadataText::Create(corpus.value());
  REQUIRE(text.ok());
  CHECK(text.value().title() == 3);
  CHECK(text.value().date() == 0);
  CHECK(text.value().Find("authors").value() == 4);
  CHECK(text.value().Find("author").status().message() ==
        "the documents have no field 'author'; expected one of: when, section, score, title, "
        "authors, until");
  const auto metadata = corpus.value().ReadMetadata(0);
  REQUIRE(metadata.ok());
  auto block = corpus.value().OpenBlock(0);
  REQUIRE(block.ok());
  for (std::uint32_t row = 0; row < 2; ++row) {
    Strings shown;
    for (std::size_t f = 0; f < 6; ++f) {
      shown.push_back(text.value().Text(metadata.value(), f, row));
    }
    CHECK(shown == ((*block)->document_index[row] == 0
                        ? Strings{"1970-02", "b;c", "-0.5", "two\nlines", "Ann;Bo", ""}
                        : Strings(6)));
  }
}

TEST_CASE("numbers are as short as they can be read back", "[metadata]") {
  CHECK(NumberText(0.1) == "0.1");
  CHECK(NumberText(-3) == "-3");
  CHECK(NumberText(1.0 / 3) == "0.3333333333333333");
}

}  // namespace
}  // namespace lightlda
