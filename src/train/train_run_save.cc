// Saving: the run in its own directory, and the model so far in another one or in memory. A failure
// of SaveTo or CurrentModel is no failure of the run.
#include <algorithm>
#include <string>
#include <utility>

#include "base/directory_lock.h"
#include "base/file.h"
#include "base/owned_directory.h"
#include "collective/agreement.h"
#include "model/load_model.h"
#include "model/model_manifest.h"
#include "train/initial_topics.h"
#include "train/model_saver.h"
#include "train/topic_names.h"
#include "train/train_run.h"

namespace lightlda {

ModelSaver TrainRun::MakeSaver() {
  return ModelSaver(blocks_, sampler_.get(), team_.group, plan_.streams_rows());
}

ModelSnapshot TrainRun::Snapshot() const {
  ModelSnapshot snapshot;
  snapshot.corpus = &corpus_;
  if (plan_.initial != nullptr) {
    snapshot.vocabulary = &plan_.initial->vocabulary;
    snapshot.adds_up = !plan_.initial->prior.has_frozen();
  }
  snapshot.priors = priors_;
  snapshot.settings = settings_.ToJson();
  snapshot.progress = progress_;
  snapshot.active_level = active_level_;
  return snapshot;
}

Result<std::string> TrainRun::Save(const FilePath& directory, const Status& ready) {
  LIGHTLDA_RETURN_IF_ERROR(Agree(team_.group, CheckBlocks()));
  return MakeSaver().Save(directory, Snapshot(), ready);
}

// What was trained on changed blocks is never saved over what was trained on good ones.
Status TrainRun::CheckBlocks() const {
  for (const auto& block : blocks_) LIGHTLDA_RETURN_IF_ERROR(block->CheckUnchanged());
  return {};
}

Result<std::string> TrainRun::SaveInPlace() {
  LIGHTLDA_RETURN_IF_ERROR(FinishCheckpoint());
  Result<std::string> hash = Save(directory_.path(), directory_.FlushMetrics());
  if (!hash.ok()) return hash;
  directory_.SetSaved();
  LIGHTLDA_RETURN_IF_ERROR(NameTopics(*hash));
  return hash;
}

// What cannot be named is saved all the same.
Status TrainRun::NameTopics(const std::string& hash) {
  if (plan_.initial == nullptr || !team_.is_leader()) return {};
  std::string note;
  const Status written =
      WriteTopicNames(directory_.path(), directory_.is_beside() ? config_.model : "",
                      plan_.initial->names, hash, &note);
  if (!written.ok()) note = "topics have no names: " + written.message();
  return note.empty() ? Status() : observer_.Message(note);
}

// Into a directory that has no metrics yet, or older ones.
Result<std::string> TrainRun::SaveElsewhere(const FilePath& directory) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string metrics, directory_.Metrics());
  return Save(directory, WriteFileAtomic(JoinPath(directory, kMetricsFile), metrics));
}

Status TrainRun::PrepareSave() {
  LIGHTLDA_RETURN_IF_ERROR(failure_);
  if (IsComplete()) return Status::Usage(NameOfSaved() + ": complete already, nothing was trained");
  if (progress_.iteration == 0) return Status::Usage("no iteration is done, nothing can be saved");
  LIGHTLDA_RETURN_IF_ERROR(Evaluate().status());
  progress_.complete = done();
  return {};
}

Result<Model> TrainRun::CurrentModel() {
  return CatchBadAlloc([&]() -> Result<Model> {
    LIGHTLDA_RETURN_IF_ERROR(PrepareSave());
    const FilePath memory = FilePath::NewInMemory("the model in memory");
    LIGHTLDA_RETURN_IF_ERROR(SaveElsewhere(memory).status());
    return LoadModel(memory);
  });
}

Result<std::string> TrainRun::SaveTo(const std::string& directory) {
  return CatchBadAlloc([&]() -> Result<std::string> {
    LIGHTLDA_RETURN_IF_ERROR(PrepareSave());
    const bool in_place = !directory_.in_memory() && directory == config_.model;
    return in_place ? SaveInPlace() : SaveCopy(directory);
  });
}

Result<std::string> TrainRun::SaveCopy(const std::string& directory) {
  const bool is_new = std::ranges::find(copies_, directory) == copies_.end();
  if (is_new) {
    const std::string sources[] = {corpus_.directory(), directory_.path()};
    LIGHTLDA_RETURN_IF_ERROR(CheckPlace(directory, sources));
    if (PathExists(directory)) {
      return Status::CannotWrite(directory + ": exists already; give another name");
    }
    LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(directory));
  }
  const auto save = [&]() -> Result<std::string> {
    LIGHTLDA_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Acquire(directory));
    if (is_new) LIGHTLDA_RETURN_IF_ERROR(WriteRunMark(directory, {}));
    Result<std::string> saved = SaveElsewhere(directory);
    if (saved.ok()) LIGHTLDA_RETURN_IF_ERROR(RemoveFile(JoinPath(directory, kRunMarkFile)));
    return saved;
  };
  Result<std::string> hash = CatchBadAlloc(save);  // a new directory goes again then, too
  if (is_new && hash.ok()) copies_.push_back(directory);
  if (is_new && !hash.ok()) (void)RemoveTree(directory);
  return hash;
}

}  // namespace lightlda
