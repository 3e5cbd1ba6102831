// What passes push and pull, in which order.
#include "sampler/slice_exchange.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;

constexpr std::uint32_t kSlices = 4;

// Writes down what is asked of it. The process begins with slice 1.
class Log final : public TableClient {
 public:
  explicit Log(std::uint32_t ahead) : ahead_(ahead) {}

  WordSlices slices() const override { return {begins_, 1}; }
  Status BeginPass(ExchangeMode mode) override {
    return Add(mode == ExchangeMode::kTwice ? "twice" : "once");
  }
  Status BeginPush(std::uint32_t slice, ExchangePhase phase) override {
    return Add("push" + Name(slice, phase));
  }
  Status AddRows(const RowChanges&) override { return Add("rows"); }
  Status EndPush() override { return Add("end"); }
  Status PushTotals(ExchangePhase, std::span<const Count> deltas) override {
    pushed_.assign(deltas.begin(), deltas.end());
    return {};
  }
  Status Pull(std::uint32_t slice, ExchangePhase phase) override {
    return Add("pull" + Name(slice, phase));
  }
  Result<std::unique_ptr<const PulledRows>> WaitRows(std::uint32_t slice) override {
    Must(Add("wait " + std::to_string(slice)));
    return std::unique_ptr<const PulledRows>(std::make_unique<NoRows>());
  }
  Status PullTotals(ExchangePhase) override { return {}; }
  Result<std::vector<Count>> WaitTotals() override { return totals_; }
  Result<std::unique_ptr<const PulledRows>> Inspect(std::uint32_t) override {
    return Status::Failure("not here");
  }
  Result<std::vector<Count>> InspectTotals() override { return totals_; }
  std::uint32_t slices_ahead(ExchangeMode) const override { return ahead_; }

  std::vector<std::string> Take() { return std::exchange(events_, {}); }
  void set_totals(std::vector<Count> totals) { totals_ = std::move(totals); }
  const std::vector<Count>& pushed() const { return pushed_; }

 private:
  struct NoRows final : PulledRows {
    Status Get(WordId, std::vector<TopicCount>*) const override { return {}; }
  };
  static std::string Name(std::uint32_t slice, ExchangePhase phase) {
    return (phase == ExchangePhase::kFirst ? " " : "' ") + std::to_string(slice);
  }
  Status Add(std::string event) {
    events_.push_back(std::move(event));
    return {};
  }

  std::uint32_t ahead_;
  std::vector<WordId> begins_ = {0, 10, 20, 30, 40};
  std::vector<std::string> events_;
  std::vector<Count> totals_, pushed_;
};

void Sweep(SliceExchange* exchange, const SweepExchange& sweep) {
  for (std::uint32_t position = 0; position < kSlices; ++position) {
    Must(exchange->Begin((1 + position) % kSlices, sweep));
    CHECK((exchange->rows() != nullptr) == sweep.pull.has_value());
    Must(exchange->End(sweep));
  }
}

using Events = std::vector<std::string>;
constexpr ExchangePhase kFirst = ExchangePhase::kFirst;
constexpr ExchangePhase kSecond = ExchangePhase::kSecond;

TEST_CASE("a sweep has its next slices on the way, each pulled once", "[sampler]") {
  Log table(2);
  SliceExchange exchange(&table, 3);
  Must(exchange.BeginPass(ExchangeMode::kOnce));
  Must(exchange.PullAhead(kFirst));
  CHECK(table.Take() == Events{"once", "pull 1", "pull 2"});
  Sweep(&exchange, {kFirst, kFirst, {}});
  CHECK(table.Take() == Events{"pull 3", "wait 1", "push 1", "end", "pull 0", "wait 2", "push 2",
                               "end", "wait 3", "push 3", "end", "wait 0", "push 0", "end"});
}

TEST_CASE("of a pass that exchanges twice the second sweep's slices come when they are pushed",
          "[sampler]") {
  Log table(2);
  SliceExchange exchange(&table, 3);
  Must(exchange.BeginPass(ExchangeMode::kTwice));
  Sweep(&exchange, {{}, kFirst, {}});
  CHECK(table.Take() ==
        Events{"twice", "push 1", "end", "push 2", "end", "push 3", "end", "push 0", "end"});
  Must(exchange.PullAhead(kFirst));
  Sweep(&exchange, {kFirst, kSecond, kSecond});
  CHECK(table.Take() == Events{"pull 1", "pull 2", "pull 3", "wait 1", "push' 1", "end", "pull' 1",
                               "pull 0", "wait 2", "push' 2", "end", "pull' 2", "wait 3", "push' 3",
                               "end", "wait 0", "push' 0", "end"});
  Sweep(&exchange, {kSecond, {}, {}});
  CHECK(table.Take() == Events{"pull' 3", "wait 1", "pull' 0", "wait 2", "wait 3", "wait 0"});
}

TEST_CASE("no more slices are pulled than there are", "[sampler]") {
  Log table(kSlices);
  SliceExchange exchange(&table, 3);
  for (int pass = 0; pass < 2; ++pass) {
    Must(exchange.BeginPass(ExchangeMode::kOnce));
    Must(exchange.PullAhead(kFirst));
    CHECK(table.Take() == Events{"once", "pull 1", "pull 2", "pull 3", "pull 0"});
    Sweep(&exchange, {kFirst, {}, {}});
    CHECK(table.Take() == Events{"wait 1", "wait 2", "wait 3", "wait 0"});
  }
}

TEST_CASE("totals are pushed as differences to what was seen last", "[sampler]") {
  Log table(1);
  SliceExchange exchange(&table, 3);
  Must(exchange.PushTotals(kFirst, std::vector<Count>{5, 0, 1}));
  CHECK(table.pushed() == std::vector<Count>{5, 0, 1});
  Must(exchange.PushTotals(kFirst, std::vector<Count>{4, 2, 1}));
  CHECK(table.pushed() == std::vector<Count>{-1, 2, 0});
  table.set_totals({10, 20, 30});  // with others' tokens
  std::vector<Count> totals;
  Must(exchange.WaitTotals(&totals));
  CHECK(totals == std::vector<Count>{10, 20, 30});
  Must(exchange.PushTotals(kSecond, std::vector<Count>{9, 21, 30}));
  CHECK(table.pushed() == std::vector<Count>{-1, 1, 0});
}

}  // namespace
}  // namespace lightlda
