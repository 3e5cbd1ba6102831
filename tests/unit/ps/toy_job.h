// A job for the toy sampler, and what its workers check on every slice they pull.
//
// Beside its counts every row carries stamps: topic num_topics + w counts the pushes of worker w
// that are in it. So a pulled row says by itself how stale it is, whatever the protocol claims.
#ifndef LIGHTLDA_TESTS_UNIT_PS_TOY_JOB_H_
#define LIGHTLDA_TESTS_UNIT_PS_TOY_JOB_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ps/job.h"
#include "ps/row_batch.h"
#include "ps/server_shard.h"
#include "table/delta_codec.h"
#include "table/row_codec.h"
#include "toy_sampler.h"

namespace lightlda::testing {

// Tokens of each word, [num_words].
inline std::vector<Count> ToyFrequencies(const ToySpec& spec) {
  std::vector<Count> frequencies(spec.num_words, 0);
  const ToyTokens all_tokens(spec, 0, 1);
  for (const ToyToken& token : all_tokens.tokens()) ++frequencies[token.word];
  return frequencies;
}

// Places in the list of tables.
inline constexpr TableId kRows = 0;    // a row for each word
inline constexpr TableId kTotals = 1;  // a number for each topic
inline constexpr TableId kThird = 2;   // numbers that no sampler needs

// Topics beyond the toy's are stamps, one for each worker. Slices may all be asked for at once.
inline std::vector<TableSpec> ToyTables(const ToySpec& spec, std::uint32_t num_workers) {
  TableSpec rows;
  rows.name = "toy_rows";
  rows.items = ItemKind::kRows;
  rows.num_items = spec.num_words;
  rows.num_topics = spec.num_topics + num_workers;
  rows.pulled = Distribution::kSplit;
  rows.owner = Owner::kLeastLoaded;
  const std::vector<Count> frequencies = ToyFrequencies(spec);
  rows.slice_begins = CutSlices(frequencies, spec.num_slices);
  for (const Count frequency : frequencies) {
    rows.max_entries.push_back(std::min(static_cast<std::uint32_t>(frequency), spec.num_topics) +
                               num_workers);
  }
  rows.registers = rows.num_slices();
  TableSpec totals;
  totals.name = "toy_totals";
  totals.num_items = rows.num_topics;
  TableSpec third;
  third.name = "toy_third";
  third.num_items = 2 * spec.num_topics;
  third.update = Update::kAddSigned;
  return {std::move(rows), std::move(totals), std::move(third)};
}

inline std::shared_ptr<const Job> MakeToyJob(const ToySpec& spec, std::uint32_t num_workers,
                                             std::uint32_t num_shards, const JobOptions& options) {
  auto job = std::make_shared<Job>();
  job->id = {1, 2, 3, static_cast<std::uint8_t>(spec.seed)};
  job->num_workers = num_workers;
  job->num_shards = num_shards;
  for (ActorId actor = 0; actor < job->num_actors(); ++actor) {
    job->members.push_back({"rank " + std::to_string(actor) + " on host h", 1 + actor});
  }
  for (TableSpec& table : ToyTables(spec, num_workers)) {
    job->tables.push_back(TableLayout::Make(std::move(table), num_shards).value());
  }
  job->options = options;
  return job;
}

// One worker's tokens and checks. A check that fails says so in `violation`.
class ToyChecker {
 public:
  ToyChecker(std::shared_ptr<const Job> job, const ToySpec& spec, const ToyReference* reference,
             std::uint32_t worker)
      : tokens(spec, worker, job->num_workers),
        job_(std::move(job)),
        spec_(spec),
        reference_(reference),
        worker_(worker) {}

  ToyTokens tokens;
  std::string violation;

  // The deltas of a word to push, with the stamp of this push.
  std::vector<TopicDelta> Deltas(WordId word) {
    std::vector<TopicDelta> deltas = tokens.TakeDeltas(word);
    deltas.push_back({spec_.num_topics + worker_, 1});
    return deltas;
  }
  // The same packed, in parts that fit a buffer.
  std::vector<std::vector<std::uint8_t>> PackWord(WordId word) {
    std::vector<TopicCount> row;
    DeltasToRow(Deltas(word), &row);
    std::vector<std::vector<std::uint8_t>> parts;
    ForEachPart(row, job_->options.batch_bytes, [&](std::span<const TopicCount> part) {
      parts.push_back(EncodeRow(part, job_->table(kRows).num_topics()));
    });
    return parts;
  }
  // The same for the totals: [num_topics + num_workers].
  std::vector<std::int64_t> TakeTotals() {
    std::vector<std::int64_t> deltas = tokens.TakeTotals();
    deltas.resize(job_->table(kRows).num_topics(), 0);
    deltas[spec_.num_topics + worker_] = 1;
    return deltas;
  }

