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

#include "ps/pulled_slice.h"
#include "ps/row_batch.h"
#include "ps/shard_table.h"
#include "ps/table_layout.h"
#include "table/row_codec.h"
#include "tool_util.h"
#include "train/tables.h"

DEFINE_string(before, "", "assignments after some iterations (lightlda-dump assignments)");
DEFINE_string(after, "", "assignments after one iteration more");
DEFINE_uint32(num_topics, 0, "K");
DEFINE_uint32(processes, 2,
              "processes, each with a worker and a shard; documents go in equal parts");
DEFINE_uint32(slices, 16, "slices of the vocabulary");
DEFINE_uint32(rounds, 10, "times the moves are made and undone, for the times");
DEFINE_uint64(batch_bytes, 1 << 20, "bytes of a batch");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-ps-wire", __FILE__,
    "lightlda-ps-wire computes what one exchange of the parameter server moves between processes\n"
    "(staleness 1 or more: one per slice and iteration; staleness 0: two of these, each with\n"
    "a part of the moves). Own-shard traffic does not count.\n"
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

using DeltaRows = std::vector<std::vector<TopicDelta>>;  // [num_words]

// Seconds and entries of the steps of an exchange.
struct Step {
  double seconds = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;

  template <typename Work>
  void Time(Work&& work) {
    const double begin = CpuSeconds();
    work();
    seconds += CpuSeconds() - begin;
  }
};

struct Totals {
  std::uint64_t tokens = 0, moved = 0;
  std::uint64_t push_bytes = 0, pull_bytes = 0;  // between processes, of one exchange
  std::size_t shard_bytes = 0;                   // memory of all shards' rows
  Step pack, apply, encode, index, get;
};

struct Batch {
  MessageHeader header;
  std::vector<std::uint8_t> bytes;
};

std::uint64_t WireBytes(std::uint64_t payload) { return kHeaderBytes + payload; }

// Packs what a worker pushes of a slice, a list of batches a shard, as WorkerSession and PsClient
// do.
class Packer {
 public:
  explicit Packer(const TableLayout* layout)
      : layout_(layout),
        buffers_(layout->num_shards(), std::vector<std::uint8_t>(FLAGS_batch_bytes)) {}

  std::vector<std::vector<Batch>> Pack(std::uint32_t slice, const DeltaRows& rows) {
    batches_.assign(layout_->num_shards(), {});
    slice_ = slice;
    writers_.clear();
    for (std::vector<std::uint8_t>& buffer : buffers_) writers_.emplace_back(buffer);
    const WordId begin = layout_->slice_begin(slice);
    for (WordId word = begin; word < layout_->slice_end(slice); ++word) {
      changes_.Add(word, rows[word]);
    }
    packed_.Pack(changes_, layout_->num_topics(), FLAGS_batch_bytes);
    changes_.Clear();
    for (std::size_t row = 0; row < packed_.num_rows(); ++row) {
      const std::uint32_t offset = packed_.word(row) - begin;
      const std::uint32_t shard = layout_->OwnerOf(slice, packed_.word(row));
      if (writers_[shard].Add(offset, packed_.bytes(row))) continue;
      Close(shard);
      writers_[shard].Add(offset, packed_.bytes(row));
    }
    for (std::uint32_t shard = 0; shard < layout_->num_shards(); ++shard) Close(shard);
    return std::move(batches_);
  }

 private:
  void Close(std::uint32_t shard) {
    Batch& batch = batches_[shard].emplace_back();
    batch.header.slice = slice_;
    batch.header.num_items = writers_[shard].num_items();
    batch.bytes.assign(buffers_[shard].begin(), buffers_[shard].begin() + writers_[shard].size());
    writers_[shard] = RowBatchWriter(buffers_[shard]);
  }

  const TableLayout* layout_;
  std::uint32_t slice_ = 0;
  std::vector<std::vector<std::uint8_t>> buffers_;  // [num_shards]
  std::vector<RowBatchWriter> writers_;
  std::vector<std::vector<Batch>> batches_;
  RowChanges changes_;
  PackedChanges packed_;
};

