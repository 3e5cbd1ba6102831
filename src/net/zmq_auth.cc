// The ZAP handler: one request per connection, answered 200 or 400.
#include "net/zmq_auth.h"

#include <glog/logging.h>
#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <zmq.hpp>

#include "base/printable.h"
#include "base/thread.h"
#include "net/zmq_error.h"

namespace lightlda {
namespace {

constexpr const char* kZapEndpoint = "inproc://zeromq.zap.01";
constexpr std::size_t kKeyText = 41;  // 40 characters of Z85 and the end

// Takes the same time wherever the strings differ.
bool SameSecret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
  }
  return difference == 0;
}

// All frames of a message.
std::vector<std::string> Receive(zmq::socket_t* socket) {
  std::vector<std::string> frames;
  zmq::message_t frame;
  do {
    if (!socket->recv(frame)) break;
    frames.push_back(frame.to_string());
  } while (frame.more());
  return frames;
}

void Reply(zmq::socket_t* socket, const std::string& request, bool allowed) {
  const std::string frames[] = {"1.0", request, allowed ? "200" : "400", allowed ? "OK" : "No",
                                "",    ""};
  for (const std::string& frame : frames) {
    const bool last = &frame == std::end(frames) - 1;
    socket->send(zmq::buffer(frame), last ? zmq::send_flags::none : zmq::send_flags::sndmore);
  }
}

}  // namespace

Result<std::pair<std::string, std::string>> MakeKeyPair() {
  char public_key[kKeyText], secret_key[kKeyText];
  if (zmq_curve_keypair(public_key, secret_key) != 0) {
    return Status::Failure("cannot make keys: ZeroMQ was built without CURVE");
  }
  return std::pair(std::string(public_key), std::string(secret_key));
}

std::string TokenText(const ZmqSecurity& security) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : security.token) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool ZapHandler::Allows(const std::string& mechanism,
                        const std::vector<std::string>& credentials) const {
  if (!security_.encrypt) {
    return mechanism == "PLAIN" && credentials.size() == 2 &&
           SameSecret(credentials[1], TokenText(security_));
  }
  if (mechanism != "CURVE" || credentials.size() != 1 || credentials[0].size() != 32) return false;
  char key[kKeyText];
  zmq_z85_encode(key, reinterpret_cast<const std::uint8_t*>(credentials[0].data()), 32);
  return std::any_of(security_.allowed_keys.begin(), security_.allowed_keys.end(),
                     [&](const std::string& allowed) { return SameSecret(allowed, key); });
}

// False when the context is shut down. An interruption (SIGSTOP and SIGCONT cause one, too) is no
// end: without an answer nobody could connect any more.
bool ZapHandler::AnswerOne(zmq::socket_t* socket) {
  try {
    // Version, request, domain, address, identity, mechanism, then credentials.
    std::vector<std::string> frames = Receive(socket);
    if (frames.size() < 6) frames.resize(6);
    const bool allowed = frames[0] == "1.0" && frames[2] == kZapDomain &&
                         Allows(frames[5], std::vector(frames.begin() + 6, frames.end()));
    if (allowed) {
      ++accepted_;
    } else {
      NoteRefused(frames[3]);
    }
    Reply(socket, frames[1], allowed);
    return true;
  } catch (const zmq::error_t& error) {
    return error.num() == EINTR;
  }
}

// Logged ever more seldom, so that nobody can fill a disk by knocking.
void ZapHandler::NoteRefused(const std::string& address) {
  const std::uint64_t number = ++refused_;
  if ((number & (number - 1)) != 0) return;
  LOG(WARNING) << "refused connection number " << number << ", of a stranger at "
               << (address.empty() ? "this host" : Printable(address));
}

Status ZapHandler::Start(zmq::context_t* context, const ZmqSecurity& security,
                         ZapHandler* handler) {
  handler->security_ = security;
  auto socket = std::make_shared<zmq::socket_t>();
  LIGHTLDA_RETURN_IF_ERROR(CatchZmq("authentication", [&] {
    *socket = zmq::socket_t(*context, ZMQ_REP);
    socket->set(zmq::sockopt::linger, 0);
    socket->bind(kZapEndpoint);
  }));
  const auto answer = [handler, socket] {
    while (handler->AnswerOne(socket.get())) {
    }
    socket->close();
  };
  return StartThread(answer, &handler->thread_);
}

ZapHandler::~ZapHandler() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace lightlda