  // The third table: every push of worker w adds w + 1 to number 0, -2 (w + 1) to number 1, then 3,
  // -4, ... times that; so each number says how many pushes of all workers are in it.
  std::vector<Count> ThirdDeltas() const {
    std::vector<Count> deltas(job_->table(kThird).spec().num_items);
    for (std::size_t i = 0; i < deltas.size(); ++i) deltas[i] = (worker_ + 1) * ThirdFactor(i);
    return deltas;
  }
  void CheckThird(Step step, std::uint32_t min_clock, const std::vector<Count>& numbers) {
    const std::uint64_t ordinal = job_->Ordinal(step);
    const bool strict = job_->options.staleness == 0;
    const auto least = static_cast<Count>(
        std::max<std::uint64_t>(job_->Required(ordinal), job_->EndOf(min_clock)));
    const auto all = static_cast<Count>(job_->num_workers * (job_->num_workers + 1) / 2);
    const auto own = static_cast<Count>(worker_ + 1);
    const auto last = static_cast<Count>(ordinal);
    const Count low = strict ? last * all : least * (all - own) + (last - 1) * own;
    // Others are ahead by the staleness at most.
    const Count high =
        strict ? low : (last + job_->options.staleness) * (all - own) + (last - 1) * own;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const Count pushes = numbers[i] / ThirdFactor(i);
      if (pushes * ThirdFactor(i) == numbers[i] && pushes >= low && pushes <= high) continue;
      Violate("number " + std::to_string(i) + " of the third table is " +
              std::to_string(numbers[i]) + " at step " + std::to_string(ordinal));
    }
  }
  void CheckThirdInspected(std::uint32_t clock, const std::vector<Count>& numbers) {
    const auto all = static_cast<Count>(job_->num_workers * (job_->num_workers + 1) / 2);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] == static_cast<Count>(job_->EndOf(clock)) * all * ThirdFactor(i)) continue;
      Violate("number " + std::to_string(i) + " of the third table is " +
              std::to_string(numbers[i]) + " after clock " + std::to_string(clock));
    }
  }

  // Checks a row as pulled at a step, [num_topics + num_workers], and returns its counts.
  DenseRow CheckRow(WordId word, Step step, std::uint32_t min_clock,
                    const std::vector<TopicCount>& entries) {
    DenseRow row(job_->table(kRows).num_topics(), 0);
    for (const TopicCount& entry : entries) row[entry.topic] = entry.count;
    return Check("word " + std::to_string(word), step, min_clock, std::move(row),
                 Expected(step, [&](std::uint64_t n) { return reference_->Row(n, word); }));
  }
  DenseRow CheckTotals(Step step, std::uint32_t min_clock, const std::vector<Count>& totals) {
    return Check("the totals", step, min_clock, DenseRow(totals.begin(), totals.end()),
                 Expected(step, [&](std::uint64_t n) { return reference_->Totals(n); }));
  }
  // The same for what was inspected at the end of a clock; expected: what a recount says.
  void CheckInspected(WordId word, std::uint32_t clock, const std::vector<TopicCount>& entries,
                      const DenseRow& expected) {
    DenseRow row(job_->table(kRows).num_topics(), 0);
    for (const TopicCount& entry : entries) row[entry.topic] = entry.count;
    if (row == expected) return;
    Violate("word " + std::to_string(word) + " inspected at clock " + std::to_string(clock) +
            " is not the recount");
  }
  void CheckInspected(std::uint32_t clock, const std::vector<Count>& totals,
                      const DenseRow& expected) {
    if (DenseRow(totals.begin(), totals.end()) == expected) return;
    Violate("the totals inspected at clock " + std::to_string(clock) + " are not the recount");
  }

 private:
  static Count ThirdFactor(std::size_t i) {
    const auto factor = static_cast<Count>(i) + 1;
    return i % 2 == 0 ? factor : -factor;
  }

  template <typename Find>
  DenseRow Expected(Step step, Find find) const {
    return job_->options.staleness == 0 ? find(job_->Ordinal(step)) : DenseRow();
  }

  DenseRow Check(const std::string& what, Step step, std::uint32_t min_clock, DenseRow row,
                 const DenseRow& expected) {
    const std::uint64_t ordinal = job_->Ordinal(step);
    const bool strict = job_->options.staleness == 0;
    const std::uint64_t least = std::max<std::uint64_t>(job_->Required(ordinal), min_clock);
    for (std::uint32_t w = 0; w < job_->num_workers; ++w) {
      const auto stamp = static_cast<std::uint64_t>(row[spec_.num_topics + w]);
      const bool right = strict         ? stamp == ordinal
                         : w == worker_ ? stamp == ordinal - 1
                                        : stamp >= least;
      if (!right) {
        Violate(what + " at step " + std::to_string(ordinal) + " has " + std::to_string(stamp) +
                " pushes of worker " + std::to_string(w));
      }
    }
    row.resize(spec_.num_topics);
    if (strict && row != expected) {
      Violate(what + " at step " + std::to_string(ordinal) + " is not that of one process");
    }
    return row;
  }
  void Violate(const std::string& what) {
    if (violation.empty()) violation = "worker " + std::to_string(worker_) + ": " + what;
  }

  std::shared_ptr<const Job> job_;
  ToySpec spec_;
  const ToyReference* reference_;
  std::uint32_t worker_;
};

