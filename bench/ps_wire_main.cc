// lightlda-ps-wire: what one exchange of an iteration costs, from the topics before and after it:
// bytes on the wire a token, and the time to encode, apply and answer.
#include <gflags/gflags.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "ps/placement.h"
#include "ps/row_batch.h"
#include "ps/slice_rows.h"
#include "ps/table_part.h"
#include "table/row_codec.h"
#include "tool_util.h"

DEFINE_string(before, "", "assignments after some iterations (lightlda-dump assignments)");
DEFINE_string(after, "", "assignments after one iteration more");
DEFINE_uint32(num_topics, 0, "K");
DEFINE_uint32(processes, 2,
              "processes, each with a worker and a shard; documents go in equal parts");
DEFINE_uint64(batch_bytes, 1 << 20, "bytes of a batch");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-ps-wire", __FILE__,
    "lightlda-ps-wire computes what one exchange of the parameter server moves between processes\n"
    "(staleness 1 or more: one a slice and iteration; staleness 0: two of these, each with a part\n"
    "of the moves). Own-shard traffic does not count.\n"
    "\n"
    "  lightlda-ps-wire --num_topics=1000 --before=i30.txt --after=i31.txt --processes=2\n"};

// Tokens of a word that one worker holds.
struct WordMoves {
  std::vector<TopicId> before, after;
};
using Moves = std::vector<std::vector<WordMoves>>;  // [processes][num_words]

// "name\tword:topic word:topic ..." into numbers.
bool ParseLine(const std::string& line, std::vector<std::uint32_t>* numbers) {
  numbers->clear();
  const char* at = line.data() + std::min(line.find('\t'), line.size() - 1) + 1;
  const char* const end = line.data() + line.size();
  while (at < end) {
    std::uint32_t number;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return false;
    numbers->push_back(number);
    at = next + 1;
  }
  return numbers->size() % 2 == 0;
}

Result<std::size_t> CountLines(const std::string& path) {
  std::ifstream in(path);
  if (!in) return Status::BadInput(path + ": cannot be read");
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  return lines;
}

Result<Moves> ReadMoves() {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t num_documents, CountLines(FLAGS_before));
  std::ifstream before(FLAGS_before), after(FLAGS_after);
  if (!after) return Status::BadInput(FLAGS_after + ": cannot be read");
  Moves moves(FLAGS_processes);
  std::string old_line, new_line;
  std::vector<std::uint32_t> old_numbers, new_numbers;
  for (std::size_t d = 0; std::getline(before, old_line) && std::getline(after, new_line); ++d) {
    if (!ParseLine(old_line, &old_numbers) || !ParseLine(new_line, &new_numbers) ||
        old_numbers.size() != new_numbers.size()) {
      return Status::BadInput("line " + std::to_string(d + 1) + ": not the same document in both");
    }
    std::vector<WordMoves>& words = moves[d * FLAGS_processes / num_documents];
    for (std::size_t i = 0; i < old_numbers.size(); i += 2) {
      const WordId word = old_numbers[i];
      if (word >= words.size()) {
        for (auto& worker : moves) worker.resize(word + 1);
      }
      words[word].before.push_back(old_numbers[i + 1]);
      words[word].after.push_back(new_numbers[i + 1]);
    }
  }
  return moves;
}

// The non-zero differences of two lists of topics.
std::vector<TopicDelta> Difference(const WordMoves& word, std::vector<std::int32_t>* scratch) {
  std::vector<TopicId> touched = word.before;
  touched.insert(touched.end(), word.after.begin(), word.after.end());
  for (const TopicId topic : word.before) --(*scratch)[topic];
  for (const TopicId topic : word.after) ++(*scratch)[topic];
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  std::vector<TopicDelta> deltas;
  for (const TopicId topic : touched) {
    if ((*scratch)[topic] != 0) deltas.push_back({topic, (*scratch)[topic]});
    (*scratch)[topic] = 0;
  }
  return deltas;
}

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Batch {
  MessageHeader header;
  std::vector<std::uint8_t> bytes;
};

