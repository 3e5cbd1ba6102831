// The topics of documents: theta, and the counts behind it.
//
//   theta_dk = (n_dk + alpha_k) / (n_d + alpha_sum)
//
// n_dk tokens of document d have topic k, n_d tokens it has in all, alpha_sum adds alpha_k up over
// the topics. A document without tokens has theta_dk = alpha_k / alpha_sum.
//
// Documents come in input order. Those that had no topics yet when the run stopped (growth) are
// left out and counted.
#ifndef LIGHTLDA_DOCUMENT_TOPICS_H_
#define LIGHTLDA_DOCUMENT_TOPICS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"
#include "lightlda/types.h"

namespace lightlda {

// A document and the topics of its tokens, valid during a visit.
struct AssignedDocument {
  DocId document = 0;  // index in the input
  std::string_view name;
  std::span<const WordId> words;    // [number of its tokens], in the document's own order
  std::span<const TopicId> topics;  // likewise
  std::uint32_t row = 0;            // its place in its block, as of BlockMetadata
};

struct VisitedDocuments {
  Count visited = 0;
  Count inactive = 0;  // left out
};

// A status that is not OK ends the visits and is what they return.
using DocumentVisitor = std::function<Status(const AssignedDocument&)>;

// How a call reads documents.
struct DocumentPass {
  int num_threads = 0;  // 0: one per core. Does not change the result
  StopToken stop;       // kCancelled when it is requested
  // Called from the calling thread: documents read so far, and of the corpus.
  std::function<void(Count documents, Count total)> progress;
};

// The documents of a block and the topics of their tokens, in input order, without those that had
// none yet. Movable; immutable; any number of threads may read. Memory: 12 bytes per token, and the
// names.
class LIGHTLDA_EXPORT AssignedBlock {
 public:
  // Errors: kBadInput, also if the model was trained on another corpus. REQUIRES: block <
  // corpus.blocks().size().
  static Result<AssignedBlock> Read(const Model& model, const Corpus& corpus, std::size_t block);

  std::size_t num_documents() const { return order_.size(); }
  Count num_inactive() const { return num_inactive_; }  // left out

  // Visits documents begin up to, not including, end. Errors: the visitor's. REQUIRES: begin <= end
  // <= num_documents().
  Status Visit(std::size_t begin, std::size_t end, const DocumentVisitor& visit) const;

 private:
  AssignedBlock() = default;

  std::unique_ptr<const Block> tokens_;
  std::vector<std::string> names_;    // in the block's order
  std::vector<TopicId> topics_;       // by position
  std::vector<WordId> words_;         // by position
  std::vector<std::uint32_t> order_;  // [num_documents]: their numbers in the block
  Count num_inactive_ = 0;
};

// Visits the documents of a corpus, or of one block of it. Memory: one block of the corpus, at 12
// bytes per token. Errors: kBadInput, also if the model was trained on another corpus; the
// visitor's. REQUIRES: block < corpus.blocks().size().
LIGHTLDA_EXPORT Result<VisitedDocuments> VisitDocuments(const Model& model, const Corpus& corpus,
                                                        const DocumentVisitor& visit);
LIGHTLDA_EXPORT Result<VisitedDocuments> VisitBlock(const Model& model, const Corpus& corpus,
                                                    std::size_t block,
                                                    const DocumentVisitor& visit);

struct TopicShare {
  TopicId topic = 0;
  std::uint32_t count = 0;  // n_dk
  double probability = 0;   // theta_dk
  double share = 0;         // n_dk / n_d; 0 of a document without tokens
};

// The topic counts of some documents, in memory: 8 bytes per non-zero count, 20 per document, and
// the names. Immutable; any number of threads may read. Spans stay valid for the life of the
// object. `row` is the place of a document here, below num_documents().
class LIGHTLDA_EXPORT DocumentTopics {
 public:
  // All documents of the corpus, or those of one block. Errors and memory besides: as
  // VisitDocuments. REQUIRES: block < corpus.blocks().size().
  static Result<DocumentTopics> Read(const Model& model, const Corpus& corpus);
  static Result<DocumentTopics> ReadBlock(const Model& model, const Corpus& corpus,
                                          std::size_t block);
  // Documents begin up to, not including, end of a block. REQUIRES: begin <= end <=
  // block.num_documents(); the model is the block's.
  static DocumentTopics Of(const Model& model, const AssignedBlock& block, std::size_t begin,
                           std::size_t end);

  std::size_t num_documents() const { return documents_.size(); }
  std::uint32_t num_topics() const { return static_cast<std::uint32_t>(alpha_.size()); }
  Count num_inactive() const { return num_inactive_; }

  // [num_documents]: indices in the input, ascending; places in their blocks; names; n_d.
  std::span<const DocId> documents() const { return documents_; }
  std::span<const std::uint32_t> rows_in_block() const { return rows_in_block_; }
  std::span<const std::string> names() const { return names_; }
  std::span<const std::uint32_t> lengths() const { return lengths_; }

  // n_dk as the non-zero entries of a [num_documents x num_topics] matrix, topics ascending.
  CsrView counts() const { return {begins_, topics_, counts_}; }

  // theta_dk of a document whose tokens have the topic `count` times. REQUIRES: row and topic in
  // range; count is n_dk.
  double Probability(std::size_t row, TopicId topic, std::uint32_t count) const {
    return (static_cast<double>(count) + alpha_[topic]) /
           (static_cast<double>(lengths_[row]) + alpha_sum_);
  }

  // theta of one document. REQUIRES: theta.size() == num_topics().
  void FillRow(std::size_t row, std::span<double> theta) const;
  // theta of all, [num_documents x num_topics], document by document; as float each is rounded
  // once. REQUIRES: theta.size() == num_documents() * num_topics().
  void FillTheta(std::span<double> theta) const;
  void FillTheta(std::span<float> theta) const;

  // Topics of at least this probability, most probable first, ties by id. O(topics) if alpha alone
  // can reach it, else O(non-zero counts).
  std::vector<TopicShare> AtLeast(std::size_t row, double probability) const;

 private:
  explicit DocumentTopics(const Model& model);
  void Append(const AssignedDocument& document);
  // topics and counts of a document.
  std::span<const TopicId> TopicsOf(std::size_t row) const;
  std::span<const std::uint32_t> CountsOf(std::size_t row) const;
  template <typename T>
  LIGHTLDA_NO_EXPORT void Fill(std::size_t row, std::span<T> theta) const;

  std::vector<double> alpha_;  // [num_topics]
  double alpha_sum_ = 0;
  double max_alpha_ = 0;
  Count num_inactive_ = 0;
  std::vector<DocId> documents_;
  std::vector<std::uint32_t> rows_in_block_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> lengths_;
  std::vector<std::uint64_t> begins_ = {0};  // [num_documents + 1]
  std::vector<TopicId> topics_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_DOCUMENT_TOPICS_H_
