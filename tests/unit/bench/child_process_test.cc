#include "bench/child_process.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lightlda::bench {
namespace {

using Json = nlohmann::ordered_json;

TEST_CASE("a child's value and status reach the parent", "[bench]") {
  const std::string large(300'000, 'x');  // more than a pipe holds
  const auto good = RunInChild([&]() -> Result<Json> {
    Json value;
    value["text"] = large;
    return value;
  });
  REQUIRE(good.ok());
  CHECK(good.value().value->at("text").get<std::string>() == large);
  const auto bad = RunInChild([]() -> Result<Json> { return Status::BadInput("file: broken"); });
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.status().code() == StatusCode::kBadInput);
  CHECK(bad.status().message() == "file: broken");
}

TEST_CASE("a child that dies is an error that names the signal", "[bench]") {
  const auto killed = RunInChild([]() -> Result<Json> {
    std::raise(SIGKILL);
    return Json();
  });
  REQUIRE_FALSE(killed.ok());
  CHECK(killed.status().code() == StatusCode::kFailure);
  CHECK(killed.status().message() == "the run was killed by signal 9");
}

TEST_CASE("each child's peak memory is its own", "[bench]") {
  const auto touch = [](std::size_t bytes) {
    return RunInChild([bytes]() -> Result<Json> {
      std::vector<std::uint8_t> memory(bytes, 1);
      return Json(memory[bytes / 2]);
    });
  };
  const auto before = touch(1);
  const auto large = touch(std::size_t{100} << 20);
  const auto after = touch(1);
  REQUIRE((before.ok() && large.ok() && after.ok()));
  CHECK(large.value().peak_bytes >= before.value().peak_bytes + (std::uint64_t{90} << 20));
  CHECK(after.value().peak_bytes < before.value().peak_bytes + (std::uint64_t{50} << 20));
}

}  // namespace
}  // namespace lightlda::bench
