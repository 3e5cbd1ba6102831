// The document pass that accepts word proposals and leaves document proposals.
//
// A document's records are gathered into the arrays of a batch in a loop of its own, so that their
// cache misses overlap; counting, acceptance and proposals then work on the copy, which is
// scattered back at the end. A document that does not fit a batch is worked on in pieces.
#include <algorithm>

#include "kernels/alias_table.h"
#include "kernels/random_window.h"
#include "sampler/document_pass.h"

namespace lightlda {
namespace {

class ProposalWorker final : public DocumentWorker {
 public:
  ProposalWorker(const PassContext& context, const std::vector<float>& prior,
                 const DocumentProposal& proposal)
      : context_(context),
        prior_(prior),
        proposal_(proposal),
        batch_(std::min(context.index->longest_document(), context.staged_tokens),
               context.layout.num_proposals, context.layout.num_proposals),
        topics_(context.num_topics),
        totals_delta_(context.num_topics) {}

  void BeginPass() override {
    for (TopicId k = 0; k < context_.num_topics; ++k) topics_[k] = {0, context_.totals[k]};
  }

  void Visit(std::span<const TokenView> tokens, const Block& block, std::uint32_t number,
             std::uint32_t begin, std::uint32_t end) override {
    accept_.Reset(context_.seed, RandomUse::kDocumentAccept, block.number, context_.iteration,
                  batch_.num_proposals);
    propose_.Reset(context_.seed, RandomUse::kDocumentPropose, block.number, context_.iteration,
                   batch_.num_proposals);
    const std::span<const std::uint32_t> offsets = block.document_offsets;
    for (std::uint32_t d = begin; d < end; ++d) {
      const std::uint32_t next_end = d + 1 < end ? offsets[d + 2] : offsets[d + 1];
      Document(tokens[number], number, offsets[d], offsets[d + 1], next_end);
    }
  }

  TotalsDelta& totals_delta() override { return totals_delta_; }

 private:
  // Of tokens [begin, end) of a block; the next document's are [end, next_end).
  void Document(const TokenView& tokens, std::uint32_t block, std::uint32_t begin,
                std::uint32_t end, std::uint32_t next_end) {
    if (begin == end) return;
    const std::uint32_t n = end - begin;
    if (n > context_.staged_tokens) return LongDocument(tokens, block, begin, end);
    const Kernels& kernels = *context_.kernels;
    const int steps = batch_.num_proposals;
    const std::uint32_t* records = context_.index->document_records(block).data() + begin;
    TopicId* before = batch_.before.data();
    TopicId* after = batch_.after.data();
    TopicId* proposals = batch_.proposals.data();
    std::uint32_t* uniforms = batch_.uniforms.data();

    tokens.Gather(records, n, batch_.pitch, before, proposals);
    for (std::uint32_t i = 0; i < n; ++i) ++topics_[before[i]].count;
    tokens.Prefetch({records + n, next_end - end});
    Accept(begin, n);
    for (std::uint32_t i = 0; i < n; ++i) topics_[before[i]].count = 0;
    propose_.Read(kernels, begin, end, batch_.pitch, uniforms);
    proposal_.Draw(kernels, after, n, steps, batch_.pitch, uniforms, proposals);
    tokens.Scatter(records, n, batch_.pitch, after, proposals);
  }

  // Of the n tokens in the batch, the block's from `begin` on, with the counts in topics_.
  void Accept(std::uint32_t begin, std::uint32_t n) {
    const Kernels& kernels = *context_.kernels;
    accept_.Read(kernels, begin, begin + n, batch_.pitch, batch_.uniforms.data());
    const float* prior = proposal_.is_symmetric() ? nullptr : prior_.data();
    const AcceptTables tables = {topics_.data(), prior, prior_[0]};
    kernels.accept(tables, n, batch_.num_proposals, batch_.pitch, batch_.before.data(),
                   batch_.proposals.data(), batch_.uniforms.data(), batch_.after.data());
    moves_.Clear();
    moves_.Append(kernels, n, batch_.before.data(), batch_.after.data());
    totals_delta_.Apply(moves_);
  }

  // Counts, accepts and proposes in a walk over its pieces each.
  void LongDocument(const TokenView& tokens, std::uint32_t block, std::uint32_t begin,
                    std::uint32_t end) {
    const Kernels& kernels = *context_.kernels;
    const std::uint32_t* const records = context_.index->document_records(block).data();
    TopicId* const before = batch_.before.data();
    TopicId* const after = batch_.after.data();
    TopicId* const proposals = batch_.proposals.data();
    const std::uint32_t piece = context_.staged_tokens;
    ForEachPiece(begin, end, piece, [&](std::uint32_t first, std::uint32_t n) {
      tokens.GatherTopics(records + first, n, before);
      for (std::uint32_t i = 0; i < n; ++i) ++topics_[before[i]].count;
    });
    counts_.assign(context_.num_topics, 0);
    ForEachPiece(begin, end, piece, [&](std::uint32_t first, std::uint32_t n) {
      tokens.Gather(records + first, n, batch_.pitch, before, proposals);
      Accept(first, n);
      for (std::uint32_t i = 0; i < n; ++i) ++counts_[after[i]];
      tokens.ScatterTopics(records + first, n, after);
    });
    for (TopicStats& topic : topics_) topic.count = 0;
    proposal_.Tabulate(counts_, &table_);
    ForEachPiece(begin, end, piece, [&](std::uint32_t first, std::uint32_t n) {
      tokens.GatherTopics(records + first, n, after);
      propose_.Read(kernels, first, first + n, batch_.pitch, batch_.uniforms.data());
      for (std::size_t row = 0; row < batch_.proposals.size(); row += batch_.pitch) {
        kernels.draw_alias(table_.view(), context_.num_topics, n, batch_.uniforms.data() + row,
                           proposals + row);
      }
      tokens.Scatter(records + first, n, batch_.pitch, after, proposals);
    });
  }

  const PassContext& context_;
  const std::vector<float>& prior_;
  const DocumentProposal& proposal_;
  TokenBatch batch_;
  std::vector<TopicStats> topics_;  // [num_topics]; counts are zero between documents
  MoveList moves_;
  TotalsDelta totals_delta_;
  RandomWindow accept_;
  RandomWindow propose_;
  std::vector<std::int32_t> counts_;  // of a long document after the acceptances; likewise:
  AliasTable table_;
};

}  // namespace

std::unique_ptr<DocumentWorker> MakeProposalWorker(const PassContext& context,
                                                   const std::vector<float>& prior,
                                                   const DocumentProposal& proposal) {
  return std::make_unique<ProposalWorker>(context, prior, proposal);
}

}  // namespace lightlda
