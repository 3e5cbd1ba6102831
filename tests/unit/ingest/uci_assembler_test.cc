#include "ingest/uci_assembler.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lightlda {
namespace {

using Bag = std::vector<BagEntry>;
using Bags = std::vector<std::pair<std::string, Bag>>;

// A file of 4 documents, 9 words and so many entries.
std::shared_ptr<const InputInfo> Input(std::uint64_t num_entries, const std::string& prefix = "") {
  auto input = std::make_shared<InputInfo>();
  input->name = "docword.txt";
  input->name_prefix = prefix;
  input->uci = {4, 9, num_entries};
  return input;
}

// Entries {document, word, count} from line `line` on, all from 0.
ParsedChunk Chunk(const std::shared_ptr<const InputInfo>& input, std::uint64_t line, bool last,
                  const std::vector<std::vector<std::uint32_t>>& entries) {
  ParsedChunk chunk;
  chunk.input = input;
  chunk.last = last;
  for (const auto& entry : entries) {
    chunk.uci_entries.push_back({entry[0], line++, {entry[1], entry[2]}});
  }
  chunk.num_uci_lines = static_cast<Count>(entries.size());
  return chunk;
}

// The documents that came out, and bad lines.
struct Fixture {
  explicit Fixture(OnBadLine on_bad_line, std::size_t given_words = 0)
      : assembler(
            on_bad_line, given_words,
            [this](std::string_view name, std::span<const BagEntry> entries) {
              bags.emplace_back(name, Bag(entries.begin(), entries.end()));
              return sink_status;
            },
            &skipped) {}
  Bags bags;
  ReasonCounts skipped;
  Status sink_status;
  UciAssembler assembler;
};

TEST_CASE("a document's entries come together across chunks, sorted by word", "[ingest]") {
  Fixture fixture(OnBadLine::kFail);
  const auto input = Input(5);
  REQUIRE(fixture.assembler.Add(Chunk(input, 4, false, {{0, 3, 1}, {2, 8, 2}})).ok());
  CHECK(fixture.bags.size() == 2);  // the third may go on
  REQUIRE(fixture.assembler.Add(Chunk(input, 6, false, {{2, 1, 7}})).ok());
  CHECK(fixture.bags.size() == 2);
  REQUIRE(fixture.assembler.Add(Chunk(input, 7, true, {{2, 4, 1}, {2, 0, 5}})).ok());
  CHECK(fixture.bags ==
        Bags{{"1", {{3, 1}}}, {"2", {}}, {"3", {{0, 5}, {1, 7}, {4, 1}, {8, 2}}}, {"4", {}}});
  CHECK(fixture.skipped.empty());
}

TEST_CASE("the next file begins with its first document", "[ingest]") {
  Fixture fixture(OnBadLine::kFail);
  REQUIRE(fixture.assembler.Add(Chunk(Input(1, "a:"), 4, true, {{3, 0, 1}})).ok());
  REQUIRE(fixture.assembler.Add(Chunk(Input(1, "b:"), 4, true, {{0, 2, 3}})).ok());
  REQUIRE(fixture.bags.size() == 8);
  CHECK(fixture.bags[3] == std::pair<std::string, Bag>{"a:4", {{0, 1}}});
  CHECK(fixture.bags[4] == std::pair<std::string, Bag>{"b:1", {{2, 3}}});
}

TEST_CASE("what is wrong across lines fails with the line", "[ingest]") {
  const auto message = [](std::uint64_t num_entries, std::size_t given_words,
                          const std::vector<std::vector<std::uint32_t>>& entries) {
    Fixture fixture(OnBadLine::kFail, given_words);
    const Status status = fixture.assembler.Add(Chunk(Input(num_entries), 4, true, entries));
    CHECK(status.code() == StatusCode::kBadInput);
    return status.message();
  };
  CHECK(message(2, 0, {{1, 0, 1}, {0, 0, 1}}).starts_with("docword.txt:5: document id 1 after 2"));
  CHECK(message(3, 0, {{1, 6, 1}, {1, 2, 1}, {1, 6, 2}}) ==
        "docword.txt:6: word id 7 occurs twice in document 2");
  CHECK(message(1, 0, {{0, 0, 1}, {1, 0, 1}}).starts_with("docword.txt:5: expected the end"));
  CHECK(message(3, 0, {{0, 0, 1}}) == "docword.txt: the header says 3 entries, found 1");
  CHECK(message(1, 8, {{0, 0, 1}}).starts_with("docword.txt:2: the header says 9 words"));
}

TEST_CASE("bad lines are counted and left out where that is asked for", "[ingest]") {
  Fixture fixture(OnBadLine::kSkip);
  REQUIRE(
      fixture.assembler
          .Add(Chunk(Input(5), 4, true, {{1, 6, 1}, {0, 5, 1}, {1, 2, 1}, {1, 6, 2}, {3, 3, 3}}))
          .ok());
  CHECK(fixture.bags == Bags{{"1", {}}, {"2", {{2, 1}, {6, 1}}}, {"3", {}}, {"4", {{3, 3}}}});
  CHECK(fixture.skipped == ReasonCounts{{"document out of order", 1}, {"duplicate word id", 1}});
}

TEST_CASE("errors of the chunk and of the sink are passed on", "[ingest]") {
  Fixture fixture(OnBadLine::kFail);
  ParsedChunk chunk = Chunk(Input(2), 4, true, {{1, 0, 1}});
  chunk.error = Status::BadInput("docword.txt:5: no number");
  CHECK(fixture.assembler.Add(chunk).message() == "docword.txt:5: no number");
  CHECK(fixture.bags == Bags{{"1", {}}});  // what is before the error has come out
  Fixture full(OnBadLine::kFail);
  full.sink_status = Status::CannotWrite("disk full");
  CHECK(full.assembler.Add(Chunk(Input(1), 4, true, {{0, 0, 1}})).code() ==
        StatusCode::kCannotWrite);
}

}  // namespace
}  // namespace lightlda
