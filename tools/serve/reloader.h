// Reloader: a thread that looks for new generations of the models that are served.
#ifndef LIGHTLDA_TOOLS_SERVE_RELOADER_H_
#define LIGHTLDA_TOOLS_SERVE_RELOADER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "serve/metrics.h"
#include "serve/served_model.h"

namespace lightlda::serve {

// Thread-safe.
class Reloader {
 public:
  // period: how often files are looked at; zero: only when it is asked for. tell: takes one line
  // per load, from the reloader's thread. What it is given must outlive it.
  Reloader(std::vector<ModelSlot*> models, std::chrono::milliseconds period, Metrics* metrics,
           std::function<void(const std::string&)> tell);
  ~Reloader() { Stop(); }
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // All models are loaded anew, changed or not. Requests that come before it begins are one.
  void Request();
  // Waits for a load under way.
  void Stop();

 private:
  void Run();
  void LoadAll(bool only_if_changed);

  const std::vector<ModelSlot*> models_;
  const std::chrono::milliseconds period_;
  Metrics* const metrics_;
  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool requested_ = false;  // guarded by mutex_
  bool stopping_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_RELOADER_H_
