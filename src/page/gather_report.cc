// Calls what the tables of lightlda-dump call, and keeps what a report shows of it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/file.h"
#include "lightlda/word_weights.h"
#include "model/model_manifest.h"
#include "page/report_tables.h"
#include "report/topic_distances.h"

namespace lightlda {
namespace {

constexpr std::size_t kDefaultCategories = 3;
constexpr Count kMinPairDocuments = 3;
constexpr Count kEnoughDocuments = 50;  // per bin of a date

std::vector<std::vector<TopicPair>> LargestPairs(const TopicCooccurrence& together) {
  std::vector<std::vector<TopicPair>> pairs(together.documents.size());
  for (const TopicPair& pair : together.pairs) {
    if (pair.documents < kMinPairDocuments || pair.npmi <= 0) continue;
    pairs[pair.a].push_back(pair);
    pairs[pair.b].push_back({pair.b, pair.a, pair.documents, pair.npmi});
  }
  for (auto& some : pairs) {
    std::ranges::stable_sort(some, std::greater<>(), &TopicPair::npmi);
    some.resize(std::min(some.size(), kReportNeighbours));
  }
  return pairs;
}

// The fields to group by, if none are asked for.
std::vector<std::string> DefaultFields(const Corpus& corpus) {
  std::vector<std::string> names;
  std::size_t categories = 0;
  bool date = false;
  for (const MetadataField& field : corpus.metadata_fields()) {
    if (field.num_missing == corpus.num_documents()) continue;
    if (field.type == MetadataType::kDate && !std::exchange(date, true)) {
      names.insert(names.begin(), field.name);
    } else if (field.type == MetadataType::kCategory && field.name != "url" &&
               categories < kDefaultCategories) {
      names.push_back(field.name);
      ++categories;
    }
  }
  return names;
}

// The values with most tokens, as their new numbers; kNone: left out.
std::vector<std::uint32_t> ChooseValues(const std::vector<Count>& tokens, std::uint32_t none) {
  std::vector<std::uint32_t> order;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] > 0) order.push_back(static_cast<std::uint32_t>(i));
  }
  std::ranges::stable_sort(order, std::greater<>(), [&](std::uint32_t i) { return tokens[i]; });
  order.resize(std::min(order.size(), kReportGroupValues));
  std::ranges::sort(order);
  std::vector<std::uint32_t> numbers(tokens.size(), none);
  for (std::size_t i = 0; i < order.size(); ++i) {
    numbers[order[i]] = static_cast<std::uint32_t>(i);
  }
  return numbers;
}

ReportGroups KeepLargest(const MetadataField& field, TopicGroups groups) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  ReportGroups kept;
  kept.field = field;
  kept.num_missing = groups.num_missing;
  std::vector<Count> tokens(groups.values[0].size()), documents(groups.values[0].size());
  for (const GroupShare& share : groups.shares) {
    tokens[share.value] += share.tokens;
    documents[share.value] = share.documents;
  }
  const std::vector<std::uint32_t> numbers = ChooseValues(tokens, kNone);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == kNone) {
      kept.num_left_out += tokens[i] > 0;
      continue;
    }
    kept.values.push_back(std::move(groups.values[0][i]));
    kept.tokens.push_back(tokens[i]);
    kept.documents.push_back(documents[i]);
  }
  for (GroupShare share : groups.shares) {
    if (numbers[share.value] == kNone) continue;
    share.value = numbers[share.value];
    kept.shares.push_back(share);
  }
  std::ranges::stable_sort(kept.shares, {}, &GroupShare::topic);
  return kept;
}

// As GroupTopics; but automatic bins of a date are years if they have few documents each.
Result<TopicGroups> GroupField(const Model& model, const Corpus& corpus, const std::string& name,
                               const ReportOptions& options) {
  GroupOptions group_options;
  group_options.by = {name};
  group_options.date_bin = options.date_bin;
  Result<TopicGroups> groups = GroupTopics(model, corpus, group_options, options.pass);
  const auto field = std::ranges::find(corpus.metadata_fields(), name, &MetadataField::name);
  if (!groups.ok() || options.date_bin != DateBin::kAuto || field->type != MetadataType::kDate ||
      corpus.num_documents() - field->num_missing >=
          kEnoughDocuments * static_cast<Count>(groups.value().values[0].size())) {
    return groups;
  }
  group_options.date_bin = DateBin::kYear;
  return GroupTopics(model, corpus, group_options, options.pass);
}

Status GatherGroups(const Model& model, const Corpus& corpus, const ReportOptions& options,
                    ReportTables* tables) {
  const auto names = options.by.empty() ? DefaultFields(corpus) : options.by;
  for (const std::string& name : names) {
    LIGHTLDA_ASSIGN_OR_RETURN(TopicGroups groups, GroupField(model, corpus, name, options));
    const auto field = std::ranges::find(corpus.metadata_fields(), name, &MetadataField::name);
    tables->groups.push_back(KeepLargest(*field, std::move(groups)));
    const ReportGroups& kept = tables->groups.back();
    if (kept.num_left_out > 0) {
      tables->notes.push_back("values of " + name + " beyond the " +
                              std::to_string(kept.values.size()) +
                              " with most tokens: " + std::to_string(kept.num_left_out));
    }
  }
  return {};
}

