#include "base/status_code.h"

#include <array>
#include <catch2/catch.hpp>
#include <new>
#include <utility>

#include "base/out_of_memory.h"

namespace lightlda {
namespace {

TEST_CASE("every code has its exit code, and its number leads back to it", "[base]") {
  constexpr std::array<std::pair<StatusCode, int>, 9> kExitCodes = {{{StatusCode::kOk, 0},
                                                                     {StatusCode::kFailure, 1},
                                                                     {StatusCode::kUsage, 64},
                                                                     {StatusCode::kBadInput, 65},
                                                                     {StatusCode::kCannotWrite, 73},
                                                                     {StatusCode::kStopped, 75},
                                                                     {StatusCode::kCancelled, 1},
                                                                     {StatusCode::kOutOfMemory, 1},
                                                                     {StatusCode::kPeerLost, 1}}};
  for (const auto& [code, exit_code] : kExitCodes) {
    CAPTURE(NumberOf(code));
    CHECK(Status(code, "").exit_code() == exit_code);
    CHECK(CodeOfNumber(NumberOf(code)) == code);
  }
  CHECK_FALSE(CodeOfNumber(-1));
  CHECK_FALSE(CodeOfNumber(9));
  CHECK_FALSE(CodeOfNumber(65));
}

TEST_CASE("running out of memory is a status, other outcomes stay", "[base]") {
  const auto out = [](bool throws) -> Result<int> {
    if (throws) throw std::bad_alloc();
    return 7;
  };
  CHECK(CatchBadAlloc([&] { return out(true); }).status().code() == StatusCode::kOutOfMemory);
  CHECK(CatchBadAlloc([&] { return out(false); }).value() == 7);
  CHECK(CatchBadAlloc([] { return Status::Usage("x"); }).code() == StatusCode::kUsage);
}

}  // namespace
}  // namespace lightlda
