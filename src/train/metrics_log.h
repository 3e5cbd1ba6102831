// MODEL/metrics.jsonl: one line per iteration.
#ifndef LIGHTLDA_TRAIN_METRICS_LOG_H_
#define LIGHTLDA_TRAIN_METRICS_LOG_H_

#include <cstdint>
#include <string>

#include "lightlda/status.h"
#include "lightlda/trainer.h"

namespace lightlda {

// The line of an iteration, with its line end.
std::string MetricsLine(const IterationMetrics& metrics);

// Not thread-safe. A full disk must not end a run, so lines that cannot be written are kept and
// tried again; Flush tells whether all are in the file.
class MetricsLog {
 public:
  // Opens or creates the file and cuts it to `keep_bytes`. Errors: kCannotWrite, also for a link or
  // anything else that is no regular file; kBadInput if it is shorter.
  static Result<MetricsLog> Open(const std::string& path, std::uint64_t keep_bytes);

  MetricsLog(MetricsLog&& other) noexcept;
  MetricsLog& operator=(MetricsLog&& other) noexcept;
  ~MetricsLog();

  void Append(const IterationMetrics& metrics);
  Status Flush();
  std::uint64_t bytes() const { return bytes_; }  // of the file
  // All lines, also those that are not in the file yet. Errors: kCannotWrite.
  Result<std::string> Text() const;

 private:
  static Result<MetricsLog> OpenRegular(const std::string& path, std::uint64_t* size);
  MetricsLog(std::string path, int fd, std::uint64_t bytes)
      : path_(std::move(path)), fd_(fd), bytes_(bytes) {}

  std::string path_;
  int fd_;
  std::uint64_t bytes_;
  std::string pending_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_METRICS_LOG_H_
