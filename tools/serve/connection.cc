#include "serve/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "lightlda/version.h"

namespace lightlda::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Clock = std::chrono::steady_clock;

// How long a client that is told that it was refused may go on sending.
constexpr std::chrono::seconds kLinger(2);

std::string Copy(beast::string_view text) { return std::string(text.data(), text.size()); }

Response Unavailable(int status, const char* message) {
  Response response = MakeError(status, message);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

Connection::Connection(Socket socket, const ConnectionContext* context,
                       std::function<void(Connection*)> closed)
    : stream_(std::move(socket)), context_(*context), closed_(std::move(closed)) {
  ++context_.metrics->connections;
}

Connection::~Connection() { --context_.metrics->connections; }

void Connection::ExpireSoon() {
  const std::chrono::duration<double> seconds(context_.service->limits().request_timeout);
  stream_.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(seconds));
}

void Connection::ReadHeader() {
  state_ = State::kIdle;
  const Limits& limits = context_.service->limits();
  parser_.emplace();
  parser_->header_limit(limits.max_header);
  parser_->body_limit(limits.max_body);
  ExpireSoon();
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, std::size_t) { self->OnHeader(error); });
}

Request Connection::TakeHead() {
  auto& message = parser_->get();
  Request head;
  head.method = Copy(message.method_string());
  head.target = Copy(message.target());
  head.host = Copy(message[http::field::host]);
  head.authorization = Copy(message[http::field::authorization]);
  head.content_type = Copy(message[http::field::content_type]);
  head.if_none_match = Copy(message[http::field::if_none_match]);
  return head;
}

void Connection::BeginRequest() {
  if (std::exchange(counted_, true)) return;
  begin_ = Clock::now();
  ++context_.metrics->inflight;
}

void Connection::OnHeader(Error error) {
  if (state_ == State::kClosing) return Close();
  if (error) return OnReadError(error);
  state_ = State::kReading;
  version_ = parser_->get().version();
  keep_alive_ = parser_->keep_alive();
  request_ = TakeHead();
  is_head_ = request_.method == "HEAD";
  BeginRequest();
  // What is refused so early is not read; so the connection cannot go on.
  if (auto refusal = context_.service->Refuse(request_)) {
    return Send(std::move(*refusal), keep_alive_ && parser_->is_done());
  }
  const auto expect = parser_->get()[http::field::expect];
  if (beast::iequals(expect, "100-continue")) return SendContinue();
  ReadBody();
}

void Connection::SendContinue() {
  auto answer =
      std::make_shared<http::response<http::empty_body>>(http::status::continue_, version_);
  ExpireSoon();
  http::async_write(stream_, *answer,
                    [self = shared_from_this(), answer](Error error, std::size_t) {
                      error ? self->OnReadError(error) : self->ReadBody();
                    });
}

void Connection::ReadBody() {
  ExpireSoon();
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, std::size_t) { self->OnBody(error); });
}

// A time-out has closed the socket already, so nothing can be said.
void Connection::OnReadError(Error error) {
  const auto refuse = [&](int status, const std::string& message) {
    Send(MakeError(status, message), /*keep=*/false);
  };
  if (error == http::error::body_limit) {
    const std::string most = std::to_string(context_.service->limits().max_body);
    return refuse(413, "expected a body of at most " + most + " bytes");
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refuse(431, "the header is too long");
  }
  const bool of_http = error.category() == make_error_code(http::error::bad_method).category();
  if (of_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    return refuse(400, "not a request of HTTP/1.1");
  }
  Close();
}

void Connection::OnBody(Error error) {
  if (error) return OnReadError(error);
  request_.body = std::move(parser_->get().body());
  begin_ = Clock::now();
  stream_.expires_never();
  Dispatch();
}

void Connection::Dispatch() {
  state_ = State::kWorking;
  const Lane lane = Service::LaneOf(request_);
  if (lane == Lane::kAtOnce) return Send(context_.service->Handle(request_), keep_alive_);
  Work(lane);
}

void Connection::Work(Lane lane) {
  WorkerPool* const pool = lane == Lane::kInfer ? context_.workers : context_.tables;
  const double timeout = context_.service->limits().request_timeout;
  auto request = std::make_shared<const Request>(std::move(request_));
  // The worker keeps no reference: a connection goes in the thread that it belongs to.
  auto job = [self = shared_from_this(), request, timeout, service = context_.service,
              io = context_.io, begin = begin_]() mutable {
    const std::chrono::duration<double> waited = Clock::now() - begin;
    auto response = std::make_shared<Response>(waited.count() > timeout
                                                   ? Unavailable(503, "the server is too busy")
                                                   : service->Handle(*request));
    asio::post(*io, [own = std::move(self), response] {
      own->Send(std::move(*response), own->keep_alive_);
    });
  };
  if (!pool->TrySubmit(std::move(job)))
    Send(Unavailable(429, "too many requests wait"), keep_alive_);
}

void Connection::Send(Response response, bool keep) {
  if (state_ == State::kClosing) return Close();  // aborted meanwhile
  keep = keep && !draining_;
  BeginRequest();
  state_ = State::kWriting;
  body_ = std::move(response.body);
  response_.emplace(static_cast<http::status>(response.status), version_);
  response_->set(http::field::server, "lightlda-serve/" LIGHTLDA_VERSION_STRING);
  response_->set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) response_->set(name, value);
  const bool has_body = response.status != 304;
  if (has_body) response_->set(http::field::content_type, response.content_type);
  if (has_body) response_->content_length(body_->size());
  if (has_body && !is_head_) {
    response_->body() = beast::span<const char>(body_->data(), body_->size());
  }
  response_->keep_alive(keep);
  const std::chrono::duration<double> seconds = Clock::now() - begin_;
  context_.metrics->CountRequest(response.status, seconds.count());
  serializer_.emplace(*response_);
  ExpireSoon();
  const auto written = [self = shared_from_this(), keep](Error error, std::size_t) {
    self->OnWritten(error, keep);
  };
  // An answer to HEAD tells of a body that does not come.
  if (is_head_) {
    http::async_write_header(stream_, *serializer_, written);
  } else {
    http::async_write(stream_, *serializer_, written);
  }
}

void Connection::OnWritten(Error error, bool keep) {
  if (std::exchange(counted_, false)) --context_.metrics->inflight;
  body_.reset();
  is_head_ = false;
  if (error) return Close();
  if (keep && !draining_) return ReadHeader();
  // A client that still sends would not see the answer if the socket were closed.
  state_ = State::kClosing;
  Error ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream_.expires_after(kLinger);
  Linger();
}

void Connection::Linger() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(4096),
                          [self = shared_from_this()](Error error, std::size_t) {
                            error ? self->Close() : self->Linger();
                          });
}

void Connection::Drain() {
  draining_ = true;
  const bool began = parser_ && (parser_->got_some() || buffer_.size() > 0);
  if (state_ == State::kIdle && !began) Abort();
}

void Connection::Abort() {
  state_ = State::kClosing;
  Close();
}

void Connection::Close() {
  state_ = State::kClosing;
  if (std::exchange(counted_, false)) --context_.metrics->inflight;
  Error ignored;
  stream_.socket().close(ignored);
  stream_.expires_never();
  if (auto closed = std::exchange(closed_, nullptr)) closed(this);
}

}  // namespace lightlda::serve
