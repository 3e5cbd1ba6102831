#include "base/thread_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <new>
#include <thread>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("a parallel loop does every task once, on threads of the pool", "[base]") {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    REQUIRE(pool.size() == threads);
    for (const std::size_t tasks : {0u, 1u, 3u, 1000u}) {  // several loops on one pool
      std::vector<std::atomic<int>> done(tasks);
      std::atomic<bool> in_range{true};
      pool.ParallelFor(tasks, [&](std::size_t task, int thread) {
        ++done[task];
        if (thread < 0 || thread >= threads) in_range = false;
      });
      CHECK(in_range);
      for (const auto& count : done) CHECK(count == 1);
    }
    std::vector<std::atomic<int>> ran(static_cast<std::size_t>(threads));
    pool.RunOnAll([&](int thread) { ++ran[static_cast<std::size_t>(thread)]; });
    for (const auto& count : ran) CHECK(count == 1);
  }
}

TEST_CASE("a thread that is done takes over tasks of one that is not", "[base]") {
  ThreadPool pool(2);
  // Task 0 ends only when all others have been done, half of which were its own thread's.
  std::atomic<int> others{0};
  pool.ParallelFor(100, [&](std::size_t task, int) {
    if (task > 0) {
      ++others;
      return;
    }
    while (others < 99) std::this_thread::yield();
  });
  CHECK(others == 99);
}

TEST_CASE("what a task throws reaches the caller, and the pool goes on", "[base]") {
  ThreadPool pool(3);
  for (const std::size_t bad : {0u, 57u, 99u}) {
    CHECK_THROWS_AS(pool.ParallelFor(100,
                                     [&](std::size_t task, int) {
                                       if (task == bad) throw std::bad_alloc();
                                     }),
                    std::bad_alloc);
  }
  std::atomic<int> done{0};
  pool.ParallelFor(100, [&](std::size_t, int) { ++done; });
  CHECK(done == 100);
}

TEST_CASE("a thread count of 0 means the cores one may use", "[base]") {
  CHECK(ResolveThreadCount(3) == 3);
  CHECK(ResolveThreadCount(0) >= 1);
}

}  // namespace
}  // namespace lightlda
