// Word-topic files with right checksums and wrong content.
#include "model/word_topic_file.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "table/row_codec.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::TempDir;
using Row = std::vector<TopicCount>;

constexpr std::string_view kMagic = "LLDAWTT\n";

// The sections of a file of two words and three topics: word 0 {1: 4}, word 1 {0: 1, 2: 2}.
struct Content {
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint8_t> rows;
  std::vector<Count> totals = {1, 4, 2};
  std::vector<Count> frequencies = {4, 3};
  Count num_tokens = 7;
  bool all_active = true;

  Content() {
    offsets = {0};
    for (const Row& row : {Row{{1, 4}}, Row{{0, 1}, {2, 2}}}) {
      const auto packed = EncodeRow(row, 3);
      rows.insert(rows.end(), packed.begin(), packed.end());
      offsets.push_back(rows.size());
    }
  }
};

Status OpenForged(const Content& content) {
  TempDir dir;
  const std::span<const std::byte> sections[] = {std::as_bytes(std::span(content.offsets)),
                                                 std::as_bytes(std::span(content.rows)),
                                                 std::as_bytes(std::span(content.totals))};
  const auto stamp = WriteSectionFile(dir.File("w.bin"), kMagic, 1, sections);
  REQUIRE(stamp.ok());
  const auto file =
      WordTopicFile::Open(dir.File("w.bin"), stamp.value(),
                          {2, 3, content.num_tokens, content.frequencies, content.all_active});
  if (file.ok()) return {};
  CHECK(file.status().code() == StatusCode::kBadInput);
  CHECK(file.status().message().find("w.bin") != std::string::npos);
  return file.status();
}

TEST_CASE("a word-topic file opens if rows, sums and frequencies agree", "[model]") {
  CHECK(OpenForged({}).ok());
}

TEST_CASE("a row that does not add up to its word's frequency is refused", "[model]") {
  Content content;
  content.frequencies = {5, 3};
  CHECK_FALSE(OpenForged(content).ok());
  content.all_active = false;  // some of the word's tokens have no topic yet
  CHECK(OpenForged(content).ok());
  content.frequencies = {3, 3};
  const Status status = OpenForged(content);
  REQUIRE_FALSE(status.ok());
  CHECK(status.message().find("row of word 0 adds up to 4 tokens, the word has 3") !=
        std::string::npos);
}

TEST_CASE("counts beyond 2^31 and totals beyond 2^32 are kept", "[model][large]") {
  constexpr std::uint32_t kMost = 0xFFFFFFFFu;
  Content content;
  content.offsets = {0};
  content.rows.clear();
  for (const Row& row : {Row{{1, kMost}}, Row{{1, kMost}, {2, 3'000'000'000u}}}) {
    const auto packed = EncodeRow(row, 3);
    content.rows.insert(content.rows.end(), packed.begin(), packed.end());
    content.offsets.push_back(content.rows.size());
  }
  content.totals = {0, 2 * Count{kMost}, 3'000'000'000};
  content.frequencies = {kMost, kMost + Count{3'000'000'000}};
  content.num_tokens = 2 * Count{kMost} + 3'000'000'000;
  CHECK(OpenForged(content).ok());
  content.totals[1] &= 0xFFFFFFFF;  // what 32 bits would make of it
  CHECK_FALSE(OpenForged(content).ok());
}

TEST_CASE("topic totals that are not those of the rows are refused", "[model]") {
  for (const std::vector<Count>& totals :
       {std::vector<Count>{2, 4, 1}, {1, 4}, {1, 4, 2, 0}, {1, 4, -2}}) {
    Content content;
    content.totals = totals;
    CHECK_FALSE(OpenForged(content).ok());
  }
  Content content;
  content.num_tokens = 8;
  CHECK_FALSE(OpenForged(content).ok());
}

TEST_CASE("offsets that leave the rows or their order are refused", "[model]") {
  const Content good;
  const std::uint64_t end = good.offsets.back();
  for (const std::vector<std::uint64_t>& offsets : {std::vector<std::uint64_t>{0, end},
                                                    {0, end + 1, end},
                                                    {0, ~std::uint64_t{0}, end},
                                                    {1, 2, end},
                                                    {0, good.offsets[1], end + 1},
                                                    {0, good.offsets[1], end - 1}}) {
    Content content;
    content.offsets = offsets;
    CHECK_FALSE(OpenForged(content).ok());
  }
}

TEST_CASE("bytes that are no row are refused, each byte of them", "[model]") {
  const Content good;
  for (std::size_t at = 0; at < good.rows.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Content content;
      content.rows[at] = static_cast<std::uint8_t>(content.rows[at] ^ (1 << bit));
      INFO("byte " << at << " bit " << bit);
      CHECK_FALSE(OpenForged(content).ok());
    }
  }
}

}  // namespace
}  // namespace lightlda
