// The arithmetic, from the words' rows up.
//
// A row's entries and a worker's changes saturate in the same manner: of x tokens the first few are
// each in a topic of their own, later ones more and more often in one that is there already:
// x / (1 + (x / x0)^c). x0 falls with the tokens per topic, as a word is in fewer of the topics
// that are better known.
#include "train/scaling_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "ps/job.h"
#include "ps/table_bytes.h"
#include "sampler/conditional_table.h"
#include "sampler/sampler_options.h"
#include "sampler/table_client.h"
#include "sampler/token_view.h"
#include "train/schedule.h"
#include "train/tables.h"

namespace lightlda {
namespace {

// Fitted; the header says to what.
constexpr double kEntriesExponent = 0.71;
constexpr double kChangesExponent = 0.82;
constexpr double kChangesScale = 2.4;     // x0 of the changes to that of the entries
constexpr double kChangesSplit = 0.3;     // how x0 falls with the number of workers
constexpr double kMovedAtLeast = 0.27;    // share of tokens that move in an iteration
constexpr double kMovedInThinRows = 0.5;  // and more, where a topic has few of a word's tokens

// Memory, as in train/plan.cc.
constexpr double kThreadTopicBytes = 56;  // arrays of a thread
constexpr double kDocumentBytes = 13;
constexpr double kPermutationBytes = 4;   // per token, mapped
constexpr double kBlockTokens = 1 << 20;  // at least, or 16 per word
constexpr double kOffsetBytes = 12;       // per word and block

constexpr double kFrames = 1.05;  // bytes on a link to those of messages: Ethernet, IP, TCP

// How much slower sampling is with K topics than with 1,000: its arrays leave the caches.
// bench/measure.py large_k.
constexpr std::array<std::pair<double, double>, 5> kSlowdown = {
    {{2, 0.98}, {3, 1.0}, {4, 1.1}, {5, 1.65}, {6, 4.0}}};  // log10 K, factor

double Slowdown(std::uint32_t num_topics) {
  const double at = std::log10(static_cast<double>(num_topics));
  for (std::size_t i = 1; i < kSlowdown.size(); ++i) {
    if (at > kSlowdown[i].first && i + 1 < kSlowdown.size()) continue;
    const auto [x0, y0] = kSlowdown[i - 1];
    const auto [x1, y1] = kSlowdown[i];
    return y0 + (y1 - y0) * std::max(0.0, at - x0) / (x1 - x0);
  }
  return 1;
}

double Saturate(double x, double x0, double exponent) {
  return x <= 0 ? 0 : x / (1 + std::pow(x / x0, exponent));
}

// x0 of the entries.
double Sharpness(double num_tokens, std::uint32_t num_topics) {
  return 0.3 + 0.5 * std::pow(num_topics, 1.05) * std::pow(num_tokens, -0.26);
}

// Chance that at least one of `events` independent ones comes about.
double Any(double events) { return -std::expm1(-events); }

// Sums over the words, of an iteration; what is said of a worker is of each.
struct Rows {
  double entries = 0;
  double bytes = 0;         // of all rows packed
  double read_rows = 0;     // rows that a worker has tokens of
  double read_entries = 0;  // of those
  double changes = 0;       // entries that a worker tells of
  double change_bytes = 0;
  double hit_rows = 0;     // rows that a worker's pushes change
  double hit_entries = 0;  // entries of those
};

Rows SumRows(const ScalingJob& job, const TableSpec& spec, double num_tokens, double exchanges) {
  Rows rows;
  for (const Count frequency : job.frequencies) {
    if (frequency == 0) continue;
    const auto f = static_cast<double>(frequency);
    const double entries = ExpectedEntries(f, num_tokens, job.num_topics);
    const double present = Any(f / job.num_workers);
    rows.entries += entries;
    rows.bytes += RowPayload(spec, Movement::kPull, 1, entries);
    rows.read_rows += present;
    rows.read_entries += entries * present;
    if (exchanges == 0) continue;
    const double changes =
        ExpectedChanges(f, num_tokens, job.num_topics, job.num_workers, 1 / exchanges);
    const double hit = Any(changes);
    rows.changes += changes * exchanges;
    rows.change_bytes += RowPayload(spec, Movement::kPush, hit, changes) * exchanges;
    rows.hit_rows += hit * exchanges;
    rows.hit_entries += hit * entries * exchanges;
  }
  return rows;
}

// A job in the numbers that the rest is computed from.
struct Sizes {
  explicit Sizes(const ScalingJob& job)
      : num_tokens(std::accumulate(job.frequencies.begin(), job.frequencies.end(), 0.0)),
        tokens(job.busiest_tokens > 0 ? static_cast<double>(job.busiest_tokens)
                                      : num_tokens / job.num_workers),
        workers(job.num_workers),
        shards(job.num_servers > 0 ? job.num_servers : job.num_workers),
        combined(job.num_servers == 0),
        exchanges(job.num_workers == 1 && combined ? 0
                  : job.staleness > 0              ? 1
                  : job.draws == Draws::kProposals ? 2
                                                   : 2 * kDocumentGroups) {}

