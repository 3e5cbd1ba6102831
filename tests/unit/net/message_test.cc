// Headers: every field survives, every damaged byte is noticed.
#include "net/message.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <vector>

#include "base/checksum.h"
#include "base/varint.h"

namespace lightlda {
namespace {

MessageHeader Example() {
  MessageHeader header;
  header.type = MessageType::kAnswer;
  header.last = true;
  header.job = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255};
  header.sender = 0x01020304;
  header.receiver = 0x05060708;
  header.incarnation = 0x0A0B0C0D;
  header.table = 1;
  header.step = {0x11121314, 1};
  header.sequence = 0x2122232425262728;
  header.ack = 0x3132333435363738;
  header.applied_clock = 0x41424344;
  header.slice = 0x51525354;
  header.num_items = 0x61626364;
  header.payload_bytes = 0x71727374;
  header.payload_checksum = 0x8182838485868788;
  return header;
}

// With the checksum that belongs to the bytes.
HeaderBytes Resealed(HeaderBytes bytes) {
  const std::uint64_t checksum = Checksum(std::as_bytes(std::span(bytes).first(kHeaderBytes - 8)));
  PutFixed(checksum, 8, bytes.data() + kHeaderBytes - 8);
  return bytes;
}

TEST_CASE("a header gives back every field", "[ps]") {
  for (const MessageHeader& header : {Example(), MessageHeader{}}) {
    const Result<MessageHeader> decoded = DecodeHeader(EncodeHeader(header));
    REQUIRE(decoded.ok());
    CHECK(decoded.value() == header);
  }
}

TEST_CASE("the header's bytes are those of docs/protocol.md", "[ps]") {
  const HeaderBytes bytes = EncodeHeader(Example());
  const std::uint8_t expected[] = {
      'L',  'L',  'P',  'S',  1,    0,    4,    1,                                              //
      1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13, 14, 15, 255,  //
      4,    3,    2,    1,    8,    7,    6,    5,    0x0D, 0x0C, 0x0B, 0x0A, 1,  1,  0,  0,    //
      0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21,                                           //
      0x38, 0x37, 0x36, 0x35, 0x34, 0x33, 0x32, 0x31,                                           //
      0x14, 0x13, 0x12, 0x11, 0x44, 0x43, 0x42, 0x41, 0x54, 0x53, 0x52, 0x51,                   //
      0x64, 0x63, 0x62, 0x61, 0x74, 0x73, 0x72, 0x71, 0,    0,    0,    0,                      //
      0x88, 0x87, 0x86, 0x85, 0x84, 0x83, 0x82, 0x81};
  REQUIRE(sizeof(expected) == kHeaderBytes - 8);
  CHECK(std::vector(bytes.begin(), bytes.end() - 8) ==
        std::vector(std::begin(expected), std::end(expected)));
}

TEST_CASE("a flipped bit anywhere in a header is noticed", "[ps]") {
  const HeaderBytes bytes = EncodeHeader(Example());
  for (std::size_t bit = 0; bit < 8 * kHeaderBytes; ++bit) {
    HeaderBytes damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    INFO("bit " << bit);
    CHECK_FALSE(DecodeHeader(damaged).ok());
  }
}

TEST_CASE("a header of another size, or with an unknown value under a right checksum, is refused",
          "[ps]") {
  const HeaderBytes bytes = EncodeHeader(Example());
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kHeaderBytes - 1}) {
    CHECK_FALSE(DecodeHeader(std::span(bytes).first(size)).ok());
  }
  const auto with = [&](std::size_t at, std::uint8_t value) {
    HeaderBytes changed = bytes;
    changed[at] = value;
    return DecodeHeader(Resealed(changed)).status().message();
  };
  CHECK(with(0, 'L') == "");
  CHECK(with(0, 'M') == "malformed message: wrong magic number");
  CHECK(with(4, 2) == "malformed message: expected protocol version 1, found 2");
  CHECK(with(6, 0) == "malformed message: unknown type 0");
  CHECK(with(6, 9) == "malformed message: unknown type 9");
  CHECK(with(7, 2) == "malformed message: unknown flags or reserved bytes in use");
  CHECK(with(38, 1) == "malformed message: unknown flags or reserved bytes in use");
  CHECK(with(76, 1) == "malformed message: unknown flags or reserved bytes in use");
}

TEST_CASE("random and mutated headers decode to what encodes to them, or not at all", "[ps]") {
  std::mt19937 random(1);
  int accepted = 0;
  for (int trial = 0; trial < 100000; ++trial) {
    HeaderBytes bytes = EncodeHeader(Example());
    for (int change = 0; change < trial % 5; ++change) {
      bytes[random() % kHeaderBytes] = static_cast<std::uint8_t>(random());
    }
    if (trial % 2 == 0) bytes = Resealed(bytes);
    const Result<MessageHeader> decoded = DecodeHeader(bytes);
    if (!decoded.ok()) continue;
    ++accepted;
    REQUIRE(EncodeHeader(decoded.value()) == bytes);
  }
  CHECK(accepted > 10000);
}

TEST_CASE("a payload that is not the one sent is noticed", "[ps]") {
  const Payload payload = MakePayload(std::vector<std::uint8_t>{1, 2, 3});
  MessageHeader header;
  header.payload_bytes = 3;
  header.payload_checksum = payload.checksum;
  CHECK(CheckPayload(header, payload).ok());
  CHECK_FALSE(CheckPayload(header, MakePayload(std::vector<std::uint8_t>{1, 2, 4})).ok());
  CHECK_FALSE(CheckPayload(header, MakePayload(std::vector<std::uint8_t>{1, 2})).ok());
  CHECK_FALSE(CheckPayload(header, {}).ok());
  CHECK(CheckPayload({}, {}).ok());
  MessageHeader claims_more;
  claims_more.payload_checksum = 5;
  CHECK_FALSE(CheckPayload(claims_more, {}).ok());
}

}  // namespace
}  // namespace lightlda
