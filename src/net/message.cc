// Header bytes: fixed offsets, little-endian, the checksum of the header itself last.
#include "net/message.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/checksum.h"
#include "base/varint.h"

namespace lightlda {
namespace {

constexpr std::uint32_t kMagic = 0x53504C4C;  // "LLPS"
constexpr std::uint16_t kVersion = 1;
constexpr std::uint8_t kLastFlag = 1;
constexpr std::size_t kChecksumAt = kHeaderBytes - 8;

std::uint64_t HeaderChecksum(std::span<const std::uint8_t> bytes) {
  return Checksum(std::as_bytes(bytes.first(kChecksumAt)));
}

Status Malformed(const std::string& what) { return Status::Failure("malformed message: " + what); }

Status CheckFrame(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != kHeaderBytes) {
    return Malformed("expected a header of " + std::to_string(kHeaderBytes) + " bytes, found " +
                     std::to_string(bytes.size()));
  }
  if (GetFixed(bytes.data(), 4) != kMagic) return Malformed("wrong magic number");
  const std::uint64_t version = GetFixed(bytes.data() + 4, 2);
  if (version != kVersion) {
    return Malformed("expected protocol version " + std::to_string(kVersion) + ", found " +
                     std::to_string(version));
  }
  if (GetFixed(bytes.data() + kChecksumAt, 8) != HeaderChecksum(bytes)) {
    return Malformed("wrong header checksum");
  }
  return {};
}

}  // namespace

HeaderBytes EncodeHeader(const MessageHeader& header) {
  HeaderBytes bytes = {};
  std::uint8_t* out = bytes.data();
  out = PutFixed(kMagic, 4, out);
  out = PutFixed(kVersion, 2, out);
  out = PutFixed(static_cast<std::uint8_t>(header.type), 1, out);
  out = PutFixed(header.last ? kLastFlag : 0, 1, out);
  out = std::copy(header.job.begin(), header.job.end(), out);
  out = PutFixed(header.sender, 4, out);
  out = PutFixed(header.receiver, 4, out);
  out = PutFixed(header.incarnation, 4, out);
  out = PutFixed(header.table, 1, out);
  out = PutFixed(header.step.phase, 1, out);
  out = PutFixed(0, 2, out);
  out = PutFixed(header.sequence, 8, out);
  out = PutFixed(header.ack, 8, out);
  out = PutFixed(header.step.clock, 4, out);
  out = PutFixed(header.applied_clock, 4, out);
  out = PutFixed(header.slice, 4, out);
  out = PutFixed(header.num_items, 4, out);
  out = PutFixed(header.payload_bytes, 4, out);
  out = PutFixed(0, 4, out);
  out = PutFixed(header.payload_checksum, 8, out);
  PutFixed(HeaderChecksum(bytes), 8, out);
  return bytes;
}

Result<MessageHeader> DecodeHeader(std::span<const std::uint8_t> bytes) {
  LIGHTLDA_RETURN_IF_ERROR(CheckFrame(bytes));
  const std::uint8_t* in = bytes.data() + 6;
  const auto next = [&in](std::size_t size) {
    in += size;
    return GetFixed(in - size, size);
  };
  MessageHeader header;
  const std::uint64_t type = next(1);
  const std::uint64_t flags = next(1);
  std::copy_n(in, header.job.size(), header.job.begin());
  in += header.job.size();
  header.sender = static_cast<ActorId>(next(4));
  header.receiver = static_cast<ActorId>(next(4));
  header.incarnation = static_cast<std::uint32_t>(next(4));
  const std::uint64_t table = next(1);
  header.step.phase = static_cast<std::uint8_t>(next(1));
  const std::uint64_t reserved = next(2);
  header.sequence = next(8);
  header.ack = next(8);
  header.step.clock = static_cast<std::uint32_t>(next(4));
  header.applied_clock = static_cast<std::uint32_t>(next(4));
  header.slice = static_cast<std::uint32_t>(next(4));
  header.num_items = static_cast<std::uint32_t>(next(4));
  header.payload_bytes = static_cast<std::uint32_t>(next(4));
  const std::uint64_t reserved_too = next(4);
  header.payload_checksum = next(8);
  if (type < 1 || type > static_cast<std::uint8_t>(MessageType::kInspect)) {
    return Malformed("unknown type " + std::to_string(type));
  }
  if (flags > kLastFlag || reserved != 0 || reserved_too != 0) {
    return Malformed("unknown flags or reserved bytes in use");
  }
  header.type = static_cast<MessageType>(type);
  header.table = static_cast<TableId>(table);
  header.last = flags == kLastFlag;
  return header;
}

Status CheckPayload(const MessageHeader& header, const Payload& payload) {
  if (payload.bytes.size() != header.payload_bytes) {
    return Malformed("expected " + std::to_string(header.payload_bytes) +
                     " bytes of payload, found " + std::to_string(payload.bytes.size()));
  }
  const std::uint64_t found = payload.bytes.empty() ? 0 : Checksum(std::as_bytes(payload.bytes));
  if (found != header.payload_checksum) {
    return Malformed("wrong payload checksum");
  }
  return {};
}

}  // namespace lightlda
