// A model with some of its topics put together.
#include "lightlda/merge_topics.h"

#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/out_of_memory.h"

namespace lightlda {
namespace {

// What each topic is to be.
Result<std::vector<TopicId>> NewTopics(std::uint32_t num_topics,
                                       std::span<const std::vector<TopicId>> groups) {
  std::vector<TopicId> lowest(num_topics, Model::kNoTopic);  // of the topic's group
  for (const std::vector<TopicId>& group : groups) {
    if (group.size() < 2) return Status::Usage("`topics`: expected two topics or more to merge");
    TopicId first = group[0];
    for (const TopicId topic : group) first = std::min(first, topic);
    for (const TopicId topic : group) {
      if (topic >= num_topics) {
        return Status::Usage("`topics`: " + std::to_string(topic) + ": expected topics from 0 to " +
                             std::to_string(num_topics - 1));
      }
      if (lowest[topic] != Model::kNoTopic) {
        return Status::Usage("`topics`: " + std::to_string(topic) + " is there twice");
      }
      lowest[topic] = first;
    }
  }
  std::vector<TopicId> new_topics(num_topics);
  TopicId next = 0;
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    const bool follows = lowest[topic] != Model::kNoTopic && lowest[topic] != topic;
    new_topics[topic] = follows ? new_topics[lowest[topic]] : next++;
  }
  return new_topics;
}

Result<MergedModel> Merge(const Model& model, std::span<const std::vector<TopicId>> groups) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<TopicId> new_topics, NewTopics(model.num_topics(), groups));
  ModelTables tables;
  tables.words.assign(model.vocabulary().words().begin(), model.vocabulary().words().end());
  tables.beta = model.beta();
  tables.text_pipeline = model.text_pipeline();
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    if (new_topics[topic] == tables.alpha.size()) tables.alpha.push_back(0);
    tables.alpha[new_topics[topic]] += model.alpha()[topic];
  }
  std::vector<std::uint64_t> begins = {0};
  std::vector<TopicId> topics;
  std::vector<std::uint32_t> counts;
  for (WordId word = 0; word < model.num_words(); ++word) {
    std::map<TopicId, Count> row;
    for (const TopicCount& entry : model.WordRow(word)) row[new_topics[entry.topic]] += entry.count;
    for (const auto& [topic, count] : row) {
      if (count > std::numeric_limits<std::uint32_t>::max()) {
        return Status::BadInput("word " + std::string(model.vocabulary().word(word)) +
                                " would have " + std::to_string(count) +
                                " tokens in a topic, more than a count holds");
      }
      topics.push_back(topic);
      counts.push_back(static_cast<std::uint32_t>(count));
    }
    begins.push_back(topics.size());
  }
  tables.word_topic = {begins, topics, counts};
  LIGHTLDA_ASSIGN_OR_RETURN(Model merged, Model::FromTables(tables));
  return MergedModel{std::move(merged), std::move(new_topics)};
}

}  // namespace

Result<MergedModel> MergeTopics(const Model& model, std::span<const std::vector<TopicId>> groups) {
  return CatchBadAlloc([&] { return Merge(model, groups); });
}

}  // namespace lightlda
