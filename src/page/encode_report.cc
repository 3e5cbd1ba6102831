#include "page/encode_report.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

#include "lightlda/version.h"
#include "page/data_block.h"

namespace lightlda {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxCurvePoints = 500;

// The number with so many significant digits, which is how it is written then.
double Rounded(double value, int digits = 6) {
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::general, digits);
  double rounded = value;
  std::from_chars(text, end.ptr, rounded);
  return rounded;
}

std::int64_t Scaled(double value, double scale) { return std::llround(value * scale); }

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json MapOf(const TopicMap& map) {
  Json json = {{"by", map.by_documents ? "documents" : "words"}};
  for (const char* name : {"x", "y", "r"}) json[name] = Json::array();
  for (const TopicPlace& place : map.places) {
    json["x"].push_back(Scaled(place.x, 1e4));
    json["y"].push_back(Scaled(place.y, 1e4));
    json["r"].push_back(Scaled(place.radius, 1e5));
  }
  return json;
}

template <typename T>
void PutOptional(const char* name, const std::optional<T>& value, Json* json) {
  Json& column = (*json)[name];
  if (!value) {
    column.push_back(nullptr);
  } else if constexpr (std::is_same_v<T, double>) {
    column.push_back(Rounded(*value));
  } else {
    column.push_back(*value);
  }
}

Json DiagnosticsOf(const Diagnostics& diagnostics) {
  Json json = Json::object();
  for (const TopicDiagnostics& topic : diagnostics.topics) {
    PutOptional("documents", topic.documents, &json);
    PutOptional("documents_1", topic.documents_1, &json);
    PutOptional("documents_5", topic.documents_5, &json);
    PutOptional("rank1_documents", topic.rank1_documents, &json);
    PutOptional("document_entropy", topic.document_entropy, &json);
    PutOptional("effective_words", topic.effective_words, &json);
    PutOptional("uniform_distance", topic.uniform_distance, &json);
    PutOptional("corpus_distance", topic.corpus_distance, &json);
    PutOptional("coherence_umass", topic.coherence_umass, &json);
    PutOptional("coherence_npmi", topic.coherence_npmi, &json);
    PutOptional("exclusivity", topic.exclusivity, &json);
  }
  return json;
}

// [topic, distance in ten thousandths, ...] of each topic.
Json SimilarOf(const ReportTables& tables) {
  Json json = Json::array();
  for (const auto& near : tables.similar) {
    Json row = Json::array();
    for (const NearTopic& topic : near) {
      row.push_back(topic.topic);
      row.push_back(Scaled(topic.hellinger, 1e4));
    }
    json.push_back(std::move(row));
  }
  return json;
}

// [topic, npmi in ten thousandths, documents, ...] of each topic.
Json TogetherOf(const ReportTables& tables) {
  Json json = Json::array();
  for (const auto& pairs : tables.together) {
    Json row = Json::array();
    for (const TopicPair& pair : pairs) {
      row.push_back(pair.b);
      row.push_back(Scaled(pair.npmi, 1e4));
      row.push_back(pair.documents);
    }
    json.push_back(std::move(row));
  }
  return json;
}

// The curves with at most kMaxCurvePoints iterations, the last one always among them.
Json CurvesOf(const ReportTables& tables) {
  Json json = Json::object();
  for (const auto& [name, curve] : tables.metrics) {
    const std::size_t step = (curve.size() + kMaxCurvePoints - 1) / kMaxCurvePoints;
    Json values = Json::array();
    for (std::size_t i = (curve.size() - 1) % step; i < curve.size(); i += step) {
      // What is written rarely must not fall between the steps.
      double value = curve[i];
      for (std::size_t back = 1; back < step && back <= i && std::isnan(value); ++back) {
        value = curve[i - back];
      }
      values.push_back(std::isnan(value) ? Json() : Json(Rounded(value, 7)));
    }
    json[name] = std::move(values);
  }
  return json;
}

Json GroupsOf(const ReportTables& tables) {
  Json json = Json::array();
  for (const ReportGroups& groups : tables.groups) {
    json.push_back({{"name", groups.field.name},
                    {"type", MetadataTypeName(groups.field.type)},
                    {"values", groups.values},
                    {"documents", groups.documents},
                    {"tokens", groups.tokens},
                    {"missing", groups.num_missing},
                    {"values_left_out", groups.num_left_out}});
  }
  return json;
}

