// Names that a run's topics have from the start, as labels of its model.
#ifndef LIGHTLDA_TRAIN_TOPIC_NAMES_H_
#define LIGHTLDA_TRAIN_TOPIC_NAMES_H_

#include <map>
#include <string>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Writes labels.json into `directory`, which holds the model of this hash. One that is there is
// somebody's: if its topics have these names, the names count from now on for this model, with all
// else that it says; if not, it is left as it is, and *note says so. `replaced`: the directory that
// this one is going to replace, whose labels.json stays; empty: none. Errors: kBadInput,
// kCannotWrite.
Status WriteTopicNames(const std::string& directory, const std::string& replaced,
                       const std::map<TopicId, std::string>& names, const std::string& model_hash,
                       std::string* note);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_TOPIC_NAMES_H_