// What a worker pushes to each shard, [num_shards]; adds entries and seconds.
std::vector<std::vector<Batch>> EncodePush(const Placement& placement,
                                           const std::vector<std::vector<TopicDelta>>& rows,
                                           std::uint64_t* entries, double* seconds) {
  std::vector<std::vector<Batch>> batches(placement.num_shards());
  std::vector<std::vector<std::uint8_t>> buffers(placement.num_shards(),
                                                 std::vector<std::uint8_t>(FLAGS_batch_bytes));
  std::vector<RowBatchWriter> writers(buffers.begin(), buffers.end());
  const auto close = [&](std::uint32_t shard) {
    Batch& batch = batches[shard].emplace_back();
    batch.header.num_items = writers[shard].num_rows();
    batch.bytes.assign(buffers[shard].begin(), buffers[shard].begin() + writers[shard].size());
    writers[shard] = RowBatchWriter(buffers[shard]);
  };
  std::vector<TopicCount> row;
  std::vector<std::uint8_t> packed;
  const double begin = CpuSeconds();
  for (WordId word = 0; word < rows.size(); ++word) {
    if (rows[word].empty()) continue;
    *entries += rows[word].size();
    DeltasToRow(rows[word], &row);
    ForEachPart(row, FLAGS_batch_bytes, [&](std::span<const TopicCount> part) {
      const RowPlan plan = PlanRow(part, placement.num_topics());
      packed.resize(plan.bytes);
      PackRow(part, plan, packed);
      const std::uint32_t shard = placement.Owner(word);
      if (writers[shard].Add(word, packed)) return;
      close(shard);
      writers[shard].Add(word, packed);
    });
  }
  for (std::uint32_t shard = 0; shard < placement.num_shards(); ++shard) close(shard);
  *seconds += CpuSeconds() - begin;
  return batches;
}

std::uint64_t WireBytes(const std::vector<Batch>& batches) {
  std::uint64_t bytes = 0;
  for (const Batch& batch : batches) bytes += kHeaderBytes + batch.bytes.size();
  return bytes;
}

struct Totals {
  std::uint64_t tokens = 0, moved = 0, delta_entries = 0, row_entries = 0;
  std::uint64_t push_bytes = 0, pull_bytes = 0, answer_bytes = 0, all_push_bytes = 0;
  double encode = 0, apply = 0, answer = 0, index = 0;  // seconds
};

Status Exchange(const Placement& placement, const Moves& moves, Totals* totals) {
  const std::uint32_t processes = FLAGS_processes;
  BufferPool pool(0, FLAGS_batch_bytes);
  std::vector<RowPart> parts;
  for (std::uint32_t s = 0; s < processes; ++s) parts.emplace_back(&placement, s);
  std::vector<std::int32_t> scratch(FLAGS_num_topics, 0);
  for (const bool initial : {true, false}) {
    for (std::uint32_t p = 0; p < processes; ++p) {
      std::vector<std::vector<TopicDelta>> rows(moves[p].size());
      for (WordId word = 0; word < rows.size(); ++word) {
        const WordMoves& tokens = moves[p][word];
        rows[word] = Difference(initial ? WordMoves{{}, tokens.before} : tokens, &scratch);
      }
      Totals ignored;
      Totals* const sum = initial ? &ignored : totals;
      const auto pushed = EncodePush(placement, rows, &sum->delta_entries, &sum->encode);
      for (std::uint32_t s = 0; s < processes; ++s) {
        sum->all_push_bytes += WireBytes(pushed[s]);
        if (s != p) sum->push_bytes += WireBytes(pushed[s]);
        const double begin = CpuSeconds();
        for (const Batch& batch : pushed[s]) {
          LIGHTLDA_RETURN_IF_ERROR(parts[s].Apply(batch.header, batch.bytes));
        }
        sum->apply += CpuSeconds() - begin;
      }
    }
  }
  PulledSlice pulled;
  for (std::uint32_t s = 0; s < processes; ++s) {
    const double begin = CpuSeconds();
    pulled.shards.push_back(parts[s].Encode(0, &pool));
    totals->answer += CpuSeconds() - begin;
    for (const AnswerBatch& batch : pulled.shards.back()) {
      totals->answer_bytes += kHeaderBytes + batch.payload.bytes.size();
      totals->pull_bytes += (processes - 1) * (kHeaderBytes + batch.payload.bytes.size());
    }
  }
  const double begin = CpuSeconds();
  LIGHTLDA_ASSIGN_OR_RETURN(const SliceRows rows, SliceRows::Make(&placement, std::move(pulled)));
  std::vector<TopicCount> row;
  for (WordId word = 0; word < placement.num_words(); ++word) {
    LIGHTLDA_RETURN_IF_ERROR(rows.Get(word, &row));
    totals->row_entries += row.size();
  }
  totals->index = CpuSeconds() - begin;
  return {};
}

