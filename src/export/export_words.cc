// Words and the topics that have them.
#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/word_weights.h"

namespace lightlda {
namespace {

// The tokens of one spelling, which several ids may have.
struct Spelling {
  std::string_view word;
  Count count = 0;
  std::map<TopicId, Count> topics;
};

std::vector<Spelling> FindSpellings(const Model& model, std::string_view word, bool prefix) {
  std::vector<Spelling> spellings;
  std::unordered_map<std::string_view, std::size_t> places;
  for (WordId id = 0; id < model.num_words(); ++id) {
    const std::string_view name = model.vocabulary().word(id);
    if (prefix ? !name.starts_with(word) : name != word) continue;
    const auto [place, is_new] = places.try_emplace(name, spellings.size());
    if (is_new) spellings.push_back({name, 0, {}});
    Spelling& spelling = spellings[place->second];
    for (const TopicCount& entry : model.WordRow(id)) {
      spelling.topics[entry.topic] += entry.count;
      spelling.count += entry.count;
    }
  }
  return spellings;
}

std::vector<Value> ItemsOf(const Spelling& spelling) {
  std::vector<std::pair<TopicId, Count>> topics(spelling.topics.begin(), spelling.topics.end());
  std::ranges::stable_sort(topics, std::greater<>(), &std::pair<TopicId, Count>::second);
  std::vector<Value> items;
  for (const auto& [topic, count] : topics) {
    items.insert(items.end(), {std::uint64_t{topic}, static_cast<std::uint64_t>(count),
                               static_cast<double>(count) / static_cast<double>(spelling.count)});
  }
  return items;
}

}  // namespace

Status ExportWords(const Model& model, std::string_view word, bool prefix,
                   const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  const std::vector<Spelling> spellings = FindSpellings(model, word, prefix);
  if (spellings.empty()) {
    return Status::BadInput("`word`=" + std::string(word) + ": the model has no word " +
                            (prefix ? "that begins so" : "that is spelled so"));
  }
  RecordShape shape;
  shape.heads = {{"word"}, {"tokens", kJson}};
  shape.items = {{"topic"}, {"count"}, {"probability"}};
  shape.list = "topics";
  TextWriter out(sink);
  const auto records = MakeRecordWriter(options.format, shape, &out);
  records->Begin();
  for (const Spelling& spelling : spellings) {
    const Value heads[] = {spelling.word, static_cast<std::uint64_t>(spelling.count)};
    records->Put(heads, ItemsOf(spelling));
  }
  records->End();
  return out.Finish();
}

}  // namespace lightlda
