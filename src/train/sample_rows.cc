#include "train/sample_rows.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace lightlda {
namespace {

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

Result<SampleRows> SampleRows::Make(std::vector<WordId> words, ProcessGroup* group) {
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  const std::string mine(reinterpret_cast<const char*>(words.data()),
                         words.size() * sizeof(WordId));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all, group->AllGather(mine));
  SampleRows rows;
  rows.words_.resize(all[0].size() / sizeof(WordId));
  std::memcpy(rows.words_.data(), all[0].data(), rows.words_.size() * sizeof(WordId));
  return rows;
}

Status SampleRows::Read(Sampler* sampler, ProcessGroup* group) {
  LIGHTLDA_RETURN_IF_ERROR(sampler->RefreshTotals());
  LIGHTLDA_RETURN_IF_ERROR(Gather(*sampler, group));
  const auto totals = sampler->topic_totals();
  totals_.assign(totals.begin(), totals.end());
  num_words_ = sampler->options().num_words;
  const WordPrior* const prior = sampler->options().word_prior;
  if (prior == nullptr) return {};
  totals_ = prior->ModelTotals(totals);
  for (std::size_t i = 0; i < rows_.size(); ++i) prior->ToModelRow(words_[i], &rows_[i]);
  return {};
}

// Everybody's rows of the words, which are few.
Status SampleRows::Gather(const Sampler& sampler, ProcessGroup* group) {
  rows_.assign(words_.size(), {});
  const auto visit = [&](WordId word, std::span<const TopicCount> row, int) {
    const auto found = std::ranges::lower_bound(words_, word);
    if (found == words_.end() || *found != word) return;
    rows_[static_cast<std::size_t>(found - words_.begin())].assign(row.begin(), row.end());
  };
  const RowShare share{static_cast<std::uint32_t>(group->rank()),
                       static_cast<std::uint32_t>(group->size())};
  LIGHTLDA_RETURN_IF_ERROR(sampler.ForEachRow(share, visit));
  if (group->size() == 1) return {};
  std::string mine;
  for (std::size_t place = 0; place < rows_.size(); ++place) {
    if (!rows_[place].empty()) PutRow(static_cast<std::uint32_t>(place), rows_[place], &mine);
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> all, group->AllGather(mine));
  for (const std::string& bytes : all) {
    LIGHTLDA_RETURN_IF_ERROR(TakeRows(bytes, sampler.options().num_topics, &rows_));
  }
  return {};
}

CompletionModel SampleRows::ModelOf(const Priors& priors) const {
  return {priors.alpha, priors.beta, num_words_, totals_,
          [this](WordId word) { return Row(word); }};
}

const std::vector<TopicCount>& SampleRows::Row(WordId word) const {
  const auto place = std::ranges::lower_bound(words_, word) - words_.begin();
  return rows_[static_cast<std::size_t>(place)];
}

}  // namespace lightlda
