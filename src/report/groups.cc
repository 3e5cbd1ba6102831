// Shares of topics in groups of documents.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "lightlda/document_tables.h"
#include "report/document_pass.h"
#include "report/group_values.h"

namespace lightlda {
namespace {

// Of the documents of a group, and of those that have a topic. Whole numbers, so that their sums do
// not depend on the order.
struct GroupSums {
  Count documents = 0;
  Count tokens = 0;
  double squares = 0;  // sum of n_d^2
};
struct TopicSums {
  Count tokens = 0;
  double squares = 0;   // sum of n_dk^2
  double products = 0;  // sum of n_dk n_d
};

using GroupKey = std::uint64_t;  // numbers of the values of the fields

struct Group {
  GroupSums sums;
  std::unordered_map<TopicId, TopicSums> topics;
};
using Groups = std::unordered_map<GroupKey, Group>;

GroupKey KeyOf(std::uint32_t value, std::uint32_t value_2) {
  return GroupKey{value} << 32 | value_2;
}

// What one worker has added up.
struct WorkerGroups {
  Groups groups;
  Count num_missing = 0;
  std::vector<std::uint32_t> values[2];  // of one document

  void Add(const DocumentTopics& topics, std::size_t row, GroupKey key) {
    Group& group = groups[key];
    const auto length = static_cast<double>(topics.lengths()[row]);
    ++group.sums.documents;
    group.sums.tokens += topics.lengths()[row];
    group.sums.squares += length * length;
    const CsrView counts = topics.counts();
    for (std::size_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
      const auto count = static_cast<double>(counts.counts[i]);
      TopicSums& sums = group.topics[counts.topics[i]];
      sums.tokens += counts.counts[i];
      sums.squares += count * count;
      sums.products += count * length;
    }
  }

  void Merge(const WorkerGroups& other) {
    num_missing += other.num_missing;
    for (const auto& [key, from] : other.groups) {
      Group& to = groups[key];
      to.sums.documents += from.sums.documents;
      to.sums.tokens += from.sums.tokens;
      to.sums.squares += from.sums.squares;
      for (const auto& [topic, sums] : from.topics) {
        TopicSums& all = to.topics[topic];
        all.tokens += sums.tokens;
        all.squares += sums.squares;
        all.products += sums.products;
      }
    }
  }
};

// sqrt(D / (D - 1) sum (n_dk - share n_d)^2) / sum n_d. The sum of squares is a small difference of
// large numbers where almost all tokens have the topic: the exact fraction is rounded late.
std::optional<double> StandardError(const GroupSums& group, const TopicSums& topic) {
  if (group.documents < 2) return std::nullopt;
  const auto tokens = static_cast<long double>(topic.tokens);
  const auto all = static_cast<long double>(group.tokens);
  const long double squares = all * all * static_cast<long double>(topic.squares) -
                              2 * all * tokens * static_cast<long double>(topic.products) +
                              tokens * tokens * static_cast<long double>(group.squares);
  const auto documents = static_cast<long double>(group.documents);
  const long double variance = std::max(0.0L, squares) * documents / (documents - 1);
  return static_cast<double>(std::sqrt(variance) / all / all);
}

void AppendShares(GroupKey key, const Group& group, std::vector<GroupShare>* shares) {
  std::vector<TopicId> topics;
  for (const auto& [topic, sums] : group.topics) topics.push_back(topic);
  std::ranges::sort(topics);
  for (const TopicId topic : topics) {
    const TopicSums& sums = group.topics.at(topic);
    GroupShare share;
    share.value = static_cast<std::uint32_t>(key >> 32);
    share.value_2 = static_cast<std::uint32_t>(key);
    share.topic = topic;
    share.tokens = sums.tokens;
    share.share = static_cast<double>(sums.tokens) / static_cast<double>(group.sums.tokens);
    share.documents = group.sums.documents;
    share.standard_error = StandardError(group.sums, sums);
    shares->push_back(share);
  }
}

Status Check(const Corpus& corpus, const GroupOptions& options) {
  if (options.by.empty() || options.by.size() > 2) {
    return Status::Usage("`by`: expected one or two fields of the documents' metadata");
  }
  if (!(options.bin_width >= 0) || !std::isfinite(options.bin_width)) {
    return Status::Usage("`bin_width`: expected 0 or a number above it");
  }
  if (corpus.metadata_fields().empty()) {
    return Status::Usage("`by`: the documents of the corpus have no metadata");
  }
  return {};
}

// Adds one document to the groups it is in.
void AddDocument(const std::vector<GroupValues>& fields, const BlockMetadata& metadata,
                 const DocumentTopics& topics, std::size_t row, WorkerGroups* groups) {
  if (topics.lengths()[row] == 0) return;
  groups->values[1].assign(1, 0);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    fields[f].Of(metadata, topics.rows_in_block()[row], &groups->values[f]);
  }
  if (groups->values[0].empty() || groups->values[1].empty()) {
    ++groups->num_missing;
    return;
  }
  for (const std::uint32_t value : groups->values[0]) {
    for (const std::uint32_t value_2 : groups->values[1]) {
      groups->Add(topics, row, KeyOf(value, value_2));
    }
  }
}

Result<TopicGroups> MakeGroups(const Model& model, const Corpus& corpus,
                               const GroupOptions& options, const DocumentPass& pass) {
  LIGHTLDA_ASSIGN_OR_RETURN(const MetadataText text, MetadataText::Create(corpus));
  std::vector<GroupValues> fields;
  for (const std::string& field : options.by) {
    auto values = GroupValues::Create(corpus, text, field, options);
    if (values.status().code() == StatusCode::kUsage) return values.status().WithContext("`by`");
    LIGHTLDA_RETURN_IF_ERROR(values.status());
    fields.push_back(std::move(values).value());
  }
  std::vector<WorkerGroups> workers(static_cast<std::size_t>(ResolveThreadCount(pass.num_threads)));
  const auto work = [&](int worker, const DocumentRange& range) {
    const auto topics = DocumentTopics::Of(model, *range.block, range.begin, range.end);
    for (std::size_t row = 0; row < topics.num_documents(); ++row) {
      AddDocument(fields, *range.metadata, topics, row, &workers[static_cast<std::size_t>(worker)]);
    }
    return Status();
  };
  LIGHTLDA_RETURN_IF_ERROR(PassDocuments(model, corpus, pass, true, work).status());
  for (std::size_t i = 1; i < workers.size(); ++i) workers[0].Merge(workers[i]);
  TopicGroups groups;
  for (const GroupValues& field : fields) groups.values.push_back(field.names());
  groups.num_missing = workers[0].num_missing;
  std::vector<GroupKey> keys;
  for (const auto& [key, group] : workers[0].groups) keys.push_back(key);
  std::ranges::sort(keys);
  for (const GroupKey key : keys) AppendShares(key, workers[0].groups[key], &groups.shares);
  return groups;
}

}  // namespace

Result<TopicGroups> GroupTopics(const Model& model, const Corpus& corpus,
                                const GroupOptions& options, const DocumentPass& pass) {
  LIGHTLDA_RETURN_IF_ERROR(Check(corpus, options));
  return CatchBadAlloc([&] { return MakeGroups(model, corpus, options, pass); });
}

}  // namespace lightlda
