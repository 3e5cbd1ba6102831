// The document pass that accepts word proposals and leaves document proposals.
//
// A document's records are gathered into the arrays of a batch in a loop of its own, so that their
// cache misses overlap; counting, acceptance and proposals then work on the copy, which is
// scattered back at the end.
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
        batch_(context.index->longest_document(), context.layout.num_proposals,
               context.layout.num_proposals),
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
    const Kernels& kernels = *context_.kernels;
    const std::uint32_t n = end - begin;
    const int steps = batch_.num_proposals;
    const std::uint32_t* records = context_.index->document_records(block).data() + begin;
    TopicId* before = batch_.before.data();
    TopicId* after = batch_.after.data();
    TopicId* proposals = batch_.proposals.data();
    std::uint32_t* uniforms = batch_.uniforms.data();

    tokens.Gather(records, n, batch_.pitch, before, proposals);
    for (std::uint32_t i = 0; i < n; ++i) ++topics_[before[i]].count;
    tokens.Prefetch({records + n, next_end - end});
    accept_.Read(kernels, begin, end, batch_.pitch, uniforms);
    const float* prior = proposal_.is_symmetric() ? nullptr : prior_.data();
    const AcceptTables tables = {topics_.data(), prior, prior_[0]};
    kernels.accept(tables, n, steps, batch_.pitch, before, proposals, uniforms, after);
    for (std::uint32_t i = 0; i < n; ++i) topics_[before[i]].count = 0;
    moves_.Clear();
    moves_.Append(kernels, n, before, after);
    totals_delta_.Apply(moves_);
    propose_.Read(kernels, begin, end, batch_.pitch, uniforms);
    proposal_.Draw(kernels, after, n, steps, batch_.pitch, uniforms, proposals);
    tokens.Scatter(records, n, batch_.pitch, after, proposals);
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
};

}  // namespace

std::unique_ptr<DocumentWorker> MakeProposalWorker(const PassContext& context,
                                                   const std::vector<float>& prior,
                                                   const DocumentProposal& proposal) {
  return std::make_unique<ProposalWorker>(context, prior, proposal);
}

}  // namespace lightlda
