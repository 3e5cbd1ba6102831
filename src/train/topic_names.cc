#include "train/topic_names.h"

#include <algorithm>

#include "base/file.h"
#include "lightlda/labels.h"
#include "model/model_manifest.h"

namespace lightlda {

Status WriteTopicNames(const std::string& directory, const std::string& replaced,
                       const std::map<TopicId, std::string>& names, const std::string& model_hash,
                       std::string* note) {
  if (names.empty()) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(TopicLabels labels, ReadLabels(directory));
  const bool has_names = std::ranges::all_of(names, [&](const auto& name) {
    const auto found = labels.labels.find(name.first);
    return found != labels.labels.end() && found->second == name.second;
  });
  const std::string theirs = JoinPath(replaced.empty() ? directory : replaced, kLabelsFile);
  const bool is_new = !PathExists(JoinPath(directory, kLabelsFile));
  if ((!is_new && !has_names) || (!replaced.empty() && PathExists(theirs))) {
    *note = theirs + ": left as it is: it does not have the names of the topics";
    return {};
  }
  labels.labels.insert(names.begin(), names.end());
  if (labels.model_hash == model_hash && !is_new) return {};
  labels.model_hash = model_hash;
  return WriteLabels(directory, labels);
}

}  // namespace lightlda