// A job in one thread.
class Exchange {
 public:
  Exchange(const TableLayout* layout, Totals* totals)
      : layout_(layout), totals_(totals), packer_(layout), pool_(64, FLAGS_batch_bytes) {
    for (std::uint32_t s = 0; s < layout->num_shards(); ++s) parts_.emplace_back(layout, s);
  }

  // Every worker pushes its rows of deltas of a slice, [processes].
  Status Push(std::uint32_t slice, const std::vector<DeltaRows>& deltas) {
    for (std::uint32_t p = 0; p < deltas.size(); ++p) {
      std::vector<std::vector<Batch>> pushed;
      totals_->pack.Time([&] { pushed = packer_.Pack(slice, deltas[p]); });
      for (WordId w = layout_->slice_begin(slice); w < layout_->slice_end(slice); ++w) {
        totals_->pack.entries += deltas[p][w].size();
      }
      for (std::uint32_t s = 0; s < pushed.size(); ++s) {
        Status status;
        totals_->apply.Time([&] {
          for (const Batch& batch : pushed[s]) {
            if (status.ok()) status = parts_[s].Apply(batch.header, batch.bytes);
          }
        });
        LIGHTLDA_RETURN_IF_ERROR(status);
        for (const Batch& batch : pushed[s]) {
          totals_->pack.bytes += WireBytes(batch.bytes.size());
          if (s != p) totals_->push_bytes += WireBytes(batch.bytes.size());
        }
      }
    }
    totals_->apply.entries = totals_->pack.entries;
    totals_->apply.bytes = totals_->pack.bytes;
    return {};
  }

  // A worker pulls a slice and reads its rows; what it gets, all others get as well.
  Status Pull(std::uint32_t slice) {
    PulledSlice pulled;
    pulled.slice = slice;
    totals_->encode.Time([&] {
      for (ShardRows& part : parts_) pulled.shards.push_back(part.Encode(slice, &pool_));
    });
    for (const auto& shard : pulled.shards) {
      for (const AnswerBatch& batch : shard) {
        totals_->encode.bytes += WireBytes(batch.payload.bytes.size());
        totals_->pull_bytes += (parts_.size() - 1) * WireBytes(batch.payload.bytes.size());
      }
    }
    Result<SliceRows> rows = Status::Failure("");
    totals_->index.Time([&] { rows = SliceRows::Make(layout_, std::move(pulled)); });
    LIGHTLDA_RETURN_IF_ERROR(rows.status());
    Status status;
    std::uint64_t entries = 0;
    totals_->get.Time([&] {
      for (WordId w = layout_->slice_begin(slice); w < layout_->slice_end(slice); ++w) {
        if (status.ok()) status = rows.value().Get(w, &row_);
        entries += row_.size();
      }
    });
    for (Step* step : {&totals_->encode, &totals_->index, &totals_->get}) step->entries += entries;
    totals_->get.bytes = totals_->index.bytes = totals_->encode.bytes;
    return status;
  }

  Status All(const std::vector<DeltaRows>& deltas) {
    for (std::uint32_t slice = 0; slice < layout_->num_slices(); ++slice) {
      LIGHTLDA_RETURN_IF_ERROR(Push(slice, deltas));
      LIGHTLDA_RETURN_IF_ERROR(Pull(slice));
    }
    totals_->shard_bytes = 0;
    for (const ShardRows& part : parts_) totals_->shard_bytes += part.MemoryBytes();
    return {};
  }

 private:
  const TableLayout* layout_;
  Totals* totals_;
  Packer packer_;
  BufferPool pool_;
  std::vector<ShardRows> parts_;
  std::vector<TopicCount> row_;
};

