#include "base/ordered_pipeline.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

namespace lightlda {
namespace {

using Pipeline = OrderedPipeline<int, int>;

// Produces 0 .. count - 1, then ends with `end`.
Pipeline::Produce UpTo(int count, Status end = {}) {
  return [count, end, next = 0](int* value) mutable -> Result<bool> {
    if (next == count && !end.ok()) return end;
    *value = next;
    return next++ < count;
  };
}

TEST_CASE("a pipeline keeps the order whatever its workers take", "[preprocess]") {
  for (const int workers : {1, 3, 8}) {
    std::vector<int> seen;
    const Status status = Pipeline().Run(
        workers, UpTo(200),
        [](int, int* in, int* out) {
          std::this_thread::sleep_for(std::chrono::microseconds(*in * 37 % 101));
          *out = *in * 2;
        },
        [&](int* out) {
          seen.push_back(*out);
          return Status();
        });
    REQUIRE(status.ok());
    REQUIRE(seen.size() == 200);
    for (int i = 0; i < 200; ++i) CHECK(seen[static_cast<std::size_t>(i)] == 2 * i);
  }
}

TEST_CASE("a pipeline bounds what is under way", "[preprocess]") {
  constexpr int kWorkers = 2;
  std::atomic<int> produced{0};
  int consumed = 0;
  int most = 0;
  const auto produce = [&](int* value) -> Result<bool> { return (*value = produced++) < 300; };
  const auto work = [](int, int* in, int* out) { *out = *in; };
  const auto consume = [&](int*) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    most = std::max(most, produced - consumed);
    ++consumed;
    return Status();
  };
  REQUIRE(Pipeline().Run(kWorkers, produce, work, consume).ok());
  CHECK(consumed == 300);
  CHECK(most <= kWorkers * 2 + 4);
}

TEST_CASE("an error of the producer comes after what was produced before it", "[preprocess]") {
  int consumed = 0;
  const Status status = Pipeline().Run(
      3, UpTo(50, Status::BadInput("end")), [](int, int* in, int* out) { *out = *in; },
      [&](int*) {
        ++consumed;
        return Status();
      });
  CHECK(status.message() == "end");
  CHECK(consumed == 50);
}

TEST_CASE("an error of the consumer ends the pipeline at once", "[preprocess]") {
  int consumed = 0;
  const Status status = Pipeline().Run(
      3, UpTo(100000), [](int, int* in, int* out) { *out = *in; },
      [&](int* out) {
        ++consumed;
        return *out == 7 ? Status::Failure("seven") : Status();
      });
  CHECK(status.message() == "seven");
  CHECK(consumed == 8);
}

}  // namespace
}  // namespace lightlda
