// labels.json: read, checked, written, carried over.
#include "lightlda/labels.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json_fields.h"
#include "model/model_manifest.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

using Texts = std::map<TopicId, std::string>;

constexpr char kTopicNumbers[] = "numbers of topics as names";

// The members of an object by topic. An empty text is none.
Result<Texts> TextsOf(const JsonFields& file, const std::string& name) {
  Texts texts;
  if (!file.Has(name)) return texts;
  LIGHTLDA_ASSIGN_OR_RETURN(const JsonFields members, file.Object(name));
  for (const auto& [key, value] : members.json().items()) {
    TopicId topic = 0;
    const auto end = std::from_chars(key.data(), key.data() + key.size(), topic);
    if (end.ec != std::errc() || std::to_string(topic) != key || topic >= kMaxTopics) {
      return file.Error(name, kTopicNumbers);
    }
    LIGHTLDA_ASSIGN_OR_RETURN(std::string text, members.String(key));
    if (!text.empty()) texts[topic] = std::move(text);
  }
  return texts;
}

Result<std::set<TopicId>> HiddenOf(const JsonFields& file) {
  std::set<TopicId> hidden;
  if (!file.Has("hidden")) return hidden;
  const auto& list = file.json()["hidden"];
  if (!list.is_array()) return file.Error("hidden", "an array of topics");
  for (const auto& topic : list) {
    if (!topic.is_number_unsigned() || topic.get<std::uint64_t>() >= kMaxTopics) {
      return file.Error("hidden", "an array of topics");
    }
    hidden.insert(topic.get<TopicId>());
  }
  return hidden;
}

Result<TopicLabels> Parse(const std::string& path, const std::string& text) {
  const auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Status::BadInput(path + ": not a JSON object");
  const JsonFields file(path, json);
  for (const auto& [name, value] : json.items()) {
    if (name != "model_hash" && name != "labels" && name != "hidden" && name != "notes" &&
        name != "carried_from") {
      return Status::BadInput(path + ": unknown member \"" + name +
                              "\": expected model_hash, labels, hidden, notes or carried_from");
    }
  }
  TopicLabels labels;
  LIGHTLDA_ASSIGN_OR_RETURN(labels.model_hash, file.String("model_hash"));
  LIGHTLDA_ASSIGN_OR_RETURN(labels.labels, TextsOf(file, "labels"));
  LIGHTLDA_ASSIGN_OR_RETURN(labels.hidden, HiddenOf(file));
  LIGHTLDA_ASSIGN_OR_RETURN(labels.notes, TextsOf(file, "notes"));
  if (file.Has("carried_from")) {
    LIGHTLDA_ASSIGN_OR_RETURN(labels.carried_from, file.String("carried_from"));
  }
  return labels;
}

Status AddTexts(const std::string& path, const char* name, const Texts& texts,
                nlohmann::ordered_json* json) {
  auto& object = (*json)[name] = nlohmann::ordered_json::object();
  for (const auto& [topic, text] : texts) {
    if (text.empty()) continue;
    if (FindInvalidUtf8(text)) {
      return Status::BadInput(path + ": the text of topic " + std::to_string(topic) +
                              " is not UTF-8");
    }
    object[std::to_string(topic)] = text;
  }
  return {};
}

}  // namespace

Result<TopicLabels> ReadLabels(const std::string& directory) {
  const std::string path = JoinPath(directory, kLabelsFile);
  if (!PathExists(path)) return TopicLabels();
  return ReadLabelsFile(path);
}

Result<TopicLabels> ReadLabelsFile(const std::string& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return Parse(path, text);
}

Status CheckLabels(const TopicLabels& labels, const Model& model) {
  if (labels.model_hash != model.model_hash()) {
    return Status::BadInput(std::string(kLabelsFile) + ": its labels are of a model with hash " +
                            labels.model_hash + ", this one has " + model.model_hash());
  }
  TopicId last = labels.hidden.empty() ? 0 : *labels.hidden.rbegin();
  for (const Texts* texts : {&labels.labels, &labels.notes}) {
    if (!texts->empty()) last = std::max(last, texts->rbegin()->first);
  }
  if (last < model.num_topics()) return {};
  return Status::BadInput(std::string(kLabelsFile) + ": topic " + std::to_string(last) +
                          ": expected topics from 0 to " + std::to_string(model.num_topics() - 1));
}

Status WriteLabels(const std::string& directory, const TopicLabels& labels) {
  const std::string path = JoinPath(directory, kLabelsFile);
  nlohmann::ordered_json json = {{"model_hash", labels.model_hash}};
  if (!labels.carried_from.empty()) json["carried_from"] = labels.carried_from;
  LIGHTLDA_RETURN_IF_ERROR(AddTexts(path, "labels", labels.labels, &json));
  json["hidden"] = labels.hidden;
  LIGHTLDA_RETURN_IF_ERROR(AddTexts(path, "notes", labels.notes, &json));
  return WriteFileAtomic(path, json.dump(2) + "\n");
}

TopicLabels CarryLabels(const TopicLabels& labels, const ModelComparison& comparison,
                        const std::string& model_hash, std::size_t* num_lost) {
  TopicLabels carried;
  carried.model_hash = model_hash;
  carried.carried_from = labels.model_hash;
  for (const TopicMatch& match : comparison.topics) {
    if (match.kind != TopicKind::kMatched) continue;
    const auto carry = [&](const Texts& from, Texts* to) {
      const auto text = from.find(match.other_topic);
      if (text != from.end()) (*to)[match.topic] = text->second;
    };
    carry(labels.labels, &carried.labels);
    carry(labels.notes, &carried.notes);
    if (labels.hidden.contains(match.other_topic)) carried.hidden.insert(match.topic);
  }
  *num_lost = labels.labels.size() - carried.labels.size();
  return carried;
}

}  // namespace lightlda
