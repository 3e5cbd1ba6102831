#include "train/held_out.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "base/rng.h"
#include "collective/agreement.h"
#include "eval/completion.h"
#include "eval/held_out_documents.h"
#include "lightlda/corpus.h"

namespace lightlda {
namespace {

// The halves are those of EvaluateCompletion's default.
constexpr std::uint32_t kSeed = 1;
// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x4556414C;  // "EVAL"
constexpr std::size_t kFewestTokens = 2;       // that can be halved

std::uint64_t HashOf(std::uint64_t number) {
  const PhiloxBlock hash = Philox(
      {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32), kDomain, 0},
      {kSeed, 0});
  return (std::uint64_t{hash[1]} << 32) | hash[0];
}

struct Sampled {
  std::uint64_t hash;
  std::uint64_t number;
  std::vector<WordId> words;
};

// Keeps the documents with the smallest hashes, as a heap with the largest of these first.
class SmallestHashes {
 public:
  void Offer(std::uint64_t number, std::span<const WordId> words) {
    const std::uint64_t hash = HashOf(number);
    const bool full = kept_.size() == HeldOutSample::kMostDocuments;
    if (full && hash >= kept_.front().hash) return;
    if (full) {
      std::ranges::pop_heap(kept_, {}, &Sampled::hash);
      kept_.pop_back();
    }
    kept_.push_back({hash, number, {words.begin(), words.end()}});
    std::ranges::push_heap(kept_, {}, &Sampled::hash);
  }

  // In the order of the corpus.
  std::vector<Sampled> Take() {
    std::ranges::sort(kept_, {}, &Sampled::number);
    return std::move(kept_);
  }

 private:
  std::vector<Sampled> kept_;
};

// How rows travel: the place of the word, the number of entries, the entries.
void PutRow(std::uint32_t place, std::span<const TopicCount> row, std::string* bytes) {
  const std::uint32_t head[] = {place, static_cast<std::uint32_t>(row.size())};
  bytes->append(reinterpret_cast<const char*>(head), sizeof(head));
  bytes->append(reinterpret_cast<const char*>(row.data()), row.size_bytes());
}

// Adds what another process put; what it says is not taken on trust.
Status TakeRows(std::string_view bytes, std::uint32_t num_topics,
                std::vector<std::vector<TopicCount>>* rows) {
  while (!bytes.empty()) {
    std::uint32_t head[2] = {};
    if (bytes.size() < sizeof(head)) return Status::Failure("a row that was cut");
    std::memcpy(head, bytes.data(), sizeof(head));
    bytes.remove_prefix(sizeof(head));
    if (head[0] >= rows->size()) return Status::Failure("a row of a word that nobody asked for");
    if (bytes.size() / sizeof(TopicCount) < head[1]) return Status::Failure("a row that was cut");
    std::vector<TopicCount>& row = (*rows)[head[0]];
    row.resize(head[1]);
    std::memcpy(row.data(), bytes.data(), head[1] * sizeof(TopicCount));
    bytes.remove_prefix(head[1] * sizeof(TopicCount));
    for (const TopicCount& entry : row) {
      if (entry.topic >= num_topics) return Status::Failure("a row with a topic out of range");
    }
  }
  return {};
}

}  // namespace

Result<HeldOutSample> HeldOutSample::Open(const std::string& directory,
                                          const Vocabulary& vocabulary, ProcessGroup* group) {
  HeldOutSample sample;
  LIGHTLDA_RETURN_IF_ERROR(
      Agree(group, group->rank() == 0 ? sample.Read(directory, vocabulary) : Status()));
  LIGHTLDA_RETURN_IF_ERROR(sample.ShareWords(group));
  return sample;
}

Status HeldOutSample::Read(const std::string& directory, const Vocabulary& vocabulary) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(directory));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto ids, MatchWords(corpus, vocabulary));
  SmallestHashes smallest;
  std::uint64_t number = 0;
  LIGHTLDA_RETURN_IF_ERROR(ReadCorpusDocuments(corpus, ids, {}, [&](const DocumentBatch& batch) {
    for (std::size_t d = 0; d < batch.size(); ++d, ++number) {
      if (batch.Words(d).size() >= kFewestTokens) smallest.Offer(number, batch.Words(d));
    }
    return Status();
  }));
  for (Sampled& document : smallest.Take()) {
    words_.insert(words_.end(), document.words.begin(), document.words.end());
    numbers_.push_back(document.number);
    documents_.push_back(std::move(document.words));
  }
  std::ranges::sort(words_);
  const auto repeated = std::ranges::unique(words_);
  words_.erase(repeated.begin(), repeated.end());
  if (!documents_.empty()) return {};
  return Status::BadInput(directory + ": no document has two tokens that the model knows");
}

Status HeldOutSample::ShareWords(ProcessGroup* group) {
  const std::string mine(reinterpret_cast<const char*>(words_.data()),
                         words_.size() * sizeof(WordId));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all, group->AllGather(mine));
  words_.resize(all[0].size() / sizeof(WordId));
  std::memcpy(words_.data(), all[0].data(), all[0].size());
  return {};
}

// Everybody's rows of the words, which are few.
Result<HeldOutSample::Rows> HeldOutSample::ReadRows(const Sampler& sampler,
                                                    ProcessGroup* group) const {
  Rows rows(words_.size());
  const auto visit = [&](WordId word, std::span<const TopicCount> row, int) {
    const auto found = std::ranges::lower_bound(words_, word);
    if (found == words_.end() || *found != word) return;
    rows[static_cast<std::size_t>(found - words_.begin())].assign(row.begin(), row.end());
  };
  const RowShare share{static_cast<std::uint32_t>(group->rank()),
                       static_cast<std::uint32_t>(group->size())};
  LIGHTLDA_RETURN_IF_ERROR(sampler.ForEachRow(share, visit));
  if (group->size() == 1) return rows;
  std::string mine;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    if (!rows[place].empty()) PutRow(static_cast<std::uint32_t>(place), rows[place], &mine);
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all, group->AllGather(mine));
  for (const std::string& bytes : all) {
    LIGHTLDA_RETURN_IF_ERROR(TakeRows(bytes, sampler.options().num_topics, &rows));
  }
  return rows;
}

Result<double> HeldOutSample::LogLikelihoodPerToken(const Priors& priors, Sampler* sampler,
                                                    ProcessGroup* group, ThreadPool* pool) const {
  LIGHTLDA_RETURN_IF_ERROR(sampler->RefreshTotals());
  LIGHTLDA_ASSIGN_OR_RETURN(Rows rows, ReadRows(*sampler, group));
  if (group->rank() != 0) return 0.0;
  std::vector<Count> totals(sampler->topic_totals().begin(), sampler->topic_totals().end());
  if (const WordPrior* const prior = sampler->options().word_prior; prior != nullptr) {
    for (std::size_t i = 0; i < rows.size(); ++i) prior->ToModelRow(words_[i], &rows[i]);
    totals = prior->ModelTotals(totals);
  }
  CompletionModel model;
  model.alpha = priors.alpha;
  model.beta = priors.beta;
  model.num_words = sampler->options().num_words;
  model.topic_totals = totals;
  model.word_row = [&](WordId word) {
    const auto place = std::ranges::lower_bound(words_, word) - words_.begin();
    return rows[static_cast<std::size_t>(place)];
  };
  CompletionOptions options;
  options.seed = kSeed;
  options.numbers = numbers_;
  return DocumentCompletion(model, documents_, options, pool).log_likelihood_per_token;
}

}  // namespace lightlda
