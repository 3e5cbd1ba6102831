#include "model/word_topic_file.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <string_view>

#include "corpus/corpus_format.h"
#include "table/row_codec.h"
#include "table/row_hash.h"

namespace lightlda {
namespace {

constexpr std::string_view kMagic = "LLDAWTT\n";
constexpr std::uint32_t kVersion = 1;

enum Section : std::size_t { kOffsets, kRows, kTotals, kNumSections };

}  // namespace

Result<FileStamp> WriteWordTopicFile(const FilePath& path, std::size_t num_words,
                                     const RowSource& rows, std::span<const Count> topic_totals) {
  std::vector<std::uint64_t> offsets = {0};
  offsets.reserve(num_words + 1);
  LIGHTLDA_RETURN_IF_ERROR(rows([&](WordId, std::span<const std::uint8_t> packed) {
    offsets.push_back(offsets.back() + packed.size());
  }));
  CHECK_EQ(offsets.size(), num_words + 1);
  std::array<SectionSource, kNumSections> sections;
  sections[kOffsets] = [&](const SectionSink& sink) {
    sink(std::as_bytes(std::span(offsets)));
    return Status();
  };
  sections[kRows] = [&](const SectionSink& sink) {
    return rows([&](WordId, std::span<const std::uint8_t> packed) { sink(std::as_bytes(packed)); });
  };
  sections[kTotals] = [&](const SectionSink& sink) {
    sink(std::as_bytes(topic_totals));
    return Status();
  };
  return WriteSectionFile(path, kMagic, kVersion, sections);
}

Result<WordTopicFile> WordTopicFile::Open(const FilePath& path, const FileStamp& expected,
                                          const WordTopicFacts& facts) {
  CHECK_EQ(facts.frequencies.size(), facts.num_words);
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile sections,
                            SectionFile::Open(path, kMagic, kVersion, kNumSections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(sections, expected));
  WordTopicFile file(std::move(sections));
  LIGHTLDA_RETURN_IF_ERROR(file.ReadSections(facts));
  LIGHTLDA_RETURN_IF_ERROR(file.VerifyRows(facts));
  return file;
}

Status WordTopicFile::Corrupted(const std::string& what) const {
  return Status::BadInput(file_.path() + ": corrupted: " + what);
}

Status WordTopicFile::ReadSections(const WordTopicFacts& facts) {
  num_topics_ = facts.num_topics;
  LIGHTLDA_ASSIGN_OR_RETURN(offsets_, file_.Section<std::uint64_t>(kOffsets));
  LIGHTLDA_ASSIGN_OR_RETURN(rows_, file_.Section<std::uint8_t>(kRows));
  LIGHTLDA_ASSIGN_OR_RETURN(topic_totals_, file_.Section<Count>(kTotals));
  if (offsets_.size() != facts.num_words + 1 || topic_totals_.size() != facts.num_topics) {
    return Corrupted("sizes are not those of " + std::to_string(facts.num_words) + " words and " +
                     std::to_string(facts.num_topics) + " topics");
  }
  if (offsets_.front() != 0 || offsets_.back() != rows_.size() ||
      !std::ranges::is_sorted(offsets_)) {
    return Corrupted("offsets do not span the rows");
  }
  return {};
}

Status WordTopicFile::VerifyRows(const WordTopicFacts& facts) {
  std::vector<Count> totals(facts.num_topics);
  std::vector<TopicCount> entries;
  RowHash hash;
  for (std::size_t word = 0; word < facts.num_words; ++word) {
    const std::string name = "row of word " + std::to_string(word);
    if (!DecodeRow(PackedRow(static_cast<WordId>(word)), num_topics_, &entries)) {
      return Corrupted(name + " does not decode");
    }
    Count sum = 0;
    for (const TopicCount& entry : entries) {
      sum += entry.count;
      totals[entry.topic] += entry.count;
    }
    const Count frequency = facts.frequencies[word];
    if (sum > frequency || (facts.all_active && sum != frequency)) {
      return Corrupted(name + " adds up to " + std::to_string(sum) + " tokens, the word has " +
                       std::to_string(frequency));
    }
    num_entries_ += entries.size();
    hash.Update(static_cast<WordId>(word), entries);
  }
  for (std::size_t topic = 0; topic < totals.size(); ++topic) {
    if (totals[topic] != topic_totals_[topic]) {
      return Corrupted("topic " + std::to_string(topic) + " has " +
                       std::to_string(topic_totals_[topic]) + " tokens, its rows add up to " +
                       std::to_string(totals[topic]));
    }
  }
  const Count sum = std::accumulate(totals.begin(), totals.end(), Count{0});
  if (sum != facts.num_tokens) {
    return Corrupted("counts " + std::to_string(sum) + " tokens, the manifest says " +
                     std::to_string(facts.num_tokens));
  }
  hash_ = hash.Digest();
  return {};
}

void WordTopicFile::GetRow(WordId word, std::vector<TopicCount>* entries) const {
  CHECK_LT(word + std::size_t{1}, offsets_.size());
  CHECK(UnpackRow(PackedRow(word), num_topics_, entries)) << "row of word " << word;
}

}  // namespace lightlda
