// Connection: requests of one client, one after the other.
#ifndef LIGHTLDA_TOOLS_SERVE_CONNECTION_H_
#define LIGHTLDA_TOOLS_SERVE_CONNECTION_H_

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "serve/metrics.h"
#include "serve/service.h"
#include "serve/worker_pool.h"

namespace lightlda::serve {

// What connections share.
struct ConnectionContext {
  boost::asio::io_context* io = nullptr;
  const Service* service = nullptr;
  WorkerPool* workers = nullptr;
  WorkerPool* tables = nullptr;
  Metrics* metrics = nullptr;
};

// Belongs to the thread of the io_context; handlers keep it alive. Each of the three steps of a
// request, arriving, waiting for its turn and being answered, has request_timeout; so neither who
// sends a byte a minute nor who takes none holds a connection.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  // closed: called once, when nothing is left to do.
  Connection(Socket socket, const ConnectionContext* context,
             std::function<void(Connection*)> closed);
  ~Connection();

  void Start() { ReadHeader(); }
  // Answers this and ends.
  void Reject(const Response& response) { Send(response, /*keep=*/false); }
  // Answers the request that has begun to arrive, if any, and ends.
  void Drain();
  // Ends at once.
  void Abort();
  bool has_request() const { return state_ != State::kIdle && state_ != State::kClosing; }

 private:
  enum class State { kIdle, kReading, kWorking, kWriting, kClosing };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Error = boost::beast::error_code;

  void ReadHeader();
  void BeginRequest();
  void OnHeader(Error error);
  void SendContinue();
  void ReadBody();
  void OnBody(Error error);
  void OnReadError(Error error);
  void Dispatch();
  void Work(Lane lane);
  void Send(Response response, bool keep);
  void OnWritten(Error error, bool keep);
  void Linger();
  void Close();
  Request TakeHead();
  void ExpireSoon();

  boost::beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
  const ConnectionContext& context_;
  std::function<void(Connection*)> closed_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  State state_ = State::kIdle;
  bool draining_ = false;
  bool counted_ = false;  // among those in flight
  bool is_head_ = false;
  bool keep_alive_ = false;
  unsigned version_ = 11;
  Request request_;
  std::chrono::steady_clock::time_point begin_;
  // Of the answer under way.
  Text body_;
  std::optional<boost::beast::http::response<boost::beast::http::span_body<const char>>> response_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::span_body<const char>>>
      serializer_;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_CONNECTION_H_
