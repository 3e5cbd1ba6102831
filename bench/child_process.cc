#include "child_process.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.h"

namespace lightlda::bench {
namespace {

using Json = nlohmann::ordered_json;

// The child's side: {"value": ...} or {"code": ..., "message": ...} into the pipe.
[[noreturn]] void RunAndExit(const std::function<Result<Json>()>& work, int pipe) {
  const Result<Json> result = work();
  Json answer;
  if (result.ok()) {
    answer["value"] = result.value();
  } else {
    answer["code"] = static_cast<int>(result.status().code());
    answer["message"] = result.status().message();
  }
  const std::string text = answer.dump();
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(pipe, text.data() + written, text.size() - written);
    if (n < 0 && errno != EINTR) break;  // the parent sees an answer that is cut off
    written += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  std::fflush(nullptr);
  ::_exit(0);
}

std::string ReadAll(int pipe) {
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t n = ::read(pipe, buffer.data(), buffer.size());
    if (n == 0 || (n < 0 && errno != EINTR)) return text;
    if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Result<Json> ValueOf(const std::string& text, int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    return Status::Failure("the run was killed by signal " + std::to_string(WTERMSIG(wait_status)));
  }
  const Json answer = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return Status::Failure("the run ended without an answer");
  if (answer.contains("value")) return answer["value"];
  return Status(static_cast<StatusCode>(answer["code"].get<int>()),
                answer["message"].get<std::string>());
}

}  // namespace

Result<ChildResult> RunInChild(const std::function<Result<Json>()>& work) {
  std::fflush(nullptr);  // what is buffered would be written twice
  int ends[2];
  if (::pipe(ends) != 0) return Status::Failure(ErrnoMessage("pipe", errno));
  const pid_t child = ::fork();
  if (child < 0) {
    const int error = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    return Status::Failure(ErrnoMessage("fork", error));
  }
  if (child == 0) {
    ::close(ends[0]);
    RunAndExit(work, ends[1]);
  }
  ::close(ends[1]);
  const std::string text = ReadAll(ends[0]);
  ::close(ends[0]);
  int wait_status = 0;
  rusage usage = {};
  while (::wait4(child, &wait_status, 0, &usage) < 0) {
    if (errno != EINTR) return Status::Failure(ErrnoMessage("wait4", errno));
  }
  ChildResult result;
  LIGHTLDA_ASSIGN_OR_RETURN(Json value, ValueOf(text, wait_status));
  result.value = std::make_shared<Json>(std::move(value));
  result.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  result.cpu_seconds = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  return result;
}

}  // namespace lightlda::bench
