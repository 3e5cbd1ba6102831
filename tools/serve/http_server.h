// HttpServer: the one place where HTTP is spoken. It turns bytes of connections into requests, asks
// a Service, and writes its responses (Boost.Beast).
#ifndef LIGHTLDA_TOOLS_SERVE_HTTP_SERVER_H_
#define LIGHTLDA_TOOLS_SERVE_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "lightlda/status.h"
#include "serve/metrics.h"
#include "serve/service.h"
#include "serve/worker_pool.h"

namespace lightlda::serve {

struct Address {
  std::string host;        // an IP address; empty: a Unix socket
  std::uint16_t port = 0;  // 0: any that is free
  std::string unix_path;

  bool is_unix() const { return host.empty(); }
};

// "127.0.0.1:8080", "[::1]:8080", "unix:/path". Errors: kUsage, naming the flag `listen`.
Result<Address> ParseAddress(const std::string& text);
// Whether nobody but programs of this machine can connect.
bool IsLocal(const Address& address);

// All that it holds belongs to the one thread that calls Run, also all state of connections. Jobs
// of the workers see a request of their own and post its response back to that thread.
class HttpServer {
 public:
  struct Callbacks {
    std::function<void()> reload;      // SIGHUP
    std::function<void()> begin_stop;  // the first SIGTERM or SIGINT
  };

  // What it is given must outlive it.
  HttpServer(const Service* service, WorkerPool* workers, WorkerPool* tables, Metrics* metrics,
             Callbacks callbacks);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Takes the address. A socket file of a server that is gone is replaced; the new one is for its
  // owner alone. Errors: kUsage for an address that is taken or not there; kFailure.
  Status Listen(const Address& address);
  // "http://127.0.0.1:8080", with the port that was found.
  const std::string& url() const { return url_; }

  // Serves until SIGTERM or SIGINT. Then no connection is taken any more, requests that have begun
  // to arrive are answered, and it returns when all are, or after drain_seconds, or at a second
  // signal. Returns the number of requests that have no answer then.
  std::size_t Run(double drain_seconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string url_;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_HTTP_SERVER_H_