// What the table holds between clocks: a recount of all tokens, and stamps. Clock 0 is before the
// first.
struct ToyCounts {
  std::vector<DenseRow> rows;  // [num_words][num_topics + num_workers]
  DenseRow totals;             // [num_topics + num_workers]
};

inline ToyCounts Recount(const Job& job, const ToySpec& spec,
                         const std::vector<const ToyTokens*>& workers, std::uint32_t clock) {
  ToyCounts counts;
  counts.rows.assign(spec.num_words, DenseRow(job.table(kRows).num_topics(), 0));
  counts.totals.assign(job.table(kRows).num_topics(), 0);
  for (std::uint32_t w = 0; w < job.num_workers; ++w) {
    const auto stamp = static_cast<std::int64_t>(job.EndOf(clock));
    for (DenseRow& row : counts.rows) row[spec.num_topics + w] = stamp;
    counts.totals[spec.num_topics + w] = stamp;
    for (const ToyToken& token : workers[w]->tokens()) {
      if (!ToyTokens::IsActive(token, clock)) continue;
      ++counts.rows[token.word][token.topic];
      ++counts.totals[token.topic];
    }
  }
  return counts;
}

// All items of a table that a shard owns, slice by slice.
inline std::vector<std::uint32_t> ItemsOf(const TableLayout& table, std::uint32_t shard) {
  std::vector<std::uint32_t> items;
  for (std::uint32_t slice = 0; slice < table.num_slices(); ++slice) {
    for (std::uint32_t i = 0; i < table.NumItems(shard, slice); ++i) {
      items.push_back(table.ItemAt(shard, slice, i));
    }
  }
  return items;
}

// At the end: what the shards hold is what a recount of all tokens gives, and at staleness 0 all
// topics are those of one process. Empty if so.
inline std::string CheckFinal(const Job& job, const ToySpec& spec, const ToyReference& reference,
                              const std::vector<const ToyTokens*>& workers,
                              const std::vector<const ServerShard*>& shards) {
  const ToyCounts counts = Recount(job, spec, workers, spec.num_clocks);
  for (const ToyTokens* const worker : workers) {
    for (const ToyToken& token : worker->tokens()) {
      if (job.options.staleness == 0 && token.topic != reference.tokens()[token.id].topic) {
        return "the topic of token " + std::to_string(token.id) + " is not that of one process";
      }
    }
  }
  std::vector<TopicCount> row;
  for (const ServerShard* shard : shards) {
    for (const WordId word : ItemsOf(job.table(kRows), shard->shard())) {
      shard->rows(kRows).GetRow(word, &row);
      DenseRow found(job.table(kRows).num_topics(), 0);
      for (const TopicCount& entry : row) found[entry.topic] = entry.count;
      if (found != counts.rows[word]) {
        return "the row of word " + std::to_string(word) + " is not the recount";
      }
    }
    for (const TopicId topic : ItemsOf(job.table(kTotals), shard->shard())) {
      if (shard->numbers(kTotals).Get(topic) != counts.totals[topic]) {
        return "the total of topic " + std::to_string(topic) + " is not the recount";
      }
    }
  }
  return "";
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_TOY_JOB_H_
