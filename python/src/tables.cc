// Tables of topics and documents, as {column: values}.
#include <cstdint>
#include <optional>

#include "bindings.h"
#include "lightlda/compare.h"
#include "lightlda/diagnostics.h"
#include "lightlda/document_tables.h"

namespace lightlda::python {
namespace {

// By name, in the order of the enumeration.
constexpr std::pair<const char*, DateBin> kDateBins[] = {
    {"auto", DateBin::kAuto},   {"year", DateBin::kYear}, {"quarter", DateBin::kQuarter},
    {"month", DateBin::kMonth}, {"week", DateBin::kWeek}, {"day", DateBin::kDay}};

// A column for each name, filled row by row.
class Table {
 public:
  template <typename... Values>
  void Add(const Values&... values) {
    std::size_t i = 0;
    (columns_[i++].append(values), ...);
  }
  explicit Table(std::vector<const char*> names) : names_(std::move(names)) {
    for (std::size_t i = 0; i < names_.size(); ++i) columns_.emplace_back();
  }
  py::dict ToDict() const {
    py::dict all;
    for (std::size_t i = 0; i < names_.size(); ++i) all[names_[i]] = columns_[i];
    return all;
  }

 private:
  std::vector<const char*> names_;
  std::vector<py::list> columns_;
};

DocumentPass Pass(int num_threads, const StopToken& stop) {
  DocumentPass pass;
  pass.num_threads = num_threads;
  pass.stop = stop;
  return pass;
}

py::object TopicOrNone(TopicId topic) {
  return topic == Model::kNoTopic ? py::object(py::none()) : py::int_(topic);
}

py::dict DiagnosticsOf(const Model& model, const Corpus* corpus, std::size_t top_words,
                       int num_threads) {
  DiagnosticsOptions options;
  options.top_words = top_words;
  options.num_threads = num_threads;
  const Diagnostics diagnostics =
      Must(Released([&] { return DiagnoseTopics(model, corpus, options); }));
  Table table({"topic", "tokens", "share", "documents", "documents_1", "documents_5",
               "rank1_documents", "document_entropy", "effective_words", "uniform_distance",
               "corpus_distance", "coherence_umass", "coherence_npmi", "exclusivity", "alpha"});
  std::size_t k = 0;
  for (const TopicDiagnostics& topic : diagnostics.topics) {
    table.Add(k++, topic.tokens, topic.share, OrNan(topic.documents), OrNan(topic.documents_1),
              OrNan(topic.documents_5), OrNan(topic.rank1_documents), OrNan(topic.document_entropy),
              OrNan(topic.effective_words), OrNan(topic.uniform_distance),
              OrNan(topic.corpus_distance), OrNan(topic.coherence_umass),
              OrNan(topic.coherence_npmi), OrNan(topic.exclusivity), topic.alpha);
  }
  return table.ToDict();
}

py::dict Similar(const Model& model, std::size_t num, int num_threads) {
  const auto near = Must(Released([&] { return SimilarTopics(model, num, num_threads); }));
  Table table({"topic", "neighbour", "hellinger"});
  for (std::size_t k = 0; k < near.size(); ++k) {
    for (const NearTopic& other : near[k]) table.Add(k, other.topic, other.hellinger);
  }
  return table.ToDict();
}

py::tuple Compare(const Model& model, const Model& other, double max_distance, int num_threads) {
  CompareOptions options;
  options.max_distance = max_distance;
  options.num_threads = num_threads;
  const ModelComparison comparison =
      Must(Released([&] { return CompareModels(model, other, options); }));
  Table table({"topic", "other_topic", "hellinger", "kind"});
  for (const TopicMatch& match : comparison.topics) {
    table.Add(TopicOrNone(match.topic), TopicOrNone(match.other_topic), match.hellinger,
              NameOf(match.kind));
  }
  return py::make_tuple(table.ToDict(), comparison.stability);
}

py::dict TopDocumentsOf(const Model& model, const Corpus& corpus, std::size_t num,
                        std::uint32_t min_document_tokens, double min_share,
                        std::optional<TopicId> and_topic, int num_threads) {
  TopDocumentsOptions options;
  options.num = num;
  options.min_document_tokens = min_document_tokens;
  options.min_share = min_share;
  options.and_topic = and_topic;
  const auto topics = Must(Interruptible([&](const StopToken& stop) {
    return TopDocuments(model, corpus, options, Pass(num_threads, stop));
  }));
  Table table({"topic", "rank", "document", "name", "share", "tokens", "title", "date"});
  for (std::size_t k = 0; k < topics.size(); ++k) {
    std::size_t rank = 0;
    for (const TopDocument& document : topics[k]) {
      table.Add(k, ++rank, document.document, Text(document.name), document.share, document.tokens,
                Text(document.title), Text(document.date));
    }
  }
  return table.ToDict();
}

py::dict Correlation(const Model& model, const Corpus& corpus, double min_share, int num_threads) {
  const TopicCooccurrence pairs = Must(Interruptible([&](const StopToken& stop) {
    return CountTopicPairs(model, corpus, min_share, Pass(num_threads, stop));
  }));
  Table table({"topic_a", "topic_b", "documents", "npmi"});
  for (const TopicPair& pair : pairs.pairs) table.Add(pair.a, pair.b, pair.documents, pair.npmi);
  return table.ToDict();
}

// Steps of the hierarchy, and, if clusters are asked for, of each topic its cluster and the words
// of the clusters.
py::tuple Hierarchy(const Model& model, const Corpus* corpus, std::size_t num_clusters,
                    int num_threads) {
  const auto merges = Must(Interruptible([&](const StopToken& stop) {
    return corpus == nullptr ? TopicHierarchyByWords(model)
                             : TopicHierarchyByDocuments(model, *corpus, Pass(num_threads, stop));
  }));
  Table table({"step", "left", "right", "height", "size"});
  std::size_t step = 0;
  for (const TopicMerge& merge : merges) {
    table.Add(step++, merge.left, merge.right, merge.height, merge.size);
  }
  if (num_clusters == 0) return py::make_tuple(table.ToDict(), py::none(), py::none());
  if (num_clusters > model.num_topics()) {
    throw StatusError(Status::Usage("`clusters`: expected 1 to " +
                                    std::to_string(model.num_topics()) + ", found " +
                                    std::to_string(num_clusters)));
  }
  const auto clusters = CutHierarchy(merges, num_clusters);
  py::list words;
  for (const auto& of_cluster : ClusterWords(model, clusters)) {
    py::list list;
    for (const WordId word : of_cluster) list.append(Text(model.vocabulary().word(word)));
    words.append(list);
  }
  return py::make_tuple(table.ToDict(), clusters, words);
}

py::dict Groups(const Model& model, const Corpus& corpus, std::vector<std::string> by,
                const std::string& bin, double bin_width, int num_threads) {
  GroupOptions options;
  options.by = std::move(by);
  options.date_bin = ParseDateBin(bin);
  options.bin_width = bin_width;
  const TopicGroups groups = Must(Interruptible([&](const StopToken& stop) {
    return GroupTopics(model, corpus, options, Pass(num_threads, stop));
  }));
  const bool two = groups.values.size() > 1;
  Table table({"value", "value_2", "topic", "tokens", "share", "documents", "stderr"});
  for (const GroupShare& share : groups.shares) {
    table.Add(Text(groups.values[0][share.value]),
              two ? py::object(Text(groups.values[1][share.value_2])) : py::none(), share.topic,
              share.tokens, share.share, share.documents, OrNan(share.standard_error));
  }
  return table.ToDict();
}

}  // namespace

DateBin ParseDateBin(const std::string& name) {
  for (const auto& [bin_name, bin] : kDateBins) {
    if (name == bin_name) return bin;
  }
  throw StatusError(
      Status::Usage("`bin`: expected auto, year, quarter, month, week or day, found " + name));
}

std::string DateBinName(DateBin bin) {
  for (const auto& [bin_name, known] : kDateBins) {
    if (known == bin) return bin_name;
  }
  return "auto";
}

void BindTables(py::module_& module) {
  module.def("diagnostics", &DiagnosticsOf);
  module.def("similar", &Similar);
  module.def("compare", &Compare);
  module.def("top_documents", &TopDocumentsOf);
  module.def("correlation", &Correlation);
  module.def("hierarchy", &Hierarchy);
  module.def("groups", &Groups);
}

}  // namespace lightlda::python