void Print(const Totals& totals, std::uint32_t num_words) {
  const auto tokens = static_cast<double>(totals.tokens);
  const double processes = FLAGS_processes;
  const auto per_token = [&](double bytes) { return bytes / tokens; };
  std::printf("tokens %.0f, moved %.3f, words %u, row entries %llu, delta entries %llu\n", tokens,
              static_cast<double>(totals.moved) / tokens, num_words,
              static_cast<unsigned long long>(totals.row_entries),
              static_cast<unsigned long long>(totals.delta_entries));
  std::printf("bytes on the wire a token: push %.3f + pull %.3f = %.3f\n",
              per_token(static_cast<double>(totals.push_bytes)),
              per_token(static_cast<double>(totals.pull_bytes)),
              per_token(static_cast<double>(totals.push_bytes + totals.pull_bytes)));
  const double share = (processes - 1) / processes;
  const double plain = 8 * (static_cast<double>(totals.delta_entries) * share +
                            static_cast<double>(totals.row_entries) * (processes - 1));
  const double dense = 4.0 * num_words * FLAGS_num_topics * 2 * (processes - 1);
  std::printf("the same as topic and count of 4 bytes each %.3f, as dense rows of 4 bytes %.3f\n",
              per_token(plain), per_token(dense));
  const auto rate = [](std::uint64_t bytes, std::uint64_t entries, double seconds) {
    std::printf("%.2f bytes an entry, %.1f ns an entry, %.0f MB/s\n",
                static_cast<double>(bytes) / static_cast<double>(entries),
                seconds * 1e9 / static_cast<double>(entries),
                static_cast<double>(bytes) / seconds / 1e6);
  };
  std::printf("worker packs deltas:    ");
  rate(totals.all_push_bytes, totals.delta_entries, totals.encode);
  std::printf("shard applies deltas:   ");
  rate(totals.all_push_bytes, totals.delta_entries, totals.apply);
  std::printf("shard packs an answer:  ");
  rate(totals.answer_bytes, totals.row_entries, totals.answer);
  std::printf("worker unpacks answers: ");
  rate(totals.answer_bytes, totals.row_entries, totals.index);
}

Status Main() {
  if (FLAGS_num_topics < 1 || FLAGS_processes < 1) {
    return Status::Usage("expected --num_topics and --processes above 0");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Moves moves, ReadMoves());
  if (moves[0].empty()) return Status::BadInput(FLAGS_before + ": no tokens");
  Totals totals;
  std::vector<Count> frequencies(moves[0].size(), 0);
  for (const auto& worker : moves) {
    for (WordId word = 0; word < worker.size(); ++word) {
      const WordMoves& tokens = worker[word];
      frequencies[word] += static_cast<Count>(tokens.before.size());
      totals.tokens += tokens.before.size();
      for (std::size_t i = 0; i < tokens.before.size(); ++i) {
        if (std::max(tokens.before[i], tokens.after[i]) >= FLAGS_num_topics) {
          return Status::BadInput("a topic that is not below --num_topics");
        }
        totals.moved += tokens.before[i] != tokens.after[i];
      }
    }
  }
  const auto num_words = static_cast<WordId>(frequencies.size());
  LIGHTLDA_ASSIGN_OR_RETURN(
      const Placement placement,
      Placement::Make(frequencies, {0, num_words}, FLAGS_processes, FLAGS_num_topics));
  LIGHTLDA_RETURN_IF_ERROR(Exchange(placement, moves, &totals));
  Print(totals, num_words);
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::kProgram, argc, argv, lightlda::Main);
}
