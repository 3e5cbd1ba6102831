// The settings of a run: one list of them, with what each is for.
#ifndef LIGHTLDA_TRAIN_SETTINGS_H_
#define LIGHTLDA_TRAIN_SETTINGS_H_

#include <string>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "train/plan_details.h"

namespace lightlda {

// Immutable. What a new setting is for says its line in the constructor, and nothing else has to.
class RunSettings {
 public:
  // `plan` is the one made for `config`: "auto" is settled in it.
  RunSettings(const TrainConfig& config, const PlanDetails& plan,
              const std::string& corpus_checksum);

  // Those that a model keeps, as they were asked for: the text of a JSON object.
  std::string ToJson() const;

  // Those that all processes of a run must have in common for one model to come of it, likewise.
  // Processes may go on together if theirs are equal.
  std::string Fingerprint() const;

  // OK if a run that was saved with `saved`, a text of ToJson, may go on under these settings: all
  // that decides the result is equal, but for the number of full iterations, which may grow.
  // Errors: kUsage, naming the setting.
  Status CheckResumable(const std::string& saved) const;

 private:
  struct Setting {
    const char* name;
    std::string value;  // JSON
    unsigned uses;
  };

  std::string Select(unsigned use) const;

  std::vector<Setting> settings_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SETTINGS_H_
