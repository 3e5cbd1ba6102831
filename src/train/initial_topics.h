// Where topics begin, if not with nothing: topics of another model, and words of the user's.
#ifndef LIGHTLDA_TRAIN_INITIAL_TOPICS_H_
#define LIGHTLDA_TRAIN_INITIAL_TOPICS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"
#include "lightlda/types.h"
#include "lightlda/vocabulary.h"
#include "table/word_prior.h"
#include "train/plan_details.h"

namespace lightlda {

// A function of the corpus, and of what the configuration names and says. Immutable.
struct InitialTopics {
  WordPrior prior;                       // of the corpus's words
  std::vector<double> alpha;             // [num_topics], what a learned one begins with; or empty
  std::map<TopicId, std::string> names;  // of seeded topics, and those that the model's have
  Vocabulary vocabulary;                 // the corpus's, with the tokens of the prior
  std::vector<std::string> notes;        // what the user should know; one line each
  std::string hash;                      // of what decides the result; 16 hexadecimal digits

  std::size_t Bytes() const { return prior.Bytes(); }
};

// Null if the configuration asks for none. REQUIRES: config.Validate() is OK. Errors: kUsage;
// kBadInput, naming the file or model.
Result<std::shared_ptr<const InitialTopics>> OpenInitialTopics(const TrainConfig& config,
                                                               const Corpus& corpus);

// Whether the stages of the plan can do with its initial topics. Errors: kUsage.
Status CheckInitialTopics(const PlanDetails& plan);

// Null if there is none. Valid as long as the plan's initial topics.
const WordPrior* WordPriorOf(const PlanDetails& plan);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_INITIAL_TOPICS_H_
