// Status and Result<T>: how every fallible call of lightlda reports.
//
// The library never throws across its public interface, but for what an observer's callback throws
// (lightlda/trainer.h), and never exits. A failed call returns a Status whose code says what kind
// of failure it is, and whose message is one line that names what was read or written, where, what
// was expected and what was found.
#ifndef LIGHTLDA_STATUS_H_
#define LIGHTLDA_STATUS_H_

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lightlda {

// The numbers travel between the processes of a job. Do not change existing entries.
enum class StatusCode : int {
  kOk = 0,
  kFailure = 1,      // anything not named below, e.g. a failed system call
  kUsage = 2,        // a setting out of range, or settings that do not go together
  kBadInput = 3,     // an input, corpus or model that is missing, malformed or corrupted
  kCannotWrite = 4,  // an output that cannot be created or written, e.g. a full disk
  kStopped = 5,      // stopped on request with everything saved; run again to go on
  kCancelled = 6,    // stopped on request with nothing kept
  kOutOfMemory = 7,
  kPeerLost = 8,  // another process of the job is gone, or silent for too long
};

// The exit code of a program that ends so (sysexits): 0, 1, 64, 65, 73 or 75.
constexpr int ExitCode(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return 0;
    case StatusCode::kUsage:
      return 64;
    case StatusCode::kBadInput:
      return 65;
    case StatusCode::kCannotWrite:
      return 73;
    case StatusCode::kStopped:
      return 75;
    case StatusCode::kFailure:
    case StatusCode::kCancelled:
    case StatusCode::kOutOfMemory:
    case StatusCode::kPeerLost:
      return 1;
  }
  return 1;
}

// The outcome of a call. Thread-compatible.
class [[nodiscard]] Status {
 public:
  Status() = default;  // success
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status Failure(std::string message) { return {StatusCode::kFailure, std::move(message)}; }
  static Status Usage(std::string message) { return {StatusCode::kUsage, std::move(message)}; }
  static Status BadInput(std::string message) {
    return {StatusCode::kBadInput, std::move(message)};
  }
  static Status CannotWrite(std::string message) {
    return {StatusCode::kCannotWrite, std::move(message)};
  }
  static Status Stopped(std::string message) { return {StatusCode::kStopped, std::move(message)}; }
  static Status Cancelled(std::string message) {
    return {StatusCode::kCancelled, std::move(message)};
  }
  static Status OutOfMemory(std::string message) {
    return {StatusCode::kOutOfMemory, std::move(message)};
  }
  static Status PeerLost(std::string message) {
    return {StatusCode::kPeerLost, std::move(message)};
  }

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  int exit_code() const { return ExitCode(code_); }
  const std::string& message() const { return message_; }

  // The same failure with "context: " put before its message; OK stays OK.
  Status WithContext(std::string_view context) const {
    if (ok()) return *this;
    return {code_, std::string(context) + ": " + message_};
  }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

// A value or the reason why there is none. Thread-compatible.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}          // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)) {}  // NOLINT: REQUIRES: !status.ok()

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  // REQUIRES: ok(). Anything else ends the process: it is a bug, not bad input.
  T& value() & { return CheckedValue(); }
  const T& value() const& { return const_cast<Result*>(this)->CheckedValue(); }
  T&& value() && { return std::move(CheckedValue()); }
  T& operator*() { return CheckedValue(); }
  T* operator->() { return &CheckedValue(); }

 private:
  T& CheckedValue() {
    if (!value_.has_value()) std::abort();
    return *value_;
  }

  Status status_;
  std::optional<T> value_;
};

}  // namespace lightlda

#define LIGHTLDA_CONCAT_INNER_(a, b) a##b
#define LIGHTLDA_CONCAT_(a, b) LIGHTLDA_CONCAT_INNER_(a, b)

// Returns from the enclosing function when `expr`, a Status, is not OK.
#define LIGHTLDA_RETURN_IF_ERROR(expr)                                        \
  do {                                                                        \
    if (::lightlda::Status lightlda_status_ = (expr); !lightlda_status_.ok()) \
      return lightlda_status_;                                                \
  } while (false)

// LIGHTLDA_ASSIGN_OR_RETURN(auto x, F()): declares x from the Result of F() or returns its Status.
#define LIGHTLDA_ASSIGN_OR_RETURN(declaration, expr) \
  LIGHTLDA_ASSIGN_OR_RETURN_IMPL_(LIGHTLDA_CONCAT_(lightlda_result_, __LINE__), declaration, expr)
#define LIGHTLDA_ASSIGN_OR_RETURN_IMPL_(result, declaration, expr) \
  auto result = (expr);                                            \
  if (!result.ok()) return result.status();                        \
  declaration = std::move(result).value()

#endif  // LIGHTLDA_STATUS_H_