  double num_tokens;
  double tokens;  // of the busiest worker
  double workers;
  double shards;
  bool combined;     // every worker's process has a shard
  double exchanges;  // in an iteration
  // Share of what a worker exchanges that leaves its process.
  double Away() const { return combined ? (shards - 1) / shards : 1; }
};

// The busiest link, one way: a worker's process sends what it pushes and its shard's answers, of
// which a part stays within the machine.
double NetworkSeconds(const ScalingJob& job, const Sizes& sizes, const ScalingPrediction& result) {
  if (sizes.exchanges == 0) return 0;
  const double others = sizes.combined ? sizes.workers - 1 : sizes.workers;
  const double answered = result.pulled_bytes / sizes.Away() / sizes.shards * others;
  const double busiest = sizes.combined
                             ? result.pushed_bytes + answered
                             : std::max({result.pushed_bytes, result.pulled_bytes, answered});
  const double machine = job.processes_per_machine;
  const double leaving =
      sizes.combined ? std::max(0.0, sizes.workers - machine) / (sizes.workers - 1) : 1;
  const double ahead =
      SlicesAhead(job.num_slices, job.staleness == 0 ? ExchangeMode::kTwice : ExchangeMode::kOnce);
  const double rounds = sizes.exchanges * std::ceil(job.num_slices / ahead);
  const double bits = job.link_bits_per_second;
  return (bits > 0 ? busiest * machine * leaving * kFrames * 8 / bits : 0) +
         rounds * job.round_trip_seconds;
}

// What a push or pull of all tables brings a worker, or takes it. row_bytes: of all rows' payload.
double ExchangeBytes(const std::vector<TableSpec>& tables, double row_bytes, Count number,
                     std::uint32_t num_shards) {
  const std::size_t batch = JobOptions::ForShards(num_shards).batch_bytes;
  double bytes = 0;
  for (const TableSpec& table : tables) {
    bytes += table.items == ItemKind::kRows
                 ? RowTraffic(table, row_bytes, num_shards, batch).bytes()
                 : NumberTraffic(table, number, num_shards, batch).bytes();
  }
  return bytes;
}

void PredictBytes(const ScalingJob& job, const std::vector<TableSpec>& tables, const Sizes& sizes,
                  const Rows& rows, ScalingPrediction* result) {
  result->row_entries = rows.entries;
  result->row_bytes = rows.bytes;
  if (sizes.exchanges == 0) return;
  const auto shards = static_cast<std::uint32_t>(sizes.shards);
  const double total = sizes.num_tokens / job.num_topics;
  const double pushed = ExchangeBytes(tables, rows.change_bytes / sizes.exchanges,
                                      static_cast<Count>(std::sqrt(total)) + 1, shards);
  const double pulled = ExchangeBytes(tables, rows.bytes, static_cast<Count>(total) + 1, shards);
  result->pushed_bytes = pushed * sizes.exchanges * sizes.Away();
  result->pulled_bytes = pulled * sizes.exchanges * sizes.Away();
  result->wire_bytes_per_token =
      sizes.workers * (result->pushed_bytes + result->pulled_bytes) / sizes.num_tokens;
}

void PredictMemory(const ScalingJob& job, const std::vector<TableSpec>& tables, const Sizes& sizes,
                   const Rows& rows, ScalingPrediction* result) {
  const auto words = static_cast<double>(job.frequencies.size());
  const double documents = static_cast<double>(job.num_documents) * sizes.tokens / sizes.num_tokens;
  const double blocks = std::ceil(sizes.tokens / std::max(kBlockTokens, 16 * words));
  const auto record = static_cast<double>(
      RecordLayout::Of(job.num_topics, job.mh_steps, sizes.exchanges > 0).bytes());
  double worker = sizes.tokens * (record + kPermutationBytes) + blocks * words * kOffsetBytes +
                  documents * kDocumentBytes +
                  static_cast<double>(job.num_threads) * job.num_topics * kThreadTopicBytes;
  if (job.draws == Draws::kConditionals) {
    worker += static_cast<double>(ConditionalTable::Bytes(job.frequencies.size(), job.num_topics));
  }
  if (sizes.exchanges == 0) {
    result->worker_memory_bytes = worker + rows.bytes;
    return;
  }
  const TableShape shape = {job.num_workers, static_cast<std::uint32_t>(sizes.shards),
                            job.staleness};
  const JobOptions limits = JobOptions::ForShards(shape.num_shards);
  worker += static_cast<double>(limits.num_buffers * limits.batch_bytes);
  double shard = 0;
  for (const TableSpec& table : tables) {
    const TableContent content = table.items == ItemKind::kRows
                                     ? TableContent{rows.entries, rows.bytes}
                                     : MostContent(table);
    worker += WorkerBytes(table, content);
    shard += ItemBytes(table, content, shape.num_shards) + AnswerBytes(table, content, shape);
  }
  result->worker_memory_bytes = worker + (sizes.combined ? shard : 0);
  result->server_memory_bytes = sizes.combined ? 0 : shard;
}

// Where each worker's processor time goes. REQUIRES: the bytes are there.
void PredictProcessors(const ScalingJob& job, const MachineModel& machine, const Sizes& sizes,
                       const Rows& rows, ScalingPrediction* result) {
  const double speed = std::pow(job.num_threads, machine.thread_exponent) * 1e9;  // of ns
  const double token =
      job.draws == Draws::kConditionals
          ? machine.conditional_ns + machine.conditional_topic_ns * job.num_topics
          : (machine.token_ns + machine.proposal_ns * job.mh_steps) * Slowdown(job.num_topics);
  result->sampling_seconds = sizes.tokens * token / speed;
  if (sizes.exchanges == 0) return;
  const double bytes = result->pushed_bytes + result->pulled_bytes;
  const double reading =
      rows.read_rows * machine.read_row_ns + rows.read_entries * machine.read_entry_ns;
  result->row_seconds = (sizes.exchanges * reading + rows.read_entries * machine.build_entry_ns +
                         rows.changes * machine.pack_change_ns + bytes * machine.wire_byte_ns) /
                        speed;
  // An answer is packed once for all where all are to see the same.
  const double answers = job.staleness == 0 ? sizes.exchanges : sizes.workers;
  const double pushes = rows.changes * machine.apply_change_ns +
                        rows.hit_rows * machine.apply_row_ns +
                        rows.hit_entries * machine.apply_entry_ns + bytes * machine.wire_byte_ns;
  result->shard_seconds =
      (sizes.workers * pushes + rows.entries * answers * machine.answer_entry_ns) / sizes.shards /
      1e9;
}

// What is overlapped: the document pass waits for nobody. In the word pass sampling, shard and
// network go on side by side, and a shard takes its time from the threads it shares a process with.
void Combine(const ScalingJob& job, const MachineModel& machine, const Sizes& sizes,
             ScalingPrediction* result) {
  using Limit = ScalingPrediction::Limit;
  const double documents = machine.document_share * result->sampling_seconds;
  const double words = result->sampling_seconds - documents;
  const double speed = std::pow(job.num_threads, machine.thread_exponent);
  const double rows = result->row_seconds + (sizes.combined ? result->shard_seconds / speed : 0);
  const double work = words + rows;
  const double longest = std::max({work, result->shard_seconds, result->network_seconds});
  result->seconds = documents + longest;
  result->tokens_per_second = sizes.num_tokens / result->seconds;
  if (longest == work) {
    result->limit = rows > result->sampling_seconds ? Limit::kRows : Limit::kSampling;
  } else {
    result->limit = longest == result->shard_seconds ? Limit::kShard : Limit::kNetwork;
  }
}

}  // namespace

double ExpectedEntries(double frequency, double num_tokens, std::uint32_t num_topics) {
  return std::min<double>(num_topics,
                          Saturate(frequency, Sharpness(num_tokens, num_topics), kEntriesExponent));
}

double ExpectedChanges(double frequency, double num_tokens, std::uint32_t num_topics,
                       std::uint32_t num_workers, double share) {
  if (frequency <= 0) return 0;
  const double thin = ExpectedEntries(frequency, num_tokens, num_topics) / frequency;
  const double moved = (kMovedAtLeast + kMovedInThinRows * thin) * frequency / num_workers * share;
  const double x0 =
      kChangesScale * Sharpness(num_tokens, num_topics) * std::pow(num_workers, -kChangesSplit);
  // A token that moves changes two entries.
  return std::min<double>(num_topics, Saturate(2 * moved, x0, kChangesExponent));
}

ScalingPrediction PredictIteration(const ScalingJob& job, const MachineModel& machine) {
  const Sizes sizes(job);
  const std::vector<TableSpec> tables =
      TrainingTables(job.frequencies, job.num_topics, job.num_slices);
  const Rows rows = SumRows(job, tables[kWordTopicTable], sizes.num_tokens, sizes.exchanges);
  ScalingPrediction result;
  PredictBytes(job, tables, sizes, rows, &result);
  PredictProcessors(job, machine, sizes, rows, &result);
  result.network_seconds = NetworkSeconds(job, sizes, result);
  Combine(job, machine, sizes, &result);
  PredictMemory(job, tables, sizes, rows, &result);
  return result;
}

std::vector<Count> ZipfFrequencies(std::uint32_t num_words, double num_tokens, double exponent,
                                   double shift) {
  std::vector<double> weights(num_words);
  for (std::uint32_t rank = 0; rank < num_words; ++rank) {
    weights[rank] = std::pow(rank + 1 + shift, -exponent);
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<Count> frequencies(num_words);
  std::transform(weights.begin(), weights.end(), frequencies.begin(), [&](double weight) {
    return std::max<Count>(1, std::llround(num_tokens * weight / sum));
  });
  return frequencies;
}

}  // namespace lightlda
