// How an actor's messages travel: within a process (local_transport.h) or over ZeroMQ
// (zmq_transport.h). Two more wrap any other: one counts bytes (counting_transport.h), one injects
// faults (faulty_transport.h).
//
// A transport may lose, duplicate, delay and reorder messages but not alter them; the actors make
// it reliable. One thread at a time uses a transport, except for Wake.
#ifndef LIGHTLDA_NET_TRANSPORT_H_
#define LIGHTLDA_NET_TRANSPORT_H_

#include <cstdint>
#include <functional>
#include <span>

#include "lightlda/status.h"
#include "net/clock.h"
#include "net/message.h"
#include "net/payload.h"

namespace lightlda {

// Where to send. At a worker: the number of the shard. At a shard: whatever the message to answer
// came with, which may change when a connection is made anew.
using Route = std::uint64_t;

class Transport {
 public:
  using Handler =
      std::function<void(Route from, std::span<const std::uint8_t> header, Payload payload)>;

  virtual ~Transport() = default;

  // Sends a message without blocking. False if it cannot be taken now (a queue is full, nobody is
  // connected): try later. True promises nothing.
  virtual bool Send(Route to, const HeaderBytes& header, const Payload& payload) = 0;

  // Waits up to `timeout` for a message or Wake, then hands over what has come, without waiting for
  // more. An interrupted wait is OK. Errors: kFailure if the network cannot be used any more.
  virtual Status Poll(Duration timeout, const Handler& handler) = 0;

  // Makes a Poll that waits, or else the next one, return at once. Thread-safe.
  virtual void Wake() = 0;

  // When Poll should be called at the latest although nothing arrives from outside.
  virtual TimePoint NextWake() const { return kNever; }
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_TRANSPORT_H_
