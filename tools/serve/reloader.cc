#include "serve/reloader.h"

#include <utility>

namespace lightlda::serve {

Reloader::Reloader(std::vector<ModelSlot*> models, std::chrono::milliseconds period,
                   Metrics* metrics, std::function<void(const std::string&)> tell)
    : models_(std::move(models)),
      period_(period),
      metrics_(metrics),
      tell_(std::move(tell)),
      thread_([this] { Run(); }) {}

void Reloader::Request() {
  {
    const std::lock_guard lock(mutex_);
    requested_ = true;
  }
  wake_.notify_one();
}

void Reloader::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Reloader::Run() {
  while (true) {
    bool requested = false;
    {
      std::unique_lock lock(mutex_);
      const auto is_called = [&] { return requested_ || stopping_; };
      if (period_.count() > 0) {
        wake_.wait_for(lock, period_, is_called);
      } else {
        wake_.wait(lock, is_called);
      }
      if (stopping_) return;
      requested = std::exchange(requested_, false);
    }
    LoadAll(!requested);
  }
}

void Reloader::LoadAll(bool only_if_changed) {
  for (ModelSlot* slot : models_) {
    const Result<bool> loaded = slot->Load(only_if_changed);
    if (loaded.ok() && !loaded.value()) continue;
    metrics_->CountReload(loaded.ok());
    if (!loaded.ok()) {
      tell_("model " + slot->name() +
            ": not reloaded, the one before is still served: " + loaded.status().message());
      continue;
    }
    const auto model = slot->Get();
    tell_("model " + slot->name() + ": reloaded, " + model->hash() +
          (model->warning().empty() ? "" : "; " + model->warning()));
  }
}

}  // namespace lightlda::serve
