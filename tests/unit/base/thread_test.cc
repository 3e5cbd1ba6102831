// Threads that the system refuses: here it grants two.
#include "base/thread.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <utility>

#include "base/ordered_pipeline.h"
#include "base/thread_pool.h"
#include "thread_limit.h"

namespace lightlda::testing {
namespace {

// The body's result, or `expected` where threads cannot be limited.
int WithTwoThreads(int expected, const std::function<int()>& body) {
  const int result = RunWithThreads(2, body);
  return result == 100 ? expected : result;
}

TEST_CASE("a pool does all its tasks with the threads that it is granted", "[base]") {
  CHECK(WithTwoThreads(53, [] {
          ThreadPool pool(8);
          std::atomic<int> done{0};
          pool.ParallelFor(50, [&](std::size_t, int thread) { done += thread < 3 ? 1 : 0; });
          return done + pool.size();
        }) == 53);
}

TEST_CASE("a pool without other threads works with the calling one", "[base]") {
  CHECK(RunWithThreads(0, [] {
          ThreadPool pool(8);
          int done = 0;
          pool.ParallelFor(50, [&](std::size_t, int) { ++done; });
          return done + pool.size();
        }) == 51);
}

// The sum of 0 to 9 by a pipeline of 8 workers; 99 if it fails with an error that says why.
int SumInPipeline() {
  int sum = 0;
  OrderedPipeline<int, int> pipeline;
  const Status status = pipeline.Run(
      8,
      [next = 0](int* in) mutable -> Result<bool> {
        *in = next;
        return next++ < 10;
      },
      [](int, int* in, int* out) { *out = *in; },
      [&](int* out) {
        sum += *out;
        return Status();
      });
  if (status.ok()) return sum;
  return status.message().rfind("cannot start a thread: ", 0) == 0 ? 99 : 98;
}

TEST_CASE("a pipeline goes on with one worker, and ends with an error without", "[base]") {
  CHECK(WithTwoThreads(45, SumInPipeline) == 45);
  CHECK(RunWithThreads(0, SumInPipeline) == 99);
  const int with_one = RunWithThreads(1, SumInPipeline);
  // 45 if the producer was done, and its thread gone, before a worker was asked for.
  CHECK((with_one == 99 || with_one == 45 || with_one == 100));
}

TEST_CASE("threads that are refused are told of before they are needed", "[base]") {
  CHECK(WithTwoThreads(1, [] { return CheckThreads(2).ok() && !CheckThreads(3).ok() ? 1 : 0; }) ==
        1);
}

TEST_CASE("threads of the library take no signals of the program", "[base]") {
  std::thread thread;
  sigset_t blocked;
  REQUIRE(StartThread([&] { pthread_sigmask(SIG_SETMASK, nullptr, &blocked); }, &thread).ok());
  thread.join();
  CHECK(sigismember(&blocked, SIGTERM) == 1);
  CHECK(sigismember(&blocked, SIGSEGV) == 0);
}

}  // namespace
}  // namespace lightlda::testing
