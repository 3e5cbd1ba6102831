#include "lightlda/document_topics.h"

#include <glog/logging.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "corpus/block_words.h"

namespace lightlda {
namespace {

template <typename T>
void Gather(std::span<const T> values, std::span<const std::uint32_t> positions,
            std::vector<T>* gathered) {
  gathered->clear();
  for (const std::uint32_t position : positions) gathered->push_back(values[position]);
}

}  // namespace

Result<AssignedBlock> AssignedBlock::Read(const Model& model, const Corpus& corpus,
                                          std::size_t block) {
  AssignedBlock read;
  // The topics first: they tell whether this is the right corpus.
  LIGHTLDA_ASSIGN_OR_RETURN(read.topics_, model.ReadTopics(corpus, block));
  LIGHTLDA_ASSIGN_OR_RETURN(read.tokens_, corpus.OpenBlock(block));
  LIGHTLDA_ASSIGN_OR_RETURN(read.names_, corpus.ReadDocumentNames(block));
  read.words_ = WordsByPosition(*read.tokens_);
  for (std::uint32_t d = 0; d < read.tokens_->num_documents(); ++d) {
    if (read.tokens_->levels[d] >= model.active_level()) read.order_.push_back(d);
  }
  read.num_inactive_ = static_cast<Count>(read.tokens_->num_documents() - read.order_.size());
  std::ranges::sort(read.order_, {},
                    [&](std::uint32_t d) { return read.tokens_->document_index[d]; });
  return read;
}

Status AssignedBlock::Visit(std::size_t begin, std::size_t end,
                            const DocumentVisitor& visit) const {
  CHECK(begin <= end && end <= num_documents());
  std::vector<WordId> words;
  std::vector<TopicId> topics;
  for (const std::uint32_t d : std::span(order_).subspan(begin, end - begin)) {
    const std::uint32_t first = tokens_->document_offsets[d];
    const auto positions =
        tokens_->positions.subspan(first, tokens_->document_offsets[d + 1] - first);
    Gather(std::span(words_), positions, &words);
    Gather(std::span(topics_), positions, &topics);
    LIGHTLDA_RETURN_IF_ERROR(visit({tokens_->document_index[d], names_[d], words, topics, d}));
  }
  return {};
}

Result<VisitedDocuments> VisitBlock(const Model& model, const Corpus& corpus, std::size_t block,
                                    const DocumentVisitor& visit) {
  LIGHTLDA_ASSIGN_OR_RETURN(const AssignedBlock read, AssignedBlock::Read(model, corpus, block));
  LIGHTLDA_RETURN_IF_ERROR(read.Visit(0, read.num_documents(), visit));
  return VisitedDocuments{static_cast<Count>(read.num_documents()), read.num_inactive()};
}

Result<VisitedDocuments> VisitDocuments(const Model& model, const Corpus& corpus,
                                        const DocumentVisitor& visit) {
  VisitedDocuments documents;
  // The blocks of a corpus follow the input.
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments more, VisitBlock(model, corpus, block, visit));
    documents.visited += more.visited;
    documents.inactive += more.inactive;
  }
  return documents;
}

DocumentTopics::DocumentTopics(const Model& model)
    : alpha_(model.alpha().begin(), model.alpha().end()),
      alpha_sum_(std::accumulate(alpha_.begin(), alpha_.end(), 0.0)),
      max_alpha_(*std::ranges::max_element(alpha_)) {}

Result<DocumentTopics> DocumentTopics::Read(const Model& model, const Corpus& corpus) {
  DocumentTopics topics(model);
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments documents,
                            VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
                              topics.Append(document);
                              return Status();
                            }));
  topics.num_inactive_ = documents.inactive;
  return topics;
}

Result<DocumentTopics> DocumentTopics::ReadBlock(const Model& model, const Corpus& corpus,
                                                 std::size_t block) {
  DocumentTopics topics(model);
  const auto append = [&](const AssignedDocument& document) {
    topics.Append(document);
    return Status();
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments documents,
                            VisitBlock(model, corpus, block, append));
  topics.num_inactive_ = documents.inactive;
  return topics;
}