// What each worker has to push, [processes].
std::vector<DeltaRows> FindDeltas(const Moves& moves, bool initial, bool back) {
  std::vector<std::int32_t> scratch(FLAGS_num_topics, 0);
  std::vector<DeltaRows> deltas;
  for (const std::vector<WordMoves>& words : moves) {
    DeltaRows& rows = deltas.emplace_back();
    for (const WordMoves& tokens : words) {
      rows.push_back(Difference(initial ? WordMoves{{}, tokens.before} : tokens, &scratch));
      for (TopicDelta& delta : rows.back()) delta.delta = back ? -delta.delta : delta.delta;
    }
  }
  return deltas;
}

Status Run(const TableLayout& layout, const Moves& moves, Totals* totals) {
  Totals ignored;
  Totals* sum = &ignored;
  Exchange exchange(&layout, sum);
  LIGHTLDA_RETURN_IF_ERROR(exchange.All(FindDeltas(moves, true, false)));
  const std::vector<DeltaRows> there = FindDeltas(moves, false, false);
  const std::vector<DeltaRows> back = FindDeltas(moves, false, true);
  ignored = {};
  for (std::uint32_t round = 0; round < FLAGS_rounds; ++round) {
    LIGHTLDA_RETURN_IF_ERROR(exchange.All(there));
    LIGHTLDA_RETURN_IF_ERROR(exchange.All(back));
  }
  const std::uint64_t tokens = totals->tokens, moved = totals->moved;
  *totals = ignored;
  totals->tokens = tokens;
  totals->moved = moved;
  return {};
}

void Print(const Totals& totals, const TableLayout& layout) {
  const double exchanges = 2.0 * FLAGS_rounds;
  const double all_tokens = static_cast<double>(totals.tokens) * exchanges;
  const double processes = FLAGS_processes;
  const auto per_token = [&](double bytes) { return bytes / all_tokens; };
  const auto deltas = static_cast<double>(totals.pack.entries);
  const auto entries = static_cast<double>(totals.encode.entries);
  std::printf("tokens %llu, moved %.3f, words %u, row entries %.0f, delta entries %.0f\n",
              static_cast<unsigned long long>(totals.tokens),
              static_cast<double>(totals.moved) / static_cast<double>(totals.tokens),
              layout.spec().num_items, entries / exchanges, deltas / exchanges);
  std::printf("bytes on the wire a token: push %.3f + pull %.3f = %.3f\n",
              per_token(static_cast<double>(totals.push_bytes)),
              per_token(static_cast<double>(totals.pull_bytes)),
              per_token(static_cast<double>(totals.push_bytes + totals.pull_bytes)));
  const double share = (processes - 1) / processes;
  const double plain = 8 * (deltas * share + entries * (processes - 1));
  const double dense = 4.0 * layout.spec().num_items * FLAGS_num_topics * 2 * (processes - 1);
  std::printf("the same as topic and count of 4 bytes each %.3f, as dense rows of 4 bytes %.3f\n",
              per_token(plain), dense / static_cast<double>(totals.tokens));
  std::printf("memory of the shards' rows: %.2f bytes per entry\n",
              static_cast<double>(totals.shard_bytes) / (entries / exchanges));
  const auto print = [&](const char* name, const Step& step) {
    std::printf("%-24s %5.2f bytes per entry, %5.1f ns per entry, %6.2f ns per token\n", name,
                static_cast<double>(step.bytes) / static_cast<double>(step.entries),
                step.seconds * 1e9 / static_cast<double>(step.entries),
                step.seconds * 1e9 / all_tokens);
  };
  print("worker packs deltas", totals.pack);
  print("shard applies deltas", totals.apply);
  print("shard packs an answer", totals.encode);
  print("worker indexes answers", totals.index);
  print("worker reads rows", totals.get);
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
  LIGHTLDA_ASSIGN_OR_RETURN(const TableLayout layout,
                            TableLayout::Make(TrainingTables(frequencies, FLAGS_num_topics,
                                                             FLAGS_slices)[kWordTopicTable],
                                              FLAGS_processes));
  LIGHTLDA_RETURN_IF_ERROR(Run(layout, moves, &totals));
  Print(totals, layout);
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::kProgram, argc, argv, lightlda::Main);
}
