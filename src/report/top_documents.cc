// The documents with the largest shares of each topic.
#include <algorithm>
#include <utility>

#include "lightlda/document_tables.h"
#include "report/document_pass.h"
#include "report/metadata_text.h"

namespace lightlda {
namespace {

bool IsBefore(const TopDocument& a, const TopDocument& b) {
  return a.share != b.share ? a.share > b.share : a.document < b.document;
}

// The best documents of each topic so far, as heaps with the worst on top.
class BestDocuments {
 public:
  BestDocuments(std::uint32_t num_topics, std::size_t num) : num_(num), heaps_(num_topics) {}

  void Offer(TopicId topic, const TopDocument& document, const std::string& name) {
    auto& heap = heaps_[topic];
    if (heap.size() == num_) {
      if (num_ == 0 || !IsBefore(document, heap.front())) return;
      std::ranges::pop_heap(heap, IsBefore);
      heap.pop_back();
    }
    heap.push_back(document);
    heap.back().name = name;
    std::ranges::push_heap(heap, IsBefore);
  }

  void Merge(const BestDocuments& other) {
    for (TopicId topic = 0; topic < heaps_.size(); ++topic) {
      for (const TopDocument& document : other.heaps_[topic]) {
        Offer(topic, document, document.name);
      }
    }
  }

  std::vector<std::vector<TopDocument>> Take() && {
    for (auto& heap : heaps_) std::ranges::sort_heap(heap, IsBefore);
    return std::move(heaps_);
  }

 private:
  std::size_t num_;
  std::vector<std::vector<TopDocument>> heaps_;
};

Status Check(const Model& model, const TopDocumentsOptions& options) {
  if (!(options.min_share >= 0 && options.min_share <= 1)) {
    return Status::Usage("`min_share`: expected a number from 0 to 1");
  }
  if (options.and_topic && *options.and_topic >= model.num_topics()) {
    return Status::Usage("`and_topic`: expected a topic below " +
                         std::to_string(model.num_topics()) + ", found " +
                         std::to_string(*options.and_topic));
  }
  return {};
}

void OfferDocument(const DocumentTopics& topics, std::size_t row, std::size_t block,
                   const TopDocumentsOptions& options, BestDocuments* best) {
  if (topics.lengths()[row] < options.min_document_tokens) return;
  const CsrView counts = topics.counts();
  const std::size_t begin = counts.begins[row];
  const std::size_t end = counts.begins[row + 1];
  const auto share = [&](std::size_t i) {
    return topics.Probability(row, counts.topics[i], counts.counts[i]);
  };
  if (options.and_topic) {
    const auto all = counts.topics.subspan(begin, end - begin);
    const auto found = std::ranges::lower_bound(all, *options.and_topic);
    if (found == all.end() || *found != *options.and_topic) return;
    if (share(begin + static_cast<std::size_t>(found - all.begin())) < options.min_share) return;
  }
  TopDocument document;
  document.document = topics.documents()[row];
  document.block = block;
  document.row = topics.rows_in_block()[row];
  document.tokens = topics.lengths()[row];
  for (std::size_t i = begin; i < end; ++i) {
    if (options.and_topic && counts.topics[i] == *options.and_topic) continue;
    document.share = share(i);
    if (document.share >= options.min_share) {
      best->Offer(counts.topics[i], document, topics.names()[row]);
    }
  }
}

Status FillMetadata(const Corpus& corpus, std::vector<std::vector<TopDocument>>* topics) {
  if (corpus.metadata_fields().empty()) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const MetadataText text, MetadataText::Create(corpus));
  std::vector<TopDocument*> documents;
  for (auto& some : *topics) {
    for (TopDocument& document : some) documents.push_back(&document);
  }
  std::ranges::sort(documents, {}, &TopDocument::block);
  std::optional<BlockMetadata> metadata;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    TopDocument& document = *documents[i];
    if (i == 0 || documents[i - 1]->block != document.block) {
      LIGHTLDA_ASSIGN_OR_RETURN(metadata, corpus.ReadMetadata(document.block));
    }
    if (text.title()) document.title = text.Text(*metadata, *text.title(), document.row);
    if (text.date()) document.date = text.Text(*metadata, *text.date(), document.row);
  }
  return {};
}

}  // namespace

Result<std::vector<std::vector<TopDocument>>> TopDocuments(const Model& model, const Corpus& corpus,
                                                           const TopDocumentsOptions& options,
                                                           const DocumentPass& pass) {
  LIGHTLDA_RETURN_IF_ERROR(Check(model, options));
  return CatchBadAlloc([&]() -> Result<std::vector<std::vector<TopDocument>>> {
    std::vector<BestDocuments> best(static_cast<std::size_t>(ResolveThreadCount(pass.num_threads)),
                                    BestDocuments(model.num_topics(), options.num));
    const auto work = [&](int worker, const DocumentRange& range) {
      const auto topics = DocumentTopics::Of(model, *range.block, range.begin, range.end);
      for (std::size_t row = 0; row < topics.num_documents(); ++row) {
        OfferDocument(topics, row, range.number, options, &best[static_cast<std::size_t>(worker)]);
      }
      return Status();
    };
    LIGHTLDA_RETURN_IF_ERROR(PassDocuments(model, corpus, pass, false, work).status());
    for (std::size_t i = 1; i < best.size(); ++i) best[0].Merge(best[i]);
    auto topics = std::move(best[0]).Take();
    LIGHTLDA_RETURN_IF_ERROR(FillMetadata(corpus, &topics));
    return topics;
  });
}

}  // namespace lightlda
