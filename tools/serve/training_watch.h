// TrainingWatch: a training run as its files tell of it. Nothing but its directory is looked at.
#ifndef LIGHTLDA_TOOLS_SERVE_TRAINING_WATCH_H_
#define LIGHTLDA_TOOLS_SERVE_TRAINING_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "lightlda/status.h"

namespace lightlda::serve {

// Thread-safe.
class TrainingWatch {
 public:
  explicit TrainingWatch(std::string directory) : directory_(std::move(directory)) {}

  // The lines of MODEL/metrics.jsonl from byte `from` on, at most kMaxLines, as
  // {"from", "next", "lines": [...], "saved": {...} or null}. `next` is where the next call goes
  // on. A file that is shorter than `from` by now, as the run went back to its last save, is read
  // from its beginning: then "from" is 0. "saved" has the topics of the last save. A run that has
  // written nothing yet has no lines. Errors: kBadInput for a file that cannot be read.
  Result<std::string> Json(std::uint64_t from);
  static constexpr std::size_t kMaxLines = 2000;

 private:
  std::string SavedTopics();

  const std::string directory_;
  std::mutex mutex_;   // guards what follows
  std::string seen_;   // manifest.json as it was when saved_ was made
  std::string saved_;  // JSON
};

// The page that asks for it; it needs nothing else.
extern const char kWatchPage[];

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_TRAINING_WATCH_H_
