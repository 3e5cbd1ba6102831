// How often topics occur together.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "lightlda/document_tables.h"
#include "report/document_pass.h"

namespace lightlda {
namespace {

// A count per pair a < b: in a triangle, or with many topics only of those that occur.
class PairCounts {
 public:
  explicit PairCounts(std::size_t num_topics) {
    if (num_topics <= kMaxDense) dense_.resize(num_topics * (num_topics - 1) / 2);
  }

  void Add(TopicId a, TopicId b, std::uint32_t count) {
    if (dense_.empty()) {
      sparse_[std::uint64_t{a} << 32 | b] += count;
    } else {
      dense_[std::size_t{b} * (b - 1) / 2 + a] += count;
    }
  }

  void Merge(const PairCounts& other) {
    for (std::size_t i = 0; i < dense_.size(); ++i) dense_[i] += other.dense_[i];
    for (const auto& [pair, count] : other.sparse_) sparse_[pair] += count;
  }

  // Pairs with a count, by a, then by b.
  std::vector<TopicPair> Pairs() const {
    std::vector<TopicPair> pairs;
    std::size_t i = 0;
    for (TopicId b = 1; i < dense_.size(); ++b) {
      for (TopicId a = 0; a < b; ++a, ++i) {
        if (dense_[i] > 0) pairs.push_back({a, b, dense_[i], 0});
      }
    }
    for (const auto& [pair, count] : sparse_) {
      pairs.push_back({static_cast<TopicId>(pair >> 32), static_cast<TopicId>(pair), count, 0});
    }
    std::ranges::sort(pairs, {}, [](const TopicPair& pair) { return std::pair(pair.a, pair.b); });
    return pairs;
  }

 private:
  static constexpr std::size_t kMaxDense = 4096;
  std::vector<std::uint32_t> dense_;
  std::unordered_map<std::uint64_t, std::uint32_t> sparse_;
};

// What one worker has counted.
struct Counts {
  explicit Counts(std::size_t num_topics) : documents(num_topics), pairs(num_topics) {}

  void Add(const DocumentTopics& topics, std::size_t row, double min_share) {
    if (topics.lengths()[row] == 0) return;
    ++num_documents;
    present.clear();
    const CsrView counts = topics.counts();
    for (std::size_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
      const double share = counts.counts[i] / static_cast<double>(topics.lengths()[row]);
      if (share >= min_share) present.push_back(counts.topics[i]);
    }
    for (std::size_t j = 0; j < present.size(); ++j) {
      ++documents[present[j]];
      for (std::size_t i = 0; i < j; ++i) pairs.Add(present[i], present[j], 1);
    }
  }

  Count num_documents = 0;
  std::vector<Count> documents;
  PairCounts pairs;
  std::vector<TopicId> present;  // of one document, ascending
};

double Npmi(double both, double a, double b, double all) {
  if (both == all) return 1;
  return std::log(both * all / (a * b)) / -std::log(both / all);
}

}  // namespace

Result<TopicCooccurrence> CountTopicPairs(const Model& model, const Corpus& corpus,
                                          double min_share, const DocumentPass& pass) {
  if (!(min_share >= 0 && min_share <= 1)) {
    return Status::Usage("`min_share`: expected a number from 0 to 1");
  }
  return CatchBadAlloc([&]() -> Result<TopicCooccurrence> {
    std::vector<Counts> counts(static_cast<std::size_t>(ResolveThreadCount(pass.num_threads)),
                               Counts(model.num_topics()));
    const auto work = [&](int worker, const DocumentRange& range) {
      const auto topics = DocumentTopics::Of(model, *range.block, range.begin, range.end);
      for (std::size_t row = 0; row < topics.num_documents(); ++row) {
        counts[static_cast<std::size_t>(worker)].Add(topics, row, min_share);
      }
      return Status();
    };
    LIGHTLDA_RETURN_IF_ERROR(PassDocuments(model, corpus, pass, false, work).status());
    TopicCooccurrence together;
    together.documents.resize(model.num_topics());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      together.num_documents += counts[i].num_documents;
      for (TopicId k = 0; k < model.num_topics(); ++k) {
        together.documents[k] += counts[i].documents[k];
      }
      if (i > 0) counts[0].pairs.Merge(counts[i].pairs);
    }
    together.pairs = counts[0].pairs.Pairs();
    for (TopicPair& pair : together.pairs) {
      pair.npmi =
          Npmi(static_cast<double>(pair.documents), static_cast<double>(together.documents[pair.a]),
               static_cast<double>(together.documents[pair.b]),
               static_cast<double>(together.num_documents));
    }
    return together;
  });
}

}  // namespace lightlda
