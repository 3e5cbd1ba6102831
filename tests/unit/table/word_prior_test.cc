// Tokens that are in no document: what is added, what is frozen, where tokens begin.
#include "table/word_prior.h"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "table/row_codec.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using Row = std::vector<TopicCount>;
using Counts = std::map<TopicId, std::uint32_t>;

constexpr std::uint32_t kTopics = 5;

Counts AsCounts(const Row& row) {
  Counts counts;
  for (const TopicCount& entry : row) {
    CHECK((counts.empty() || counts.rbegin()->first < entry.topic));
    CHECK(entry.count > 0);
    counts[entry.topic] = entry.count;
  }
  return counts;
}

WordPrior SomePrior(bool has_start_rows = false) {
  WordPrior prior(3, kTopics, has_start_rows);
  prior.SetRow(0, Row{{0, 4}, {2, 7}}, Row{{0, 40}, {2, 70}});
  prior.SetRow(2, Row{{2, 1}}, Row{{2, 10}});
  return prior;
}

TEST_CASE("A row of a model is that of documents and that of the prior", "[word_prior]") {
  WordPrior prior = SomePrior();
  CHECK(prior.num_tokens() == 12);
  CHECK(std::vector<Count>(prior.totals().begin(), prior.totals().end()) ==
        std::vector<Count>{4, 0, 8, 0, 0});
  Row row = {{1, 2}, {2, 3}, {4, 9}};
  prior.ToModelRow(0, &row);
  CHECK(AsCounts(row) == Counts{{0, 4}, {1, 2}, {2, 10}, {4, 9}});
  row = {{3, 5}};
  prior.ToModelRow(1, &row);
  CHECK(AsCounts(row) == Counts{{3, 5}});
  row.clear();
  prior.ToModelRow(2, &row);
  CHECK(AsCounts(row) == Counts{{2, 1}});
  CHECK(prior.ModelTotals(std::vector<Count>{1, 2, 3, 4, 5}) == std::vector<Count>{5, 2, 11, 4, 5});
}

TEST_CASE("A frozen topic has the tokens of the prior alone", "[word_prior]") {
  WordPrior prior = SomePrior();
  prior.Freeze(2);
  prior.Freeze(1);
  CHECK(prior.is_frozen(2));
  CHECK_FALSE(prior.is_frozen(0));
  Row row = {{0, 1}, {1, 2}, {2, 3}, {4, 9}};
  prior.ToModelRow(0, &row);
  CHECK(AsCounts(row) == Counts{{0, 5}, {2, 7}, {4, 9}});
  CHECK(prior.ModelTotals(std::vector<Count>{1, 2, 3, 4, 5}) == std::vector<Count>{5, 0, 8, 4, 5});
}

TEST_CASE("Rows of documents become rows of the model, all of them", "[word_prior]") {
  const WordPrior prior = SomePrior();
  WordTopicTable of_documents(3, kTopics);
  of_documents.SetRow(0, Row{{1, 300}});
  of_documents.SetRow(1, Row{{4, 1}});
  std::vector<Counts> rows;
  Must(prior.ModelRows(of_documents.rows())([&](WordId word, std::span<const std::uint8_t> packed) {
    CHECK(word == rows.size());
    Row row;
    REQUIRE(DecodeRow(packed, kTopics, &row));
    rows.push_back(AsCounts(row));
  }));
  CHECK(rows == std::vector<Counts>{{{0, 4}, {1, 300}, {2, 7}}, {{4, 1}}, {{2, 1}}});
}

TEST_CASE("Tokens begin with the rows for it; new topics have the old ones' mean", "[word_prior]") {
  Row row;
  SomePrior().GetStartRow(0, &row);
  CHECK(AsCounts(row) == Counts{{0, 4}, {2, 7}});
  WordPrior prior = SomePrior(/*has_start_rows=*/true);
  prior.GetStartRow(0, &row);
  CHECK(AsCounts(row) == Counts{{0, 40}, {2, 70}});
  prior.SetFirstNewTopic(3);
  prior.GetStartRow(0, &row);
  CHECK(AsCounts(row) == Counts{{0, 40}, {2, 70}, {3, 36}, {4, 36}});
  prior.GetStartRow(1, &row);
  CHECK(row.empty());
  prior.GetRow(0, &row);
  CHECK(AsCounts(row) == Counts{{0, 4}, {2, 7}});
}

TEST_CASE("The hash is one of all that decides a result", "[word_prior]") {
  const std::uint64_t hash = SomePrior().Hash();
  CHECK(SomePrior().Hash() == hash);
  WordPrior other = SomePrior();
  other.Freeze(0);
  CHECK(other.Hash() != hash);
  other = SomePrior();
  other.SetFirstNewTopic(4);
  CHECK(other.Hash() != hash);
  other = SomePrior();
  other.SetRow(1, Row{{3, 1}}, {});
  CHECK(other.Hash() != hash);
  CHECK(SomePrior(/*has_start_rows=*/true).Hash() != hash);
}

}  // namespace
}  // namespace lightlda