DocumentTopics DocumentTopics::Of(const Model& model, const AssignedBlock& block, std::size_t begin,
                                  std::size_t end) {
  DocumentTopics topics(model);
  const Status status = block.Visit(begin, end, [&](const AssignedDocument& document) {
    topics.Append(document);
    return Status();
  });
  CHECK(status.ok());
  return topics;
}

void DocumentTopics::Append(const AssignedDocument& document) {
  documents_.push_back(document.document);
  rows_in_block_.push_back(document.row);
  names_.emplace_back(document.name);
  lengths_.push_back(static_cast<std::uint32_t>(document.topics.size()));
  std::vector<TopicId> sorted(document.topics.begin(), document.topics.end());
  std::ranges::sort(sorted);
  for (auto run = sorted.begin(); run != sorted.end();) {
    const auto end = std::find_if(run, sorted.end(), [&](TopicId topic) { return topic != *run; });
    topics_.push_back(*run);
    counts_.push_back(static_cast<std::uint32_t>(end - run));
    run = end;
  }
  begins_.push_back(topics_.size());
}

std::span<const TopicId> DocumentTopics::TopicsOf(std::size_t row) const {
  return std::span(topics_).subspan(begins_[row], begins_[row + 1] - begins_[row]);
}

std::span<const std::uint32_t> DocumentTopics::CountsOf(std::size_t row) const {
  return std::span(counts_).subspan(begins_[row], begins_[row + 1] - begins_[row]);
}

template <typename T>
void DocumentTopics::Fill(std::size_t row, std::span<T> theta) const {
  for (TopicId topic = 0; topic < theta.size(); ++topic) {
    theta[topic] = static_cast<T>(Probability(row, topic, 0));
  }
  const auto topics = TopicsOf(row);
  const auto counts = CountsOf(row);
  for (std::size_t i = 0; i < topics.size(); ++i) {
    theta[topics[i]] = static_cast<T>(Probability(row, topics[i], counts[i]));
  }
}

void DocumentTopics::FillRow(std::size_t row, std::span<double> theta) const {
  CHECK_LT(row, num_documents());
  CHECK_EQ(theta.size(), num_topics());
  Fill(row, theta);
}

void DocumentTopics::FillTheta(std::span<double> theta) const {
  CHECK_EQ(theta.size(), num_documents() * num_topics());
  for (std::size_t row = 0; row < num_documents(); ++row) {
    Fill(row, theta.subspan(row * num_topics(), num_topics()));
  }
}

void DocumentTopics::FillTheta(std::span<float> theta) const {
  CHECK_EQ(theta.size(), num_documents() * num_topics());
  for (std::size_t row = 0; row < num_documents(); ++row) {
    Fill(row, theta.subspan(row * num_topics(), num_topics()));
  }
}

std::vector<TopicShare> DocumentTopics::AtLeast(std::size_t row, double probability) const {
  CHECK_LT(row, num_documents());
  const auto topics = TopicsOf(row);
  const auto counts = CountsOf(row);
  std::vector<TopicShare> shares;
  const auto offer = [&](TopicId topic, std::uint32_t count) {
    const double share = Probability(row, topic, count);
    if (share < probability) return;
    const double length = std::max(1.0, static_cast<double>(lengths_[row]));
    shares.push_back({topic, count, share, count / length});
  };
  if (max_alpha_ / (static_cast<double>(lengths_[row]) + alpha_sum_) < probability) {
    // Only topics with tokens can be so probable.
    for (std::size_t i = 0; i < topics.size(); ++i) offer(topics[i], counts[i]);
  } else {
    std::size_t next = 0;
    for (TopicId topic = 0; topic < num_topics(); ++topic) {
      const bool present = next < topics.size() && topics[next] == topic;
      offer(topic, present ? counts[next++] : 0);
    }
  }
  std::ranges::sort(shares, [](const TopicShare& a, const TopicShare& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.topic < b.topic;
  });
  return shares;
}

}  // namespace lightlda
