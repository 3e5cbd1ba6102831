// Sockets, their options, and frames.
//
// A message is two frames, header and payload, behind the routing id that ZeroMQ gives a ROUTER's
// peers. Ids are automatic: a peer that could choose its own could take another's. Payloads are
// sent without a copy; ZeroMQ lets go of them when they are in the kernel.
#include "net/zmq_transport.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <utility>
#include <zmq.hpp>

#include "base/thread.h"
#include "net/zmq_error.h"

namespace lightlda {
namespace {

constexpr int kQueueMessages = 1000;  // a fuse: the links keep far less on the way
constexpr int kHeartbeatMs = 2000;
constexpr int kHeartbeatTimeoutMs = 20000;  // short ones turn a brief stall into a cut
constexpr int kHandshakeMs = 3000;
constexpr int kReconnectMs = 50;
constexpr int kReconnectMaxMs = 2000;
constexpr int kTcpGiveUpMs = 30000;
constexpr int kLingerMs = 1000;
// One for I/O and one that reaps closed sockets; others may start some of their own meanwhile.
constexpr int kZmqThreads = 2 + 8;
constexpr std::size_t kSmall = 1024;  // bytes: copying is cheaper than sharing
constexpr int kMaxTaken = 256;        // messages a socket hands over before others get their turn
constexpr std::int64_t kLongestWaitMs = 3600 * 1000;

// What a thread wrote before a send comes before what another reads after a receive: libzmq sees to
// it, with instructions that a race detector does not see, so that one is told here.
#ifdef __SANITIZE_THREAD__
std::atomic<std::uint64_t> handovers{0};
void BeforeSend() { handovers.fetch_add(1, std::memory_order_release); }
void AfterReceive() { (void)handovers.load(std::memory_order_acquire); }
#else
void BeforeSend() {}
void AfterReceive() {}
#endif

void Configure(zmq::socket_t* socket, std::size_t max_payload) {
  socket->set(zmq::sockopt::sndhwm, kQueueMessages);
  socket->set(zmq::sockopt::rcvhwm, kQueueMessages);
  socket->set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(max_payload + kHeaderBytes));
  socket->set(zmq::sockopt::linger, kLingerMs);
  socket->set(zmq::sockopt::heartbeat_ivl, kHeartbeatMs);
  socket->set(zmq::sockopt::heartbeat_timeout, kHeartbeatTimeoutMs);
  socket->set(zmq::sockopt::heartbeat_ttl, kHeartbeatTimeoutMs);
  socket->set(zmq::sockopt::handshake_ivl, kHandshakeMs);
  socket->set(zmq::sockopt::tcp_keepalive, 1);
  socket->set(zmq::sockopt::tcp_maxrt, kTcpGiveUpMs);
}

void SecureServer(zmq::socket_t* socket, const ZmqSecurity& security) {
  socket->set(zmq::sockopt::zap_domain, kZapDomain);
  if (security.encrypt) {
    socket->set(zmq::sockopt::curve_server, true);
    socket->set(zmq::sockopt::curve_secretkey, security.secret_key);
  } else {
    socket->set(zmq::sockopt::plain_server, true);
  }
}

bool IsV6(const std::string& endpoint) { return endpoint.rfind("tcp://[", 0) == 0; }

// Over ipc. The kernel tells who a peer is.
void AdmitThisUserOnly(zmq::socket_t* socket) {
  const uid_t user = ::geteuid();
  if (zmq_setsockopt(socket->handle(), ZMQ_IPC_FILTER_UID, &user, sizeof(user)) != 0) {
    throw zmq::error_t();
  }
}

void SecureClient(zmq::socket_t* socket, const ZmqSecurity& security,
                  const std::string& server_key) {
  if (security.encrypt) {
    socket->set(zmq::sockopt::curve_serverkey, server_key);
    socket->set(zmq::sockopt::curve_publickey, security.public_key);
    socket->set(zmq::sockopt::curve_secretkey, security.secret_key);
  } else {
    socket->set(zmq::sockopt::plain_username, kZapUser);
    socket->set(zmq::sockopt::plain_password, TokenText(security));
  }
}

// The payload as a frame; where it is shared, its owner goes along.
zmq::message_t PayloadFrame(const Payload& payload) {
  if (payload.bytes.size() < kSmall) {
    return zmq::message_t(payload.bytes.data(), payload.bytes.size());
  }
  auto* const owner = new std::shared_ptr<const void>(payload.owner);
  const auto release = [](void*, void* hint) {
    delete static_cast<std::shared_ptr<const void>*>(hint);
  };
  return zmq::message_t(const_cast<std::uint8_t*>(payload.bytes.data()), payload.bytes.size(),
                        release, owner);
}

// A received frame as a payload, without a copy.
Payload ToPayload(zmq::message_t frame) {
  auto owner = std::make_shared<zmq::message_t>(std::move(frame));
  const std::span bytes(owner->data<std::uint8_t>(), owner->size());
  return {bytes, 0, std::move(owner)};
}

// All frames of the next message; empty if there is none.
std::vector<zmq::message_t> ReceiveFrames(zmq::socket_t* socket) {
  std::vector<zmq::message_t> frames;
  do {
    zmq::message_t frame;
    if (!socket->recv(frame, zmq::recv_flags::dontwait)) break;
    frames.push_back(std::move(frame));
  } while (frames.back().more());
  AfterReceive();
  return frames;
}

// Hands over header and payload, the last two frames; a message of another shape becomes one
// without a header, which the actor counts as malformed.
void HandOver(Route from, std::vector<zmq::message_t> frames, std::size_t num_frames,
              const Transport::Handler& handler) {
  if (frames.size() != num_frames) return handler(from, {}, {});
  const zmq::message_t& header = frames[num_frames - 2];
  handler(from, {header.data<std::uint8_t>(), header.size()},
          ToPayload(std::move(frames[num_frames - 1])));
}

// A file descriptor that wakes a poll.
class WakeEvent {
 public:
  WakeEvent() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~WakeEvent() {
    if (fd_ >= 0) ::close(fd_);
  }
  WakeEvent(const WakeEvent&) = delete;
  WakeEvent& operator=(const WakeEvent&) = delete;

