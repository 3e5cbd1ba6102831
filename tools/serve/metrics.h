// Metrics: what a server has done, for GET /metrics.
#ifndef LIGHTLDA_TOOLS_SERVE_METRICS_H_
#define LIGHTLDA_TOOLS_SERVE_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace lightlda::serve {

// Thread-safe.
class Metrics {
 public:
  void CountRequest(int status, double seconds);
  void CountReload(bool succeeded);

  std::atomic<std::uint64_t> documents{0};
  std::atomic<std::uint64_t> tokens{0};          // that the model knows
  std::atomic<std::uint64_t> unknown_tokens{0};  // that it does not know
  std::atomic<std::int64_t> inflight{0};         // requests that arrived and have no answer yet
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::uint64_t> refused_connections{0};

  // In the text format of Prometheus, version 0.0.4. What others know comes in as it is.
  std::string Text(std::size_t queue_depth) const;

 private:
  // Upper bounds of the histogram's buckets, in seconds.
  static constexpr std::array<double, 12> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                     0.05,   0.1,   0.25,   0.5,   1,    10};

  mutable std::mutex mutex_;  // guards what follows
  std::map<int, std::uint64_t> requests_;
  std::array<std::uint64_t, kBounds.size() + 1> buckets_ = {};
  double seconds_ = 0;
  std::uint64_t reloads_ = 0;
  std::uint64_t failed_reloads_ = 0;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_METRICS_H_
