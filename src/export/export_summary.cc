// A model at a glance.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "base/progress.h"
#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/exports.h"

namespace lightlda {
namespace {

constexpr std::size_t kLargestTopics = 10;
constexpr std::size_t kLabelWidth = 16;

// The topics with most tokens, most first.
std::vector<TopicId> LargestTopics(const Model& model) {
  const auto totals = model.topic_totals();
  std::vector<TopicId> topics(totals.size());
  std::iota(topics.begin(), topics.end(), TopicId{0});
  std::ranges::stable_sort(topics, [&](TopicId a, TopicId b) { return totals[a] > totals[b]; });
  topics.resize(std::min(topics.size(), kLargestTopics));
  return topics;
}

double Share(const Model& model, TopicId topic) {
  if (model.num_tokens() == 0) return 0;
  return static_cast<double>(model.topic_totals()[topic]) / static_cast<double>(model.num_tokens());
}

double BytesPerEntry(const Model& model) {
  if (model.num_entries() == 0) return 0;
  return static_cast<double>(model.packed_bytes()) / static_cast<double>(model.num_entries());
}

bool Symmetric(std::span<const double> alpha) {
  return std::ranges::all_of(alpha, [&](double a) { return a == alpha[0]; });
}

std::string DescribeAlpha(std::span<const double> alpha) {
  const auto text = [](double value) { return nlohmann::json(value).dump(); };
  if (Symmetric(alpha)) return text(alpha[0]) + " per topic";
  const auto [low, high] = std::ranges::minmax(alpha);
  return text(low) + " to " + text(high) + ", in all " +
         text(std::accumulate(alpha.begin(), alpha.end(), 0.0));
}

std::string DescribeProgress(const ModelProgress& progress) {
  return std::to_string(progress.iteration) + " of " + std::to_string(progress.num_iterations) +
         (progress.complete ? ", complete" : ", stopped: can be resumed");
}

void PutLine(std::string_view label, std::string_view value, TextWriter* out) {
  out->Put(label);
  for (std::size_t i = label.size(); i < kLabelWidth; ++i) out->Put(' ');
  out->PutEscaped(value, /*escape_spaces=*/false);
  out->Put('\n');
}

void PutText(const Model& model, const ExportOptions& options, TextWriter* out) {
  const ModelProgress& progress = model.progress();
  PutLine("topics", FormatCount(model.num_topics()), out);
  PutLine("words", FormatCount(static_cast<Count>(model.num_words())), out);
  PutLine("documents", FormatCount(progress.active_documents), out);
  PutLine("tokens", FormatCount(model.num_tokens()), out);
  PutLine("alpha", DescribeAlpha(model.alpha()), out);
  PutLine("beta", nlohmann::json(model.beta()).dump() + " per word", out);
  PutLine("iterations", DescribeProgress(progress), out);
  PutLine("work", FormatFixed(progress.work, 2) + " passes over all tokens", out);
  PutLine("training time", FormatDuration(progress.seconds), out);
  PutLine("log-likelihood", FormatFixed(progress.log_likelihood_per_token, 6) + " per token", out);
  PutLine("table",
          FormatCount(model.num_entries()) + " non-zero counts in " +
              FormatBytes(static_cast<double>(model.packed_bytes())) + ", " +
              FormatFixed(BytesPerEntry(model), 2) + " bytes each",
          out);
  PutLine("model hash", model.model_hash(), out);
  PutLine("corpus", model.corpus_directory() + " (checksum " + model.corpus_checksum() + ")", out);
  out->Put("\nlargest topics, with their share of the tokens and most probable words\n");
  const auto top_words = model.TopWords(options.top_words);
  for (const TopicId topic : LargestTopics(model)) {
    const std::string id = std::to_string(topic);
    const std::string share = FormatFixed(100 * Share(model, topic), 2) + "%";
    out->Put(std::string(8 - std::min<std::size_t>(id.size(), 8), ' ') + id);
    out->Put(std::string(9 - std::min<std::size_t>(share.size(), 9), ' ') + share + " ");
    for (const TopWord& word : top_words[topic]) {
      out->Put(' ');
      out->PutEscaped(model.vocabulary().word(word.word), /*escape_spaces=*/true);
    }
    out->Put('\n');
  }
}

nlohmann::ordered_json LargestTopicsJson(const Model& model, std::size_t top_words) {
  const auto top = model.TopWords(top_words);
  auto topics = nlohmann::ordered_json::array();
  for (const TopicId topic : LargestTopics(model)) {
    auto words = nlohmann::ordered_json::array();
    for (const TopWord& word : top[topic]) {
      words.push_back(std::string(model.vocabulary().word(word.word)));
    }
    topics.push_back({{"topic", topic},
                      {"tokens", model.topic_totals()[topic]},
                      {"share", Share(model, topic)},
                      {"words", std::move(words)}});
  }
  return topics;
}

nlohmann::ordered_json ToJson(const Model& model, const ExportOptions& options) {
  const auto manifest = nlohmann::ordered_json::parse(model.manifest());
  const nlohmann::ordered_json& progress = manifest.at("progress");
  nlohmann::ordered_json json = {{"num_topics", model.num_topics()},
                                 {"num_words", model.num_words()},
                                 {"num_documents", progress.at("active_documents")},
                                 {"num_tokens", model.num_tokens()},
                                 {"alpha", manifest.at("alpha")},
                                 {"beta", manifest.at("beta")}};
  for (const char* member :
       {"iteration", "num_iterations", "complete", "work", "seconds", "log_likelihood_per_token"}) {
    json[member] = progress.at(member);
  }
  json["non_zero_counts"] = model.num_entries();
  json["packed_bytes"] = model.packed_bytes();
  json["model_hash"] = model.model_hash();
  json["corpus"] = manifest.at("corpus");
  json["settings"] = manifest.at("settings");
  json["largest_topics"] = LargestTopicsJson(model, options.top_words);
  return json;
}

}  // namespace

Status ExportSummary(const Model& model, const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckNoTable(options));
  TextWriter out(sink);
  if (options.format == ExportFormat::kJson) {
    constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
    out.Put(ToJson(model, options).dump(2, ' ', false, kReplace));
    out.Put('\n');
  } else {
    PutText(model, options, &out);
  }
  return out.Finish();
}

}  // namespace lightlda
