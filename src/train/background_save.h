// Saving while training goes on.
#ifndef LIGHTLDA_TRAIN_BACKGROUND_SAVE_H_
#define LIGHTLDA_TRAIN_BACKGROUND_SAVE_H_

#include <functional>
#include <future>
#include <optional>
#include <string>

#include "base/file_path.h"
#include "lightlda/status.h"
#include "model/model_writer.h"
#include "sampler/topics_copy.h"
#include "table/word_prior.h"

namespace lightlda {

// One save at a time, in a thread of its own. Destroyed, it waits for the one under way. Used by
// one thread.
class BackgroundSave {
 public:
  // Returns the model hash.
  using Save = std::function<Result<std::string>()>;
  struct Outcome {
    Result<std::string> hash;  // also kOutOfMemory
    double seconds = 0;        // that the save took
  };

  // Begins a save that meets nothing that changes meanwhile. Where the system has no more threads
  // it is done when this returns. REQUIRES: none is under way.
  void Start(Save save);
  bool under_way() const { return outcome_.valid(); }
  // How the save under way went, once: none if there is none or, unless it is waited for, if it
  // goes on.
  std::optional<Outcome> Take(bool wait);

 private:
  std::future<Outcome> outcome_;
};

// Saves `snapshot`, whose rows, totals and topics are those of the copy, byte for byte as
// ModelSaver does for a process alone. prior: of the sampler; null: none. Errors: as SaveModel's.
Result<std::string> SaveTopicsCopy(const FilePath& directory, ModelSnapshot snapshot,
                                   const TopicsCopy& copy, const WordPrior* prior = nullptr);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_BACKGROUND_SAVE_H_
