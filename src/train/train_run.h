// One process's part of a run: stages of growth, likelihood, previews, checkpoints, stop and
// resume.
#ifndef LIGHTLDA_TRAIN_TRAIN_RUN_H_
#define LIGHTLDA_TRAIN_TRAIN_RUN_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/directory_lock.h"
#include "base/thread_pool.h"
#include "collective/process_group.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"
#include "lightlda/trainer.h"
#include "model/model_writer.h"
#include "sampler/sampler.h"
#include "train/metrics_log.h"

namespace lightlda {

// What a process has exchanged with the servers so far.
struct Traffic {
  std::uint64_t bytes = 0;  // sent and received
  double waited_seconds = 0;
};

// The processes that train together, as one of them sees them.
struct TrainTeam {
  ProcessGroup* group = nullptr;  // the workers; its rank 0 leads: it writes what is written once
  TableClient* table = nullptr;   // their rows; null if the process is alone
  std::uint32_t staleness = 0;    // clocks that a process may run ahead of the slowest
  std::function<Traffic()> traffic;  // null if the process is alone
};

// One call of Train. All processes of the team make the same calls.
class TrainRun {
 public:
  // observer: null but for the leader. `team` must outlive it.
  TrainRun(const TrainConfig& config, Corpus corpus, TrainPlan plan, const TrainTeam& team,
           TrainObserver* observer, StopToken stop);

  // Errors: as Train's, the same in every process unless the processes can no longer talk.
  Result<TrainResult> Run();

 private:
  using Clock = std::chrono::steady_clock;

  // What all processes have agreed to do after an iteration.
  struct Decision {
    bool stop = false;
    bool checkpoint = false;
  };

  bool is_leader() const { return team_.group->rank() == 0; }
  bool is_alone() const { return team_.table == nullptr; }
  Traffic TrafficNow() const { return team_.traffic ? team_.traffic() : Traffic(); }

  Result<TrainResult> RunInDirectory();
  Status CheckBudget() const;
  Status FindSavedRun();
  Status DecideStart();
  Result<Model> LoadSavedModel() const;
  Result<TrainResult> AlreadyDone() const;
  Status OpenBlocks();
  Status OpenModelDirectory();
  Status CheckModelDirectory() const;
  Status PrepareSampler();
  Status RestoreSavedRun();
  Status CheckRestored(const std::string& expected_hash);
  Status CountActive();

  const TrainPlan::Stage& StageOf(std::int64_t iteration, bool* first = nullptr) const;
  Result<TrainResult> Loop();
  Result<IterationMetrics> OneIteration(Decision* decision);
  Status Sample(std::int64_t iteration);
  void StartVote(const Traffic& before, double seconds);
  Result<Decision> Decide();
  bool WantsLikelihood(std::int64_t iteration) const;
  Status FinishDecisions();
  IterationMetrics Measure(std::int64_t iteration, double seconds);
  Result<double> Evaluate();
  Status MaybePreview(std::int64_t iteration) const;
  Result<TrainResult> Stop();
  Status Checkpoint();
  Result<std::string> Save();

  TrainConfig config_;
  Corpus corpus_;
  TrainObserver* observer_;
  StopToken stop_;
  TrainTeam team_;
  TrainPlan plan_;
  std::string settings_;  // MakeSettings of the two above
  ThreadPool pool_;
  std::optional<SavedRun> resumed_;
  bool created_directory_ = false;
  bool saved_ = false;  // the model directory holds a valid generation
  std::vector<std::unique_ptr<const Block>> blocks_;  // of this process
  std::optional<DirectoryLock> lock_;                 // the leader's
  std::optional<MetricsLog> metrics_;                 // the leader's
  std::unique_ptr<Sampler> sampler_;
  ModelProgress progress_;
  int active_level_ = 0;
  Clock::time_point last_save_;
  bool checkpoint_asked_ = false;
  std::uint32_t undecided_ = 0;  // votes that were started and not finished
  // Of the last vote that was finished.
  std::optional<double> exchanged_bytes_per_token_;
  std::optional<double> waiting_share_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TRAIN_RUN_H_
