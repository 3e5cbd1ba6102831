// Messages over ZeroMQ: a shard binds a ROUTER, a worker connects a DEALER to every shard.
//
// ipc:// between processes of a host, tcp:// between hosts, inproc:// within a process (the worker
// and the shard of the same process). ZeroMQ loses messages when a connection breaks and drops them
// when a queue is full; the actors' links mend that. Strangers are refused before any byte of
// theirs gets here (zmq_auth.h).
#ifndef LIGHTLDA_NET_ZMQ_TRANSPORT_H_
#define LIGHTLDA_NET_ZMQ_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lightlda/status.h"
#include "net/transport.h"
#include "net/zmq_auth.h"

namespace lightlda {

// Where a worker finds a shard.
struct ShardAddress {
  std::string endpoint;
  std::string public_key;  // the shard's process, if connections are encrypted
};

// A bound ROUTER.
struct ZmqListener {
  std::vector<std::string> endpoints;  // with the ports that the system chose
  std::unique_ptr<Transport> transport;
};

// The ZeroMQ of a process: one I/O thread and one that authenticates. One per process, as some
// versions of libzmq crash where contexts with encryption come and go. Its transports may outlive
// it. A transport is made in one thread and used in one other at most. Thread-safe.
class ZmqNetwork {
 public:
  // max_payload: bytes; longer messages end their connection. Errors: kFailure.
  static Result<std::unique_ptr<ZmqNetwork>> Create(const ZmqSecurity& security,
                                                    std::size_t max_payload);

  // Listens at all of the endpoints: "tcp://ADDRESS:*", "ipc://@NAME", "ipc://PATH" and
  // "inproc://NAME". ADDRESS is that of one interface; no file stands for @NAME. Whoever comes over
  // ipc has to be a process of this user. Errors: kUsage for an address that means all interfaces;
  // kFailure.
  Result<ZmqListener> Bind(const std::vector<std::string>& endpoints);

  // Connects to all shards; they need not be there yet. shards: [num_shards]. Errors: kFailure.
  Result<std::unique_ptr<Transport>> Connect(const std::vector<ShardAddress>& shards);

  // Connections let in and turned away so far.
  std::uint64_t num_accepted() const;
  std::uint64_t num_refused() const;

 private:
  struct Context;
  class RouterTransport;
  class DealerTransport;
  explicit ZmqNetwork(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  std::shared_ptr<Context> context_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_ZMQ_TRANSPORT_H_
