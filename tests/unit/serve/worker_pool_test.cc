#include "serve/worker_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <numeric>
#include <vector>

namespace lightlda::serve {
namespace {

TEST_CASE("all jobs of the queue are done, also those at the end", "[serve]") {
  std::atomic<int> done{0};
  {
    WorkerPool pool(3, 1000);
    for (int i = 0; i < 1000; ++i) REQUIRE(pool.TrySubmit([&] { ++done; }));
  }
  CHECK(done == 1000);
}

TEST_CASE("a full queue takes no job", "[serve]") {
  std::promise<void> begun, go_on;
  std::atomic<int> done{0};
  WorkerPool pool(1, 2);
  REQUIRE(pool.TrySubmit([&] {
    begun.set_value();
    go_on.get_future().wait();
  }));
  begun.get_future().wait();
  CHECK(pool.TrySubmit([&] { ++done; }));
  CHECK(pool.TrySubmit([&] { ++done; }));
  CHECK(pool.queue_depth() == 2);
  CHECK_FALSE(pool.TrySubmit([&] { done += 100; }));
  go_on.set_value();
  pool.Stop();
  CHECK(done == 2);
  CHECK_FALSE(pool.TrySubmit([&] { ++done; }));
}

TEST_CASE("a loop does each index once, whoever helps", "[serve]") {
  std::vector<std::promise<int>> sums(20);
  WorkerPool pool(4, 100);
  for (auto& sum : sums) {
    REQUIRE(pool.TrySubmit([&] {
      std::vector<int> times(500, 0);
      pool.ParallelFor(times.size(), [&](std::size_t i) { ++times[i]; });
      sum.set_value(std::accumulate(times.begin(), times.end(), 0));
    }));
  }
  for (auto& sum : sums) CHECK(sum.get_future().get() == 500);
}

TEST_CASE("a loop needs no other thread", "[serve]") {
  std::promise<std::size_t> last;
  WorkerPool pool(1, 1);
  REQUIRE(pool.TrySubmit([&] {
    std::size_t sum = 0;
    pool.ParallelFor(10, [&](std::size_t i) { sum += i; });
    pool.ParallelFor(0, [&](std::size_t) { sum = 0; });
    last.set_value(sum);
  }));
  CHECK(last.get_future().get() == 45);
}

}  // namespace
}  // namespace lightlda::serve
