// The pool: no buffer twice, none lost, and never one more.
#include "net/buffer_pool.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

namespace lightlda {
namespace {

TEST_CASE("an arena gives out each buffer once and again when its last payload has gone", "[net]") {
  Payload kept;
  {
    BufferPool pool(2, 100);
    Buffer first = pool.TryAcquire();
    Buffer second = pool.TryAcquire();
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first.bytes().data() != second.bytes().data());
    CHECK_FALSE(pool.TryAcquire());
    const std::uint8_t* const place = second.bytes().data();
    second.bytes()[0] = 9;
    kept = std::move(second).Seal(1);
    const Payload copy = kept;
    kept = {};
    CHECK_FALSE(pool.TryAcquire());
    kept = copy;
    first = {};
    Buffer again = pool.TryAcquire();
    REQUIRE(again);
    CHECK(again.bytes().data() != place);
    CHECK(pool.num_free() == 0);
  }
  CHECK(kept.bytes[0] == 9);  // outlives the pool
}

TEST_CASE("the buffer that came back last is given out first, so few are ever touched", "[net]") {
  BufferPool pool(100, 64);
  std::set<const std::uint8_t*> places;
  for (int i = 0; i < 50; ++i) {
    const Buffer one = pool.TryAcquire();
    const Buffer other = pool.TryAcquire();
    places.insert({one.bytes().data(), other.bytes().data()});
  }
  CHECK(places.size() == 2);
  CHECK(pool.num_free() == 100);
  CHECK(pool.num_buffers() == 100);
  CHECK(pool.buffer_bytes() == 64);
}

TEST_CASE("buffers of a pool lie side by side in one reservation", "[net]") {
  BufferPool pool(10, 100);
  std::vector<Buffer> buffers;
  std::set<const std::uint8_t*> places;
  while (Buffer buffer = pool.TryAcquire()) {
    places.insert(buffer.bytes().data());
    buffers.push_back(std::move(buffer));
  }
  REQUIRE(places.size() == 10);
  CHECK(*places.rbegin() - *places.begin() == 900);
}

TEST_CASE("buffers may come back on any thread", "[net]") {
  BufferPool pool(8, 16);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool] {
      for (int i = 0; i < 2000; ++i) {
        Buffer buffer = pool.TryAcquire();
        Buffer other = pool.TryAcquire();
        const Payload payload = std::move(buffer).Seal(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(pool.num_free() == 8);
}

}  // namespace
}  // namespace lightlda
