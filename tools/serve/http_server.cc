#include "serve/http_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <csignal>
#include <map>
#include <utility>
#include <vector>

#include "serve/connection.h"

namespace lightlda::serve {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

constexpr std::string_view kUnixPrefix = "unix:";
// After a failure to accept, as when there are no file descriptors left.
constexpr std::chrono::milliseconds kAcceptPause(100);

Status Taken(const std::string& address, const std::string& message) {
  return Status::Usage("`listen`=" + address + ": " + message);
}

// Whether a program answers at the socket.
bool IsAnswered(asio::io_context* io, const std::string& path) {
  stream_protocol::socket socket(*io);
  ErrorCode error;
  socket.connect(stream_protocol::endpoint(path), error);
  return !error;
}

}  // namespace

Result<Address> ParseAddress(const std::string& text) {
  const auto wrong = [&](const char* expected) {
    return Status::Usage("`listen`=" + text + ": expected " + expected);
  };
  Address address;
  if (text.starts_with(kUnixPrefix)) {
    address.unix_path = text.substr(kUnixPrefix.size());
    const std::size_t most = sizeof(sockaddr_un::sun_path) - 1;
    if (address.unix_path.empty() || address.unix_path.size() > most) {
      return wrong("a path of 1 to 107 bytes after unix:");
    }
    return address;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong("ADDRESS:PORT or unix:PATH");
  address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (address.host == "localhost") address.host = "127.0.0.1";
  ErrorCode error;
  asio::ip::make_address(address.host, error);
  if (error) return wrong("an IP address before the port");
  const char* const begin = text.data() + colon + 1;
  const char* const end = text.data() + text.size();
  const auto [at, number_error] = std::from_chars(begin, end, address.port);
  if (number_error != std::errc() || at != end) return wrong("a port from 0 to 65535");
  return address;
}

bool IsLocal(const Address& address) {
  if (address.is_unix()) return true;
  ErrorCode error;
  return asio::ip::make_address(address.host, error).is_loopback() && !error;
}

// Members are destroyed from the last: connections before the io_context that they are of.
struct HttpServer::Impl {
  Impl(const Service* service, WorkerPool* workers, WorkerPool* tables, Metrics* metrics,
       Callbacks its_callbacks)
      : context{&io, service, workers, tables, metrics}, callbacks(std::move(its_callbacks)) {}
  ~Impl() {
    if (!socket_file.empty()) ::unlink(socket_file.c_str());
  }

  template <typename Acceptor>
  void Accept(Acceptor* acceptor) {
    acceptor->async_accept([this, acceptor](ErrorCode error, auto socket) {
      if (!acceptor->is_open()) return;
      if (error) return Pause([this, acceptor] { Accept(acceptor); });
      Add(Connection::Socket(std::move(socket)));
      Accept(acceptor);
    });
  }
  void Pause(std::function<void()> then) {
    pause.expires_after(kAcceptPause);
    pause.async_wait([then = std::move(then)](ErrorCode error) {
      if (!error) then();
    });
  }

  void Add(Connection::Socket socket) {
    const auto connection = std::make_shared<Connection>(
        std::move(socket), &context, [this](Connection* closed) { Remove(closed); });
    const bool is_one_too_many = connections.size() >= context.service->limits().max_connections;
    connections[connection.get()] = connection;
    if (!is_one_too_many) return connection->Start();
    ++context.metrics->refused_connections;
    connection->Reject(serve::MakeError(503, "too many connections"));
  }
  void Remove(Connection* closed) {
    connections.erase(closed);
    EndIfDone();
  }

  void AwaitSignal() {
    signals.async_wait([this](ErrorCode error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        callbacks.reload();
      } else if (stopping) {
        return io.stop();
      } else {
        Stop();
      }
      AwaitSignal();
    });
  }
  void Stop() {
    stopping = true;
    callbacks.begin_stop();
    ErrorCode ignored;
    tcp_acceptor.close(ignored);
    unix_acceptor.close(ignored);
    drain.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(drain_time));
    drain.async_wait([this](ErrorCode error) {
      if (!error) io.stop();
    });
    for (const auto& connection : All()) connection->Drain();
    EndIfDone();
  }
  void EndIfDone() {
    if (stopping && connections.empty()) io.stop();
  }
  // A copy, as who is called may remove itself.
  std::vector<std::shared_ptr<Connection>> All() const {
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : connections) all.push_back(connection);
    return all;
  }

  asio::io_context io{1};
  ConnectionContext context;
  Callbacks callbacks;
  tcp::acceptor tcp_acceptor{io};
  stream_protocol::acceptor unix_acceptor{io};
  asio::signal_set signals{io, SIGTERM, SIGINT, SIGHUP};
  asio::steady_timer pause{io};
  asio::steady_timer drain{io};
  std::chrono::duration<double> drain_time{0};
  bool stopping = false;
  std::string socket_file;
  std::map<Connection*, std::shared_ptr<Connection>> connections;
};

HttpServer::HttpServer(const Service* service, WorkerPool* workers, WorkerPool* tables,
                       Metrics* metrics, Callbacks callbacks)
    : impl_(std::make_unique<Impl>(service, workers, tables, metrics, std::move(callbacks))) {}

HttpServer::~HttpServer() = default;

Status HttpServer::Listen(const Address& address) {
  ErrorCode error;
  if (address.is_unix()) {
    struct stat info;
    const std::string& path = address.unix_path;
    const bool exists = ::lstat(path.c_str(), &info) == 0;
    if (exists && (!S_ISSOCK(info.st_mode) || IsAnswered(&impl_->io, path))) {
      return Taken("unix:" + path, S_ISSOCK(info.st_mode) ? "another program listens there"
                                                          : "there is a file that is no socket");
    }
    if (exists) ::unlink(path.c_str());
    auto& acceptor = impl_->unix_acceptor;
    acceptor.open(stream_protocol(), error);
    const mode_t before = ::umask(0177);
    if (!error) acceptor.bind(stream_protocol::endpoint(path), error);
    ::umask(before);
    if (!error) impl_->socket_file = path;
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return Taken("unix:" + path, error.message());
    url_ = "unix:" + path;
    impl_->Accept(&acceptor);
    return {};
  }
  const tcp::endpoint endpoint(asio::ip::make_address(address.host, error), address.port);
  auto& acceptor = impl_->tcp_acceptor;
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  const std::string host = endpoint.address().is_v6() ? "[" + address.host + "]" : address.host;
  if (error) return Taken(host + ":" + std::to_string(address.port), error.message());
  url_ = "http://" + host + ":" + std::to_string(acceptor.local_endpoint().port());
  impl_->Accept(&acceptor);
  return {};
}

std::size_t HttpServer::Run(double drain_seconds) {
  impl_->drain_time = std::chrono::duration<double>(drain_seconds);
  impl_->AwaitSignal();
  impl_->io.run();
  std::size_t unanswered = 0;
  for (const auto& connection : impl_->All()) {
    unanswered += connection->has_request() ? 1 : 0;
    connection->Abort();
  }
  return unanswered;
}

}  // namespace lightlda::serve
