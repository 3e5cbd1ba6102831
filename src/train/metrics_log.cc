#include "train/metrics_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"

namespace lightlda {

std::string MetricsLine(const IterationMetrics& metrics) {
  nlohmann::ordered_json line;
  line["iteration"] = metrics.iteration;
  line["stage"] = metrics.stage;
  line["full_iteration"] = metrics.full_iteration;
  line["active_documents"] = metrics.active_documents;
  line["active_tokens"] = metrics.active_tokens;
  line["work"] = metrics.work;
  line["seconds"] = metrics.seconds;
  line["tokens_per_second"] = metrics.tokens_per_second;
  if (metrics.log_likelihood_per_token) {
    line["log_likelihood_per_token"] = *metrics.log_likelihood_per_token;
  }
  if (metrics.held_out_log_likelihood_per_token) {
    line["held_out_log_likelihood_per_token"] = *metrics.held_out_log_likelihood_per_token;
  }
  if (metrics.sample_log_likelihood_per_token) {
    line["sample_log_likelihood_per_token"] = *metrics.sample_log_likelihood_per_token;
  }
  if (metrics.alpha_sum) line["alpha_sum"] = *metrics.alpha_sum;
  if (metrics.beta) line["beta"] = *metrics.beta;
  if (metrics.exchanged_bytes_per_token) {
    line["exchanged_bytes_per_token"] = *metrics.exchanged_bytes_per_token;
  }
  if (metrics.waiting_share) line["waiting_share"] = *metrics.waiting_share;
  return line.dump() + "\n";
}

// Nothing but a file of the directory itself: no link, no pipe, which would wait for a reader.
Result<MetricsLog> MetricsLog::OpenRegular(const std::string& path, std::uint64_t* size) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const int fd = ::open(path.c_str(), kFlags, 0666);
  if (fd < 0 && errno != ELOOP && errno != ENXIO) {
    return Status::CannotWrite(ErrnoMessage(path, errno));
  }
  MetricsLog log(path, fd, 0);
  struct stat info;
  if (fd < 0 || ::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return Status::CannotWrite(path + ": not a regular file, so not written");
  }
  *size = static_cast<std::uint64_t>(info.st_size);
  return log;
}

Result<MetricsLog> MetricsLog::Open(const std::string& path, std::uint64_t keep_bytes) {
  std::uint64_t size = 0;
  LIGHTLDA_ASSIGN_OR_RETURN(MetricsLog log, OpenRegular(path, &size));
  if (size < keep_bytes) {
    return Status::BadInput(path + ": has " + std::to_string(size) + " bytes, expected at least " +
                            std::to_string(keep_bytes));
  }
  if (size > keep_bytes && ::ftruncate(log.fd_, static_cast<off_t>(keep_bytes)) != 0) {
    // On a file system that cannot cut a file the lines to keep make a new one.
    if (!IsRefusedCall(errno)) return Status::CannotWrite(ErrnoMessage(path, errno));
    LIGHTLDA_ASSIGN_OR_RETURN(const std::string lines, ReadFile(path));
    LIGHTLDA_RETURN_IF_ERROR(WriteFileAtomic(path, lines.substr(0, keep_bytes)));
    LIGHTLDA_ASSIGN_OR_RETURN(log, OpenRegular(path, &size));
  }
  log.bytes_ = keep_bytes;
  if (::lseek(log.fd_, 0, SEEK_END) >= 0) return log;
  return Status::CannotWrite(ErrnoMessage(path, errno));
}

MetricsLog::MetricsLog(MetricsLog&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      bytes_(other.bytes_),
      pending_(std::move(other.pending_)) {}

MetricsLog& MetricsLog::operator=(MetricsLog&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(bytes_, other.bytes_);
  std::swap(pending_, other.pending_);
  return *this;
}

MetricsLog::~MetricsLog() {
  if (fd_ >= 0) ::close(fd_);
}

void MetricsLog::Append(const IterationMetrics& metrics) {
  pending_ += MetricsLine(metrics);
  (void)Flush();  // what remains is tried again
}

Result<std::string> MetricsLog::Text() const {
  std::string text;
  char chunk[1 << 16];
  for (;;) {
    const ssize_t got = ::pread(fd_, chunk, sizeof(chunk), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::CannotWrite(ErrnoMessage(path_, errno));
    if (got == 0) return text + pending_;
    text.append(chunk, static_cast<std::size_t>(got));
  }
}

Status MetricsLog::Flush() {
  while (!pending_.empty()) {
    const ssize_t written = ::write(fd_, pending_.data(), pending_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Status::CannotWrite(ErrnoMessage(path_, errno));
    bytes_ += static_cast<std::uint64_t>(written);
    pending_.erase(0, static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace lightlda
