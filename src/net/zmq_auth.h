// Who may connect: ZeroMQ's authentication protocol (ZAP, RFC 27) with the job's token or keys.
#ifndef LIGHTLDA_NET_ZMQ_AUTH_H_
#define LIGHTLDA_NET_ZMQ_AUTH_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lightlda/status.h"

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

namespace lightlda {

// The secrets of a process. They come over the launcher's own channel and are never in a file, an
// argument or the environment.
struct ZmqSecurity {
  // Of the job, random: whoever has it is let in. Sent in the clear unless `encrypt`.
  std::array<std::uint8_t, 32> token = {};

  // Encrypts (CURVE, 4 to 5 times slower) and lets in the owners of allowed_keys instead.
  bool encrypt = false;
  std::string public_key;  // this process's, Z85, 40 characters
  std::string secret_key;
  std::vector<std::string> allowed_keys;  // public keys of all processes of the job
};

// A new (public, secret) pair for ZmqSecurity. Errors: kFailure without CURVE in the library.
Result<std::pair<std::string, std::string>> MakeKeyPair();

// The token as the password of a connection.
std::string TokenText(const ZmqSecurity& security);

inline constexpr const char* kZapDomain = "lightlda";
inline constexpr const char* kZapUser = "lightlda";

// Answers ZeroMQ's question about each connection, in a thread of its own: one a context. Runs
// until the context is shut down, which has to happen before it is destroyed.
class ZapHandler {
 public:
  // To be started before any socket is bound. Errors: kFailure.
  static Status Start(zmq::context_t* context, const ZmqSecurity& security, ZapHandler* handler);

  ZapHandler() = default;
  ~ZapHandler();
  ZapHandler(const ZapHandler&) = delete;
  ZapHandler& operator=(const ZapHandler&) = delete;

  std::uint64_t num_accepted() const { return accepted_; }
  std::uint64_t num_refused() const { return refused_; }

 private:
  bool AnswerOne(zmq::socket_t* socket);
  void NoteRefused(const std::string& address);
  // mechanism and credentials: as in RFC 27.
  bool Allows(const std::string& mechanism, const std::vector<std::string>& credentials) const;

  ZmqSecurity security_;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::thread thread_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_NET_ZMQ_AUTH_H_
