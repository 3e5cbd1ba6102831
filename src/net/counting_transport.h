// Counts the bytes that a worker sends and receives, apart from those to the shard of its own
// process, which no network carries.
#ifndef LIGHTLDA_NET_COUNTING_TRANSPORT_H_
#define LIGHTLDA_NET_COUNTING_TRANSPORT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "net/transport.h"

namespace lightlda {

// Headers and payloads of all messages, resends and heartbeats included; not what ZeroMQ and TCP
// add. Thread-safe to read.
struct ByteCounts {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> sent_messages{0};
  std::atomic<std::uint64_t> received_messages{0};
};

// Wraps a worker's transport. `counts` must outlive it.
class CountingTransport : public Transport {
 public:
  // own_shard: the one that is not counted, if any.
  CountingTransport(std::unique_ptr<Transport> inner, std::optional<Route> own_shard,
                    ByteCounts* counts)
      : inner_(std::move(inner)), own_shard_(own_shard), counts_(counts) {}

  bool Send(Route to, const HeaderBytes& header, const Payload& payload) override {
    const bool sent = inner_->Send(to, header, payload);
    if (!sent || to == own_shard_) return sent;
    counts_->sent += header.size() + payload.bytes.size();
    ++counts_->sent_messages;
    return true;
  }
  Status Poll(Duration timeout, const Handler& handler) override {
    const auto count = [&](Route from, std::span<const std::uint8_t> header, Payload payload) {
      if (from != own_shard_) {
        counts_->received += header.size() + payload.bytes.size();
        ++counts_->received_messages;
      }
      handler(from, header, std::move(payload));
    };
    return inner_->Poll(timeout, count);
  }
  void Wake() override { inner_->Wake(); }
  TimePoint NextWake() const override { return inner_->NextWake(); }

 private:
  std::unique_ptr<Transport> inner_;
  std::optional<Route> own_shard_;
  ByteCounts* counts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_COUNTING_TRANSPORT_H_