Status GatherDocuments(const Model& model, const Corpus& corpus, const ReportOptions& options,
                       ReportTables* tables) {
  TopDocumentsOptions top;
  top.num = options.documents;
  LIGHTLDA_ASSIGN_OR_RETURN(const auto topics, TopDocuments(model, corpus, top, options.pass));
  std::vector<TopDocument> all;
  for (const auto& some : topics) all.insert(all.end(), some.begin(), some.end());
  LIGHTLDA_ASSIGN_OR_RETURN(tables->documents,
                            DescribeDocuments(model, corpus, std::move(all), options.snippet_bytes,
                                              options.pass, &tables->documents_have_text));
  for (std::size_t k = 0; k < topics.size(); ++k) {
    for (const TopDocument& document : topics[k]) {
      const auto found = std::ranges::lower_bound(tables->documents, document.document, {},
                                                  &ReportDocument::document);
      tables->representatives[k].emplace_back(
          static_cast<std::uint32_t>(found - tables->documents.begin()), document.share);
    }
  }
  return {};
}

// The curves that metrics.jsonl has of the model.
Status GatherMetrics(const Model& model, const std::string& directory, ReportTables* tables) {
  if (directory.empty()) return {};
  const std::string path = JoinPath(directory, kMetricsFile);
  if (!PathExists(path)) return {};
  const auto manifest = nlohmann::ordered_json::parse(model.manifest(), nullptr, false);
  LIGHTLDA_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  const auto stamp = manifest.find("metrics");
  if (stamp == manifest.end() || text.size() < stamp->value("bytes", std::uint64_t{0})) return {};
  text.resize(stamp->value("bytes", std::uint64_t{0}));
  std::size_t row = 0;
  for (std::size_t at = 0; at < text.size(); ++row) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto line = nlohmann::json::parse(text.substr(at, end - at), nullptr, false);
    if (!line.is_object()) {
      return Status::BadInput(path + ":" + std::to_string(row + 1) + ": not a JSON object");
    }
    for (const auto& [name, value] : line.items()) {
      if (!value.is_number()) continue;
      auto& curve = tables->metrics[name];
      curve.resize(row, std::numeric_limits<double>::quiet_NaN());
      curve.push_back(value.get<double>());
    }
    at = end + 1;
  }
  for (auto& [name, curve] : tables->metrics) {
    curve.resize(row, std::numeric_limits<double>::quiet_NaN());
  }
  return {};
}

Status GatherCorpus(const Model& model, const Corpus& corpus, const ReportOptions& options,
                    ReportTables* tables) {
  LIGHTLDA_ASSIGN_OR_RETURN(const TopicCooccurrence together,
                            CountTopicPairs(model, corpus, kCooccurrenceShare, options.pass));
  tables->num_documents = together.num_documents;
  tables->together = LargestPairs(together);
  LIGHTLDA_ASSIGN_OR_RETURN(tables->map, MapTopics(model, &together, options.pass.num_threads));
  LIGHTLDA_RETURN_IF_ERROR(GatherGroups(model, corpus, options, tables));
  return GatherDocuments(model, corpus, options, tables);
}

}  // namespace

Result<ReportTables> GatherReport(const Model& model, const Corpus* corpus,
                                  const ReportOptions& options) {
  ReportTables tables;
  tables.together.resize(model.num_topics());
  tables.representatives.resize(model.num_topics());
  if (corpus != nullptr) {
    LIGHTLDA_RETURN_IF_ERROR(GatherCorpus(model, *corpus, options, &tables));
  } else {
    tables.notes.emplace_back("documents and what is known of them: the model has no corpus");
    LIGHTLDA_ASSIGN_OR_RETURN(tables.map, MapTopics(model, nullptr, options.pass.num_threads));
  }
  if (tables.map.places.empty()) {
    tables.notes.emplace_back("the map: the model has more than " + std::to_string(kMaxMapTopics) +
                              " topics");
  }
  DiagnosticsOptions diagnostics;
  diagnostics.num_threads = options.pass.num_threads;
  LIGHTLDA_ASSIGN_OR_RETURN(tables.diagnostics, DiagnoseTopics(model, corpus, diagnostics));
  LIGHTLDA_ASSIGN_OR_RETURN(tables.automatic_labels, AutomaticLabels(model));
  LIGHTLDA_ASSIGN_OR_RETURN(tables.similar,
                            SimilarTopics(model, kReportNeighbours, options.pass.num_threads));
  tables.cluster_words = ClusterWords(model, tables.map.clusters);
  LIGHTLDA_RETURN_IF_ERROR(GatherMetrics(model, options.model_directory, &tables));
  return tables;
}

}  // namespace lightlda