  int fd() const { return fd_; }
  void Set() {
    const std::uint64_t one = 1;
    (void)!::write(fd_, &one, sizeof(one));
  }
  void Clear() {
    std::uint64_t count;
    (void)!::read(fd_, &count, sizeof(count));
  }

 private:
  int fd_;
};

// Waits for a message on one of the sockets, or for the event.
Status WaitForAny(std::vector<zmq::pollitem_t>* items, WakeEvent* event, Duration timeout) {
  // Rounded up: a wait that ends just before its deadline would be followed by many of 0 ms.
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  Status status = CatchZmq("cannot wait for messages", [&] {
    zmq::poll(*items, std::chrono::milliseconds(std::min<std::int64_t>(ms, kLongestWaitMs)));
  });
  event->Clear();
  return status;
}

bool SendFrames(zmq::socket_t* socket, const HeaderBytes& header, const Payload& payload,
                const Route* routing_id) {
  constexpr auto kMore = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
  bool sent = false;
  const Status status = CatchZmq("cannot send", [&] {
    if (routing_id != nullptr) {
      // ZeroMQ's automatic ids: a zero and four bytes.
      std::uint8_t id[5] = {};
      std::memcpy(id + 1, routing_id, 4);
      if (!socket->send(zmq::buffer(id), kMore)) return;
    }
    if (!socket->send(zmq::buffer(header), kMore)) return;
    zmq::message_t frame = PayloadFrame(payload);
    BeforeSend();
    sent = socket->send(std::move(frame), zmq::send_flags::dontwait).has_value();
  });
  return status.ok() && sent;
}

}  // namespace

struct ZmqNetwork::Context {
  Context(const ZmqSecurity& secrets, std::size_t limit) : security(secrets), max_payload(limit) {}
  ~Context() { context.shutdown(); }  // ends the handler, which is then joined

  ZmqSecurity security;
  std::size_t max_payload;
  zmq::context_t context{1};
  ZapHandler handler;
};

class ZmqNetwork::RouterTransport : public Transport {
 public:
  RouterTransport(std::shared_ptr<Context> context, zmq::socket_t socket)
      : context_(std::move(context)), socket_(std::move(socket)) {}

  bool Send(Route to, const HeaderBytes& header, const Payload& payload) override {
    return SendFrames(&socket_, header, payload, &to);
  }
  Status Poll(Duration timeout, const Handler& handler) override {
    std::vector<zmq::pollitem_t> items = {{socket_.handle(), 0, ZMQ_POLLIN, 0},
                                          {nullptr, event_.fd(), ZMQ_POLLIN, 0}};
    LIGHTLDA_RETURN_IF_ERROR(WaitForAny(&items, &event_, timeout));
    return CatchZmq("cannot receive", [&] {
      for (int taken = 0; taken < kMaxTaken; ++taken) {
        std::vector<zmq::message_t> frames = ReceiveFrames(&socket_);
        if (frames.empty()) return;
        std::uint32_t route = 0;
        if (frames[0].size() == 5) std::memcpy(&route, frames[0].data<char>() + 1, sizeof(route));
        HandOver(route, std::move(frames), 3, handler);
      }
    });
  }
  void Wake() override { event_.Set(); }

 private:
  std::shared_ptr<Context> context_;
  zmq::socket_t socket_;
  WakeEvent event_;
};

class ZmqNetwork::DealerTransport : public Transport {
 public:
  DealerTransport(std::shared_ptr<Context> context, std::vector<zmq::socket_t> sockets)
      : context_(std::move(context)), sockets_(std::move(sockets)) {}

