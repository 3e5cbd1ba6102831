// lightlda-dump labels: names for topics, kept in the model's directory.
#include "lightlda/labels.h"

#include <charconv>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "flags.h"
#include "lightlda/compare.h"
#include "part.h"
#include "topic_options.h"

namespace lightlda::tools {
namespace {

Status NotATopic(const std::string& flag, const std::string& text, const Model& model) {
  return Status::Usage("--" + flag + ": " + text + ": expected a topic from 0 to " +
                       std::to_string(model.num_topics() - 1));
}

// "12:galaxies,13:stars\, dust": a comma ends a label unless a backslash is before it; a backslash
// stands for the character after it. Errors: kUsage.
Result<std::map<TopicId, std::string>> ParseLabels(const std::string& text, const Model& model) {
  std::map<TopicId, std::string> labels;
  for (std::size_t at = 0; at < text.size();) {
    TopicId topic = 0;
    const auto number = std::from_chars(text.data() + at, text.data() + text.size(), topic);
    const auto colon = static_cast<std::size_t>(number.ptr - text.data());
    if (number.ec != std::errc() || colon == text.size() || text[colon] != ':') {
      return Status::Usage("--set=" + text + ": at " + text.substr(at) +
                           ": expected TOPIC:LABEL,TOPIC:LABEL; a comma in a label is \\,");
    }
    if (topic >= model.num_topics()) return NotATopic("set", std::to_string(topic), model);
    std::string& label = labels[topic];
    label.clear();
    for (at = colon + 1; at < text.size() && text[at] != ','; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      label += text[at];
    }
    if (at < text.size()) ++at;
  }
  return labels;
}

Status Change(const Model& model, TopicLabels* labels) {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto set, ParseLabels(FLAGS_set, model));
  for (const auto& [topic, label] : set) {
    if (label.empty()) {
      labels->labels.erase(topic);
    } else {
      labels->labels[topic] = label;
    }
  }
  for (const auto& [flag, topics] :
       {std::pair("hide", FLAGS_hide), std::pair("show", FLAGS_show)}) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto parsed, ParseTopics(flag, topics));
    for (const TopicId topic : parsed) {
      if (topic >= model.num_topics()) return NotATopic(flag, std::to_string(topic), model);
      if (flag == std::string("hide")) {
        labels->hidden.insert(topic);
      } else {
        labels->hidden.erase(topic);
      }
    }
  }
  return {};
}

// The labels of --match_labels, a model, as those of this one: what `labels`, which are there, do
// not say themselves. They are --match_labels' labels.json, or a copy of it that is here already.
Status Match(const Model& model, TopicLabels* labels) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Model old, Model::Load(FLAGS_match_labels));
  TopicLabels old_labels;
  if (labels->model_hash == old.model_hash()) {
    old_labels = std::exchange(*labels, {});
  } else {
    LIGHTLDA_ASSIGN_OR_RETURN(old_labels, ReadLabels(FLAGS_match_labels));
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckLabels(old_labels, old).WithContext(FLAGS_match_labels));
  if (!labels->model_hash.empty()) {
    LIGHTLDA_RETURN_IF_ERROR(CheckLabels(*labels, model).WithContext(FLAGS_model));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const ModelComparison comparison,
                            CompareModels(model, old, {.max_distance = FLAGS_max_distance}));
  std::size_t num_lost = 0;
  const TopicLabels carried = CarryLabels(old_labels, comparison, model.model_hash(), &num_lost);
  labels->labels.insert(carried.labels.begin(), carried.labels.end());
  labels->notes.insert(carried.notes.begin(), carried.notes.end());
  labels->hidden.insert(carried.hidden.begin(), carried.hidden.end());
  labels->carried_from = carried.carried_from;
  labels->model_hash = model.model_hash();
  Tell(DumpProgram(), std::to_string(carried.labels.size()) + " labels carried over from " +
                          FLAGS_match_labels + "; " + std::to_string(num_lost) +
                          " of topics that this model does not have");
  return {};
}

Result<TopicLabels> CurrentLabels(const Model& model, bool* changed) {
  LIGHTLDA_ASSIGN_OR_RETURN(TopicLabels labels, ReadLabels(FLAGS_model));
  if (!FLAGS_match_labels.empty()) {
    *changed = true;
    LIGHTLDA_RETURN_IF_ERROR(Match(model, &labels));
    return labels;
  }
  if (FLAGS_keep_labels && labels.model_hash != model.model_hash()) {
    *changed = !labels.model_hash.empty();
    labels.model_hash = model.model_hash();
  }
  if (labels.model_hash.empty()) labels.model_hash = model.model_hash();
  if (labels.model_hash == model.model_hash()) {
    LIGHTLDA_RETURN_IF_ERROR(CheckLabels(labels, model).WithContext(FLAGS_model));
    return labels;
  }
  return Status::BadInput(
      CheckLabels(labels, model).WithContext(FLAGS_model).message() +
      "; --match_labels=MODEL carries them over from the model they are of, --keep_labels takes "
      "them by the numbers of the topics, which stay when training goes on");
}

Status WriteLabelTable(const DumpInput& input, const ExportSink& sink) {
  if (FLAGS_keep_labels && !FLAGS_match_labels.empty()) {
    return Status::Usage("--keep_labels and --match_labels: expected one of them");
  }
  bool changed = !FLAGS_set.empty() || !FLAGS_hide.empty() || !FLAGS_show.empty();
  LIGHTLDA_ASSIGN_OR_RETURN(TopicLabels labels, CurrentLabels(input.model, &changed));
  LIGHTLDA_RETURN_IF_ERROR(Change(input.model, &labels));
  DumpInput sorted = input;
  if (FLAGS_sort != "id") {
    LIGHTLDA_ASSIGN_OR_RETURN(const ExportOptions options, SortedWithLabels(input));
    sorted.options.order = options.order;
  }
  if (changed) LIGHTLDA_RETURN_IF_ERROR(lightlda::WriteLabels(FLAGS_model, labels));
  return ExportLabels(input.model, labels, sorted.options, sink);
}

constexpr DumpPart kParts[] = {
    {"labels", "one line per topic: its label; --set and --hide change them", true, false,
     WriteLabelTable},
};

}  // namespace

std::span<const DumpPart> LabelParts() { return kParts; }

}  // namespace lightlda::tools
