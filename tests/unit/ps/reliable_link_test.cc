// Reliable links: order, once, windows, resends.
#include "ps/reliable_link.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

namespace lightlda {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Wire = std::vector<ReliableLink::Message>;

JobOptions SmallWindow() {
  JobOptions options;
  options.window_messages = 4;
  options.window_bytes = 1000;
  options.min_resend = milliseconds(100);
  options.max_resend = milliseconds(800);
  options.heartbeat = seconds(1);
  return options;
}

Wire Flush(ReliableLink* link, TimePoint now) {
  Wire sent;
  link->Flush(now, [&](const MessageHeader& header, const Payload& payload) {
    sent.push_back({header, payload});
    return true;
  });
  return sent;
}

void EnqueueNumber(ReliableLink* link, std::uint32_t number, std::size_t bytes = 10) {
  MessageHeader header;
  header.type = MessageType::kPush;
  header.slice = number;
  link->Enqueue(header, MakePayload(std::vector<std::uint8_t>(bytes, 1)));
}

std::vector<std::uint32_t> Deliver(ReliableLink* to, const Wire& wire, TimePoint now) {
  std::vector<ReliableLink::Message> delivered;
  for (const auto& [header, payload] : wire) {
    REQUIRE(to->OnReceive(header, payload, now, &delivered).ok());
  }
  std::vector<std::uint32_t> numbers;
  for (const auto& message : delivered) numbers.push_back(message.first.slice);
  return numbers;
}

TEST_CASE("messages are delivered in order and once, however they come", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink from(&options), to(&options);
  for (std::uint32_t i = 1; i <= 3; ++i) EnqueueNumber(&from, i);
  const Wire wire = Flush(&from, seconds(1));
  REQUIRE(wire.size() == 3);
  CHECK(Deliver(&to, {wire[2]}, seconds(1)).empty());
  CHECK(Deliver(&to, {wire[2], wire[1]}, seconds(1)).empty());
  CHECK(Deliver(&to, {wire[0], wire[0]}, seconds(1)) == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(Deliver(&to, {wire[1]}, seconds(1)).empty());
  CHECK(to.stats().duplicates == 3);
}

TEST_CASE("an acknowledgement ends what it covers, a lost one costs a resend only", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink from(&options), to(&options);
  EnqueueNumber(&from, 1);
  EnqueueNumber(&from, 2);
  CHECK(Deliver(&to, Flush(&from, seconds(1)), seconds(1)).size() == 2);
  REQUIRE(to.ack_due());
  CHECK(Flush(&to, seconds(1)).back().first.ack == 2);  // lost
  CHECK(Flush(&from, seconds(1) + milliseconds(99)).empty());
  const Wire again = Flush(&from, seconds(1) + milliseconds(100));
  CHECK(again.size() == 2);
  CHECK(Deliver(&to, again, seconds(2)).empty());
  CHECK(Deliver(&from, Flush(&to, seconds(2)), seconds(2)).empty());
  CHECK(from.all_acknowledged());
  CHECK(from.bytes_in_flight() == 0);
  CHECK(from.stats().resent_messages == 2);
}

TEST_CASE("resends come ever later while nothing is heard", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink from(&options);
  EnqueueNumber(&from, 1);
  TimePoint now = seconds(1);
  CHECK(Flush(&from, now).size() == 1);
  for (const int ms : {100, 200, 400, 800, 800}) {
    CHECK(from.NextWake() == now + milliseconds(ms));
    CHECK(Flush(&from, now + milliseconds(ms - 1)).empty());
    now += milliseconds(ms);
    CHECK(Flush(&from, now).size() == 1);
  }
}

TEST_CASE("no more than a window is on the way, in messages and in bytes", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink from(&options), to(&options);
  for (std::uint32_t i = 1; i <= 10; ++i) EnqueueNumber(&from, i, 1);
  CHECK(Deliver(&to, Flush(&from, seconds(1)), seconds(1)).size() == 4);
  CHECK(Flush(&from, seconds(1)).empty());
  CHECK(Deliver(&from, Flush(&to, seconds(1)), seconds(1)).empty());
  CHECK(Flush(&from, seconds(1)).size() == 4);

  ReliableLink bulky(&options);
  for (std::uint32_t i = 1; i <= 10; ++i) EnqueueNumber(&bulky, i, 400);
  CHECK(Flush(&bulky, seconds(1)).size() == 2);
  ReliableLink single(&options);
  EnqueueNumber(&single, 1, 5000);  // more than the window: alone
  EnqueueNumber(&single, 2, 1);
  CHECK(Flush(&single, seconds(1)).size() == 1);
}

TEST_CASE("what comes from beyond the window is dropped, so memory is bounded", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink to(&options);
  MessageHeader header;
  header.sequence = 5;
  std::vector<ReliableLink::Message> delivered;
  REQUIRE(to.OnReceive(header, {}, seconds(1), &delivered).ok());
  header.sequence = 4;
  REQUIRE(to.OnReceive(header, {}, seconds(1), &delivered).ok());
  CHECK(to.stats().beyond_window == 1);
  CHECK(to.stats().duplicates == 0);
  CHECK(delivered.empty());
}

TEST_CASE("an acknowledgement of what was never sent is an error", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink link(&options);
  EnqueueNumber(&link, 1);
  MessageHeader header;
  header.ack = 1;
  std::vector<ReliableLink::Message> delivered;
  CHECK_FALSE(link.OnReceive(header, {}, seconds(1), &delivered).ok());
  Flush(&link, seconds(1));
  CHECK(link.OnReceive(header, {}, seconds(1), &delivered).ok());
}

TEST_CASE("a silent link sends heartbeats, a full network is tried again shortly", "[ps]") {
  const JobOptions options = SmallWindow();
  ReliableLink link(&options);
  REQUIRE(Flush(&link, seconds(1)).size() == 1);
  CHECK(Flush(&link, seconds(1) + milliseconds(999)).empty());
  REQUIRE(link.NextWake() == seconds(2));
  const Wire beat = Flush(&link, seconds(2));
  REQUIRE(beat.size() == 1);
  CHECK(beat[0].first.type == MessageType::kHeartbeat);
  CHECK(beat[0].first.sequence == 0);
  EnqueueNumber(&link, 1);
  link.Flush(seconds(2), [](const MessageHeader&, const Payload&) { return false; });
  CHECK(link.NextWake() > seconds(2));
  CHECK(link.NextWake() <= seconds(2) + milliseconds(10));
  CHECK(Flush(&link, link.NextWake()).size() == 1);
}

}  // namespace
}  // namespace lightlda