// Every setting of the run, but for where its files were.
Json SettingsOf(const Model& model) {
  const Json manifest = Json::parse(model.manifest(), nullptr, /*allow_exceptions=*/false);
  Json settings = Json::object();
  if (!manifest.is_object() || !manifest.contains("settings")) return settings;
  for (const auto& [name, value] : manifest["settings"].items()) {
    const bool is_path =
        value.is_string() && value.get<std::string>().find('/') != std::string::npos;
    if (!is_path) settings[name] = value;
  }
  return settings;
}

Json TextsOf(const std::map<TopicId, std::string>& texts) {
  Json json = Json::object();
  for (const auto& [topic, text] : texts) json[std::to_string(topic)] = text;
  return json;
}

Json ClusterLabels(const Model& model, const ReportTables& tables) {
  Json labels = Json::array();
  for (const auto& words : tables.cluster_words) {
    std::string label;
    for (const WordId word : words) {
      label += (label.empty() ? "" : ", ") + std::string(model.vocabulary().word(word));
    }
    labels.push_back(label);
  }
  return labels;
}

Json AlphaOf(const Model& model) {
  Json alpha = Json::array();
  for (const double value : model.alpha()) alpha.push_back(Rounded(value));
  return alpha;
}

// What a document has, column by column.
Json DocumentColumns(const ReportTables& tables, const std::vector<std::uint32_t>& kept,
                     std::size_t text_bytes) {
  Json json = Json::object();
  for (const char* name :
       {"index", "name", "title", "date", "category", "url", "text", "cut", "tokens", "topics"}) {
    json[name] = Json::array();
  }
  for (const std::uint32_t i : kept) {
    const ReportDocument& document = tables.documents[i];
    json["index"].push_back(document.document);
    json["name"].push_back(document.name);
    json["title"].push_back(document.title);
    json["date"].push_back(document.date);
    json["category"].push_back(document.category);
    json["url"].push_back(document.url);
    bool is_cut = false;
    json["text"].push_back(StartOfText(document.text, text_bytes, &is_cut));
    json["cut"].push_back(is_cut || document.text_is_cut ? 1 : 0);
    json["tokens"].push_back(document.tokens);
    Json topics = Json::array();
    for (const TopicShare& share : document.topics) {
      topics.push_back(share.topic);
      topics.push_back(Scaled(share.probability, 1e3));
    }
    json["topics"].push_back(std::move(topics));
  }
  return json;
}

}  // namespace

WordTotals::WordTotals(const Model& model) {
  const CsrView table = model.WordTopic();
  for (std::size_t word = 0; word < table.num_rows(); ++word) {
    const auto counts =
        table.counts.subspan(table.begins[word], table.begins[word + 1] - table.begins[word]);
    if (counts.empty()) continue;
    words.push_back(static_cast<WordId>(word));
    tokens.push_back(std::accumulate(counts.begin(), counts.end(), Count{0}));
  }
}

WordTotals WordTotals::From(Count min_tokens) const {
  WordTotals kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (tokens[i] < min_tokens) continue;
    kept.words.push_back(words[i]);
    kept.tokens.push_back(tokens[i]);
  }
  return kept;
}

