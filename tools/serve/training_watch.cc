#include "serve/training_watch.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/out_of_memory.h"
#include "lightlda/model.h"
#include "serve/http_message.h"

namespace lightlda::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;  // of lines in an answer
constexpr std::size_t kShownTopics = 50;
constexpr std::size_t kShownWords = 10;

// Up to kMaxBytes of a file from byte *from on; *from is 0 afterwards if the file ends before it.
Result<std::string> ReadFrom(const std::string& path, std::uint64_t* from) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno != ENOENT) return Status::BadInput(ErrnoMessage(path, errno));
    *from = 0;
    return std::string();
  }
  file.seekg(0, std::ios::end);
  const std::streamoff size = file.tellg();
  if (size < 0) return Status::BadInput(path + ": cannot be read");
  if (static_cast<std::uint64_t>(size) < *from) *from = 0;
  std::string text(std::min<std::uint64_t>(static_cast<std::uint64_t>(size) - *from, kMaxBytes),
                   '\0');
  file.seekg(static_cast<std::streamoff>(*from));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

// The largest topics with their words.
std::string TopicsOf(const Model& model) {
  const auto words = model.TopWords(kShownWords);
  std::vector<TopicId> order(model.num_topics());
  for (TopicId k = 0; k < order.size(); ++k) order[k] = k;
  std::ranges::stable_sort(order, [&](TopicId a, TopicId b) {
    return model.topic_totals()[a] > model.topic_totals()[b];
  });
  order.resize(std::min(order.size(), kShownTopics));
  Json topics = Json::array();
  for (const TopicId topic : order) {
    Json names = Json::array();
    for (const TopWord& top : words[topic]) {
      names.push_back(std::string(model.vocabulary().word(top.word)));
    }
    topics.push_back({{"topic", topic}, {"tokens", model.topic_totals()[topic]}, {"words", names}});
  }
  const ModelProgress& progress = model.progress();
  const Json saved = {
      {"iteration", progress.iteration},  {"num_iterations", progress.num_iterations},
      {"complete", progress.complete},    {"seconds", progress.seconds},
      {"num_topics", model.num_topics()}, {"topics", topics}};
  return JsonText(saved);
}

}  // namespace

// REQUIRES: mutex_ is held. A model that cannot be read now may be whole in a moment.
std::string TrainingWatch::SavedTopics() {
  Result<std::string> manifest = ReadFile(JoinPath(directory_, "manifest.json"));
  if (!manifest.ok() || manifest->empty()) return "null";
  if (*manifest == seen_) return saved_;
  const Result<Model> model = Model::Load(directory_);
  if (!model.ok()) return saved_.empty() ? "null" : saved_;
  seen_ = std::move(manifest).value();
  saved_ = TopicsOf(model.value());
  return saved_;
}

Result<std::string> TrainingWatch::Json(std::uint64_t from) {
  return CatchBadAlloc([&]() -> Result<std::string> {
    const std::string path = JoinPath(directory_, "metrics.jsonl");
    LIGHTLDA_ASSIGN_OR_RETURN(const std::string text, ReadFrom(path, &from));
    std::string lines;
    std::uint64_t next = from;
    std::string_view rest = text;
    for (std::size_t count = 0; count < kMaxLines; ++count) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) break;  // a line under way
      const std::string line(rest.substr(0, end));
      if (nlohmann::json::accept(line)) lines += (lines.empty() ? "" : ",") + line;
      rest.remove_prefix(end + 1);
      next += end + 1;
    }
    const std::lock_guard lock(mutex_);
    return "{\"from\":" + std::to_string(from) + ",\"next\":" + std::to_string(next) +
           ",\"lines\":[" + lines + "],\"saved\":" + SavedTopics() + "}\n";
  });
}

}  // namespace lightlda::serve
