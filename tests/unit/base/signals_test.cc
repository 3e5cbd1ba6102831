#include "lightlda/signals.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstddef>
#include <string>

#include "lightlda/stop.h"

namespace lightlda {
namespace {

// Leaves the signals of the tests' process as they were.
class SignalsKept {
 public:
  SignalsKept() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], nullptr, &before_[i]);
  }
  ~SignalsKept() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }

 private:
  static constexpr std::array kSignals = {SIGINT,  SIGTERM, SIGHUP,  SIGUSR1,
                                          SIGUSR2, SIGXCPU, SIGXFSZ, SIGPIPE};
  std::array<struct sigaction, kSignals.size()> before_;
};

// What is written to stderr in call().
template <typename Call>
std::string Written(Call&& call) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  call();
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  ::close(ends[1]);
  std::string text(1000, '\0');
  const ssize_t got = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

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

TEST_CASE("who listens again hears the next request, and the first is not forgotten", "[stop]") {
  const StopToken token;
  token.RequestStop();
  token.ListenAgain();
  CHECK(token.stop_requested());
  CHECK_FALSE(token.stop_requested_again());
  CHECK(token.RequestStop());
  CHECK(token.stop_requested_again());
  CHECK_FALSE(token.RequestStop());
}

TEST_CASE("a request for a checkpoint is taken once", "[stop]") {
  const StopToken token;
  CHECK_FALSE(token.TakeSaveRequest());
  token.RequestSave();
  token.RequestSave();
  CHECK_FALSE(token.stop_requested());
  CHECK(StopToken(token).TakeSaveRequest());
  CHECK_FALSE(token.TakeSaveRequest());
}

TEST_CASE("signals are requests of the process's token alone", "[stop]") {
  const SignalsKept kept;
  const StopToken token = InstallInterruptHandlers();
  const StopToken own;
  std::raise(SIGUSR2);
  CHECK(token.TakeSaveRequest());
  CHECK_FALSE(token.stop_requested());
  for (const int number : {SIGHUP, SIGTERM, SIGUSR1, SIGXCPU}) {
    CAPTURE(number);
    token.ListenAgain();
    std::raise(number);
    CHECK(token.stop_requested_again());
  }
  CHECK(InstallInterruptHandlers().stop_requested());
  CHECK_FALSE(own.stop_requested());
}

TEST_CASE("what was to be ignored stays ignored", "[stop]") {
  const SignalsKept kept;
  std::signal(SIGHUP, SIG_IGN);
  const StopToken token = InstallInterruptHandlers();
  token.ListenAgain();
  std::raise(SIGHUP);
  CHECK_FALSE(token.stop_requested_again());
  std::raise(SIGTERM);
  CHECK(token.stop_requested_again());
}

TEST_CASE("a signal is answered at once, a second request to stop is not", "[stop]") {
  const SignalsKept kept;
  const StopToken token = InstallInterruptHandlers();
  CHECK(Written([&] { std::raise(SIGTERM); }).empty());
  const SignalAnswers answers{.stop = "stopping\n", .save = "saving\n"};
  CHECK(Written([&] { InstallInterruptHandlers(answers); }) == "stopping\n");  // asked before
  token.ListenAgain();
  CHECK(Written([] { std::raise(SIGUSR2); }) == "saving\n");
  CHECK(Written([] {
          std::raise(SIGTERM);
          std::raise(SIGTERM);
        }) == "stopping\n");
  InstallInterruptHandlers();
  token.TakeSaveRequest();
}

TEST_CASE("an answer tells how long it takes to stop, where that is known", "[stop]") {
  const SignalsKept kept;
  const SignalAnswers answers{.stop = "stopping", .stop_end = "; again to quit\n"};
  const StopToken token = InstallInterruptHandlers(answers);
  const auto answer_after = [&](double seconds) {
    SetStopSeconds(seconds);
    token.ListenAgain();
    return Written([] { std::raise(SIGTERM); });
  };
  CHECK(answer_after(0) == "stopping; again to quit\n");
  CHECK(answer_after(3.2) == "stopping, about 4 s; again to quit\n");
  CHECK(answer_after(119) == "stopping, about 119 s; again to quit\n");
  CHECK(answer_after(3600) == "stopping, about 60 min; again to quit\n");
  CHECK(answer_after(1e300) == "stopping, about 16666667 min; again to quit\n");
  CHECK(answer_after(-1) == "stopping; again to quit\n");
  InstallInterruptHandlers();
}

TEST_CASE("a second SIGINT within a second is not meant", "[stop]") {
  const SignalsKept kept;
  const StopToken token = InstallInterruptHandlers();
  token.ListenAgain();
  std::raise(SIGINT);
  std::raise(SIGINT);  // would end this process
  struct sigaction present = {};
  sigaction(SIGINT, nullptr, &present);
  CHECK(present.sa_handler != SIG_DFL);
}

}  // namespace
}  // namespace lightlda