  bool Send(Route to, const HeaderBytes& header, const Payload& payload) override {
    return to < sockets_.size() && SendFrames(&sockets_[to], header, payload, nullptr);
  }
  Status Poll(Duration timeout, const Handler& handler) override {
    std::vector<zmq::pollitem_t> items;
    for (zmq::socket_t& socket : sockets_) items.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
    items.push_back({nullptr, event_.fd(), ZMQ_POLLIN, 0});
    LIGHTLDA_RETURN_IF_ERROR(WaitForAny(&items, &event_, timeout));
    return CatchZmq("cannot receive", [&] {
      for (std::size_t shard = 0; shard < sockets_.size(); ++shard) {
        for (int taken = 0; taken < kMaxTaken; ++taken) {
          std::vector<zmq::message_t> frames = ReceiveFrames(&sockets_[shard]);
          if (frames.empty()) break;
          HandOver(shard, std::move(frames), 2, handler);
        }
      }
    });
  }
  void Wake() override { event_.Set(); }

 private:
  std::shared_ptr<Context> context_;
  std::vector<zmq::socket_t> sockets_;
  WakeEvent event_;
};

Result<std::unique_ptr<ZmqNetwork>> ZmqNetwork::Create(const ZmqSecurity& security,
                                                       std::size_t max_payload) {
  std::shared_ptr<Context> context;
  // The library starts its own with the first socket, and aborts where it is refused one.
  LIGHTLDA_RETURN_IF_ERROR(CheckThreads(kZmqThreads));
  LIGHTLDA_RETURN_IF_ERROR(CatchZmq(
      "cannot start ZeroMQ", [&] { context = std::make_shared<Context>(security, max_payload); }));
  LIGHTLDA_RETURN_IF_ERROR(ZapHandler::Start(&context->context, security, &context->handler));
  return std::unique_ptr<ZmqNetwork>(new ZmqNetwork(std::move(context)));
}

Result<ZmqListener> ZmqNetwork::Bind(const std::vector<std::string>& endpoints) {
  ZmqListener listener;
  zmq::socket_t socket;
  LIGHTLDA_RETURN_IF_ERROR(CatchZmq("cannot make a socket", [&] {
    socket = zmq::socket_t(context_->context, zmq::socket_type::router);
    Configure(&socket, context_->max_payload);
    SecureServer(&socket, context_->security);
    socket.set(zmq::sockopt::router_mandatory, true);
    AdmitThisUserOnly(&socket);
  }));
  for (const std::string& endpoint : endpoints) {
    if (IsV6(endpoint)) socket.set(zmq::sockopt::ipv6, true);
    for (const char* all : {"tcp://*", "tcp://0.0.0.0", "tcp://[::]"}) {
      if (endpoint.rfind(all, 0) == 0) {
        return Status::Usage("'" + endpoint + "' would listen on all interfaces; name one");
      }
    }
    LIGHTLDA_RETURN_IF_ERROR(CatchZmq("cannot listen at " + endpoint, [&] {
      socket.bind(endpoint);
      listener.endpoints.push_back(socket.get(zmq::sockopt::last_endpoint));
    }));
    if (listener.endpoints.size() <= static_cast<std::size_t>(&endpoint - endpoints.data())) {
      return Status::Failure("cannot listen at " + endpoint);
    }
  }
  listener.transport = std::make_unique<RouterTransport>(context_, std::move(socket));
  return listener;
}

Result<std::unique_ptr<Transport>> ZmqNetwork::Connect(const std::vector<ShardAddress>& shards) {
  std::vector<zmq::socket_t> sockets;
  for (const ShardAddress& shard : shards) {
    LIGHTLDA_RETURN_IF_ERROR(CatchZmq("cannot connect to " + shard.endpoint, [&] {
      zmq::socket_t socket(context_->context, zmq::socket_type::dealer);
      Configure(&socket, context_->max_payload);
      SecureClient(&socket, context_->security, shard.public_key);
      socket.set(zmq::sockopt::immediate, true);  // nothing is queued for a dead connection
      socket.set(zmq::sockopt::reconnect_ivl, kReconnectMs);
      socket.set(zmq::sockopt::reconnect_ivl_max, kReconnectMaxMs);
      if (IsV6(shard.endpoint)) socket.set(zmq::sockopt::ipv6, true);
      socket.connect(shard.endpoint);
      sockets.push_back(std::move(socket));
    }));
  }
  return std::unique_ptr<Transport>(new DealerTransport(context_, std::move(sockets)));
}

std::uint64_t ZmqNetwork::num_accepted() const { return context_->handler.num_accepted(); }
std::uint64_t ZmqNetwork::num_refused() const { return context_->handler.num_refused(); }

}  // namespace lightlda
