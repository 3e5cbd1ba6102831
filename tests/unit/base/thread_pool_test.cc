#include "base/thread_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
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

TEST_CASE("the caller's thread feels the pulse between tasks and while it waits", "[base]") {
  ThreadPool pool(2);
  std::atomic<int> pulses{0};
  const std::thread::id caller = std::this_thread::get_id();
  pool.set_pulse([&] {
    CHECK(std::this_thread::get_id() == caller);
    ++pulses;
  });
  const std::uint64_t before = pool.num_tasks_done();
  pool.ParallelFor(2, [&](std::size_t, int thread) {
    // The other thread ends only when the caller, done with its own task, feels another pulse.
    while (thread == 1 && pulses < 2) std::this_thread::yield();
  });
  CHECK(pulses >= 1);
  CHECK(pool.num_tasks_done() - before == 2);
  pool.set_pulse(nullptr);
  const int felt = pulses;
  pool.ParallelFor(10, [](std::size_t, int) {});
  CHECK(pulses == felt);
}

TEST_CASE("what the pulse throws ends the loop, and the pool goes on", "[base]") {
  for (const int num_threads : {1, 2}) {
    ThreadPool pool(num_threads);
    for (const int when : {1, 3}) {
      int pulses = 0;
      std::atomic<int> begun{0};
      std::atomic<bool> thrown{false};
      pool.set_pulse([&] {
        if (++pulses < when) return;
        thrown = true;
        throw std::bad_alloc();
      });
      // The other thread stays in its first task until then, and is slow with more.
      const auto body = [&](std::size_t, int thread) {
        ++begun;
        while (thread == 1 && !thrown) std::this_thread::yield();
        if (thread == 1) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      };
      CHECK_THROWS_AS(pool.ParallelFor(300, body), std::bad_alloc);
      CHECK(pulses == when);
      CHECK(begun < 300);  // nobody has taken over what was left
    }
    pool.set_pulse(nullptr);
    std::atomic<int> done{0};
    pool.ParallelFor(100, [&](std::size_t, int) { ++done; });
    CHECK(done == 100);
  }
}

TEST_CASE("a thread count of 0 means the cores one may use", "[base]") {
  CHECK(ResolveThreadCount(3) == 3);
  CHECK(ResolveThreadCount(0) >= 1);
}

}  // namespace
}  // namespace lightlda