std::string EncodeHeader(const Model& model, const Corpus* corpus, const ReportTables& tables,
                         const ReportOptions& options) {
  const ModelProgress& progress = model.progress();
  const std::span<const Count> totals = model.topic_totals();
  Json json = {{"format", 1},
               {"written_by", "lightlda " LIGHTLDA_VERSION_STRING},
               {"title", options.title.empty() ? "Topics" : options.title},
               {"model_hash", model.model_hash()},
               {"corpus_checksum", model.corpus_checksum()},
               {"num_topics", model.num_topics()},
               {"num_words", model.num_words()},
               {"num_tokens", model.num_tokens()},
               {"num_documents", corpus == nullptr ? 0 : tables.num_documents},
               {"beta", model.beta()},
               {"alpha", AlphaOf(model)},
               {"tokens", std::vector<Count>(totals.begin(), totals.end())},
               {"automatic_labels", tables.automatic_labels},
               {"labels", TextsOf(options.labels.labels)},
               {"hidden", options.labels.hidden},
               {"notes", TextsOf(options.labels.notes)},
               {"map", MapOf(tables.map)},
               {"clusters", tables.map.clusters},
               {"cluster_labels", ClusterLabels(model, tables)},
               {"order", tables.map.order},
               {"diagnostics", DiagnosticsOf(tables.diagnostics)},
               {"similar", SimilarOf(tables)},
               {"together", TogetherOf(tables)},
               {"metrics", CurvesOf(tables)},
               {"fields", GroupsOf(tables)},
               {"documents_have_text", tables.documents_have_text},
               {"settings", SettingsOf(model)},
               {"progress",
                {{"iteration", progress.iteration},
                 {"complete", progress.complete},
                 {"active_documents", progress.active_documents},
                 {"work", Rounded(progress.work)},
                 {"seconds", Rounded(progress.seconds)},
                 {"log_likelihood_per_token", Rounded(progress.log_likelihood_per_token, 9)}}}};
  return Dump(json);
}

std::string EncodeLeftOut(const std::vector<std::string>& left_out) { return Dump(left_out); }

std::string EncodeVocabulary(const Model& model, const WordTotals& words) {
  Json json = Json::array();
  for (const WordId word : words.words) {
    json.push_back(std::string(model.vocabulary().word(word)));
  }
  return Dump(json);
}

std::string EncodeTotals(const WordTotals& words, const ReportCuts& cuts) {
  std::string bytes;
  if (cuts.min_count <= 1) return bytes;
  for (const Count tokens : words.tokens) {
    AppendVarint(static_cast<std::uint64_t>(tokens), &bytes);
  }
  return bytes;
}

std::string EncodeTable(const Model& model, const WordTotals& words, const ReportCuts& cuts) {
  const CsrView table = model.WordTopic();
  std::string sizes, gaps, counts;
  for (const WordId word : words.words) {
    std::uint64_t num_entries = 0;
    TopicId next = 0;
    for (std::uint64_t at = table.begins[word]; at < table.begins[word + 1]; ++at) {
      if (table.counts[at] < cuts.min_count) continue;
      ++num_entries;
      AppendVarint(table.topics[at] - next, &gaps);
      AppendVarint(table.counts[at], &counts);
      next = table.topics[at] + 1;
    }
    AppendVarint(num_entries, &sizes);
  }
  return sizes + gaps + counts;
}

std::string EncodeGroups(const ReportGroups& groups, std::uint32_t num_topics) {
  std::vector<std::uint64_t> tokens(num_topics * groups.values.size());
  std::vector<std::uint64_t> errors(groups.field.type == MetadataType::kDate ? tokens.size() : 0);
  for (const GroupShare& share : groups.shares) {
    const std::size_t at = share.topic * groups.values.size() + share.value;
    tokens[at] = static_cast<std::uint64_t>(share.tokens);
    if (!errors.empty() && share.standard_error) {
      errors[at] = static_cast<std::uint64_t>(Scaled(*share.standard_error, 1e6));
    }
  }
  std::string bytes;
  for (const std::uint64_t value : tokens) AppendVarint(value, &bytes);
  for (const std::uint64_t value : errors) AppendVarint(value, &bytes);
  return bytes;
}

std::string EncodeDocuments(const ReportTables& tables, const ReportCuts& cuts) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> places(tables.documents.size(), kNone);
  for (const auto& some : tables.representatives) {
    for (std::size_t i = 0; i < std::min(cuts.documents, some.size()); ++i) {
      places[some[i].first] = 0;
    }
  }
  std::vector<std::uint32_t> kept;
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    if (places[i] == kNone) continue;
    places[i] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(i);
  }
  Json json = DocumentColumns(tables, kept, cuts.text_bytes);
  Json lists = Json::array();
  for (const auto& some : tables.representatives) {
    Json row = Json::array();
    for (std::size_t i = 0; i < std::min(cuts.documents, some.size()); ++i) {
      row.push_back(places[some[i].first]);
      row.push_back(Scaled(some[i].second, 1e4));
    }
    lists.push_back(std::move(row));
  }
  json["of_topic"] = std::move(lists);
  return Dump(json);
}

}  // namespace lightlda
