#include "lightlda/signals.h"

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstddef>

#include "lightlda/stop.h"

namespace lightlda {
namespace {

TEST_CASE("copies of a token share its request, other tokens do not", "[stop]") {
  const StopToken token;
  const StopToken copy = token;
  const StopToken other;
  CHECK_FALSE(copy.stop_requested());
  CHECK(token.RequestStop());
  CHECK(copy.stop_requested());
  CHECK_FALSE(copy.RequestStop());  // not the first
  CHECK_FALSE(other.stop_requested());
}

TEST_CASE("a signal requests a stop of the process's token alone", "[stop]") {
  constexpr std::array kSignals = {SIGINT, SIGTERM, SIGUSR1, SIGXFSZ, SIGPIPE};
  std::array<struct sigaction, kSignals.size()> before;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], nullptr, &before[i]);
  const StopToken token = InstallInterruptHandlers();
  const StopToken own;
  const bool early = token.stop_requested();
  std::raise(SIGUSR1);
  const StopToken again = InstallInterruptHandlers();
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
  CHECK_FALSE(early);
  CHECK(token.stop_requested());
  CHECK(again.stop_requested());
  CHECK_FALSE(own.stop_requested());
}

}  // namespace
}  // namespace lightlda
