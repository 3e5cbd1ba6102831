// lightlda-microbench: the inner loops one at a time (Google Benchmark; see --help of it).
//
//   lightlda-microbench --benchmark_filter='accept|draw' --benchmark_repetitions=5
//
// items/s are tokens, bins, entries or bytes as named by the counter.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/alias_table.h"
#include "kernels/kernels.h"
#include "sampler/conditional_table.h"
#include "sampler/proposal.h"
#include "sampler/topic_counter.h"
#include "table/row_codec.h"
#include "text/tokenizer.h"

namespace lightlda {
namespace {

// As many tokens as the word pass stages at once.
constexpr std::size_t kTokens = 512;

std::vector<std::uint32_t> RandomNumbers(std::size_t n, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> numbers(n);
  for (auto& number : numbers) number = random();
  return numbers;
}

// Topics as a word's tokens have them in a trained model: most in few topics (the cube of a uniform
// number).
std::vector<TopicId> SkewedTopics(std::size_t n, std::uint32_t num_topics, std::uint32_t seed) {
  std::vector<TopicId> topics = RandomNumbers(n, seed);
  for (TopicId& topic : topics) {
    const double u = topic * 0x1p-32;
    topic = static_cast<TopicId>(u * u * u * num_topics);
  }
  return topics;
}

// The non-zero counts of these topics, ascending.
std::vector<TopicCount> CountsOf(const std::vector<TopicId>& topics, std::uint32_t num_topics) {
  TopicCounter row(num_topics);
  row.Add(topics);
  std::vector<TopicCount> entries;
  row.ForEach([&entries](TopicId topic, std::int32_t count) {
    entries.push_back({topic, static_cast<std::uint32_t>(count)});
  });
  return entries;
}

std::int64_t Processed(const benchmark::State& state, std::size_t an_iteration) {
  return static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(an_iteration);
}

// -- kernels: items are tokens

void Random(benchmark::State& state, const Kernels* kernels) {
  std::vector<std::uint32_t> out(kTokens);
  RandomStream stream = {{123, 456}, 7, 8, 9};
  for (auto _ : state) {
    kernels->random(stream, 0, kTokens / kRandomGroup, out.data());
    ++stream.iteration;
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, kTokens));
}

// Arguments: K, M.
void Accept(benchmark::State& state, const Kernels* kernels) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto mh_steps = static_cast<std::size_t>(state.range(1));
  const auto before = SkewedTopics(kTokens, num_topics, 1);
  const auto proposals = SkewedTopics(kTokens * mh_steps, num_topics, 2);
  const auto uniforms = RandomNumbers(kTokens * mh_steps, 3);
  std::vector<TopicStats> topics(num_topics, TopicStats{0, 1000});
  for (const TopicId topic : before) ++topics[topic].count;
  std::vector<TopicId> after(kTokens);
  const AcceptTables tables = {topics.data(), nullptr, 0.01f};
  for (auto _ : state) {
    kernels->accept(tables, kTokens, static_cast<int>(mh_steps), kTokens, before.data(),
                    proposals.data(), uniforms.data(), after.data());
    benchmark::DoNotOptimize(after.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, kTokens));
}

// Argument: how many in a hundred tokens moved.
void ListMoves(benchmark::State& state, const Kernels* kernels) {
  const auto before = SkewedTopics(kTokens, 1000, 1);
  auto after = before;
  const auto chosen = RandomNumbers(kTokens, 2);
  for (std::size_t i = 0; i < kTokens; ++i) after[i] += chosen[i] % 100 < state.range(0) ? 1 : 0;
  std::vector<Move> moves(kTokens + kLanes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        kernels->list_moves(kTokens, before.data(), after.data(), moves.data()));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, kTokens));
}

// Arguments: K, tokens of the row.
void DrawExpanded(benchmark::State& state, const Kernels* kernels) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto num_tokens = static_cast<std::uint32_t>(state.range(1));
  auto topics = SkewedTopics(num_tokens, num_topics, 1);
  std::sort(topics.begin(), topics.end());
  const auto mass = static_cast<std::uint32_t>(num_tokens + num_tokens / 10) << 10;
  const ExpandedTable table = {topics.data(), num_tokens, mass, 10};
  const auto uniforms = RandomNumbers(kTokens, 2);
  std::vector<TopicId> out(kTokens);
  for (auto _ : state) {
    kernels->draw_expanded(table, nullptr, num_topics, kTokens, uniforms.data(), out.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, kTokens));
}

AliasTable MakeAlias(const std::vector<TopicCount>& row) {
  AliasTable table;
  table.Clear();
  for (const TopicCount& entry : row) table.Add(entry.topic, entry.count);
  table.Add(kUniformTopic, 10);
  table.Finish();
  return table;
}

// Arguments: K, tokens of the row.
void DrawAlias(benchmark::State& state, const Kernels* kernels) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto num_tokens = static_cast<std::size_t>(state.range(1));
  const AliasTable table = MakeAlias(CountsOf(SkewedTopics(num_tokens, num_topics, 1), num_topics));
  const auto uniforms = RandomNumbers(kTokens, 2);
  std::vector<TopicId> out(kTokens);
  for (auto _ : state) {
    kernels->draw_alias(table.view(), num_topics, kTokens, uniforms.data(), out.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, kTokens));
  state.counters["bins"] = table.view().num_bins;
}

// Arguments: K, tokens of a word that follow one another.
void DrawConditionals(benchmark::State& state, const Kernels* kernels) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto run = static_cast<std::size_t>(state.range(1));
  constexpr std::size_t kRows = 64;  // fewer than would leave the second-level cache
  ConditionalTable table(kRows, num_topics);
  for (WordId w = 0; w < kRows; ++w) {
    const auto row = CountsOf(SkewedTopics(1000, num_topics, w), num_topics);
    table.Set(w, 1000, [&row](auto&& visit) {
      for (const TopicCount& entry : row) {
        visit(entry.topic, static_cast<std::int32_t>(entry.count));
      }
    });
  }
  std::vector<float> weights(table.pitch(), 0.0f);
  for (const TopicId topic : SkewedTopics(500, num_topics, 1)) weights[topic] += 0.001f;
  std::vector<WordId> words(kTokens);
  for (std::size_t i = 0; i < kTokens; ++i) words[i] = static_cast<WordId>(i / run * 7 % kRows);
  const auto own = SkewedTopics(kTokens, num_topics, 2);
  const std::vector<float> own_change(kTokens, 0.0f);
  const auto uniforms = RandomNumbers(kTokens, 3);
  std::vector<TopicId> out(kTokens);
  table.set_beta(0.01);
  const ConditionalTables tables = {weights.data(), table.rows(),  table.shifts(),
                                    table.units(),  table.pitch(), num_topics};
  for (auto _ : state) {
    for (std::size_t i = 0; i < kTokens; i += kConditionalBatch) {
      kernels->draw_conditionals(
          tables, {words.data() + i, own.data() + i, own_change.data() + i, uniforms.data() + i},
          kConditionalBatch, out.data() + i);
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, kTokens));
}

// -- rows. Arguments: K, tokens of the row

// Items are bins.
void AliasBuild(benchmark::State& state) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto num_tokens = static_cast<std::size_t>(state.range(1));
  const auto row = CountsOf(SkewedTopics(num_tokens, num_topics, 1), num_topics);
  AliasTable table;
  for (auto _ : state) {
    table.Clear();
    for (const TopicCount& entry : row) table.Add(entry.topic, entry.count);
    table.Add(kUniformTopic, 10);
    table.Finish();
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, row.size() + 1));
}

// The word pass's use of a row: add its tokens, build the proposal, clear. Items are tokens.
void WordProposalBuild(benchmark::State& state) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto topics = SkewedTopics(static_cast<std::size_t>(state.range(1)), num_topics, 1);
  TopicCounter row(num_topics);
  WordProposal proposal(num_topics, 0.01);
  for (auto _ : state) {
    row.Add(topics);
    proposal.Build(row, static_cast<std::int64_t>(topics.size()));
    row.Clear();
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, topics.size()));
}

// Items are tokens added; enumerating and clearing included.
void RowScratchCycle(benchmark::State& state) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto topics = SkewedTopics(static_cast<std::size_t>(state.range(1)), num_topics, 1);
  TopicCounter row(num_topics);
  for (auto _ : state) {
    row.Add(topics);
    std::int64_t sum = 0;
    row.ForEach([&sum](TopicId topic, std::int32_t count) { sum += count * (topic & 1); });
    benchmark::DoNotOptimize(sum);
    row.Clear();
  }
  state.SetItemsProcessed(Processed(state, topics.size()));
}

// Items are entries; the counter has packed bytes per entry.
void RowPack(benchmark::State& state) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto row =
      CountsOf(SkewedTopics(static_cast<std::size_t>(state.range(1)), num_topics, 1), num_topics);
  std::vector<std::uint8_t> packed(PlanRow(row, num_topics).bytes);
  for (auto _ : state) {
    PackRow(row, PlanRow(row, num_topics), packed);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, row.size()));
  state.counters["bytes/entry"] =
      static_cast<double>(packed.size()) / static_cast<double>(row.size());
}

// Items are entries.
void RowUnpack(benchmark::State& state) {
  const auto num_topics = static_cast<std::uint32_t>(state.range(0));
  const auto row =
      CountsOf(SkewedTopics(static_cast<std::size_t>(state.range(1)), num_topics, 1), num_topics);
  const std::vector<std::uint8_t> packed = EncodeRow(row, num_topics);
  std::vector<TopicCount> entries;
  for (auto _ : state) {
    if (!UnpackRow(packed, num_topics, &entries)) state.SkipWithError("not a row");
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(Processed(state, row.size()));
}

// -- text: bytes

constexpr const char* kEnglish =
    "We don't know, in general, whether the sampler's 3rd chain (see Fig. 2) mixes faster; e.g. "
    "the state-of-the-art method needs 1,234.5 iterations on arXiv abstracts.\n";
constexpr const char* kGerman =
    "Größere Straßen führen über die Brücke, obwohl Müller das für unmöglich hält.\n";
constexpr const char* kChinese = "主题模型可以从大量文档中学习隐藏的主题结构。\n";

void Tokenize(benchmark::State& state, const char* sentence) {
  auto tokenizer = Tokenizer::Create({});
  if (!tokenizer.ok()) return state.SkipWithError(tokenizer.status().message().c_str());
  std::string text;
  while (text.size() < 100'000) text += sentence;
  std::int64_t words = 0;
  for (auto _ : state) {
    const Status status = tokenizer.value()->Tokenize(text, [&](std::string_view) { ++words; });
    if (!status.ok()) state.SkipWithError(status.message().c_str());
  }
  state.SetBytesProcessed(Processed(state, text.size()));
  state.SetItemsProcessed(words);
}

void RegisterKernels(const Kernels* kernels) {
  const std::string suffix = std::string("/") + kernels->name;
  benchmark::RegisterBenchmark(("random" + suffix).c_str(), Random, kernels);
  benchmark::RegisterBenchmark(("accept" + suffix).c_str(), Accept, kernels)
      ->ArgNames({"K", "M"})
      ->ArgsProduct({{100, 1000, 10'000, 1'000'000}, {1, 2, 4}});
  benchmark::RegisterBenchmark(("list_moves" + suffix).c_str(), ListMoves, kernels)
      ->ArgName("moved")
      ->Arg(5)
      ->Arg(40);
  benchmark::RegisterBenchmark(("draw_expanded" + suffix).c_str(), DrawExpanded, kernels)
      ->ArgNames({"K", "tokens"})
      ->ArgsProduct({{1000}, {16, 256, 4096}});
  benchmark::RegisterBenchmark(("draw_conditionals" + suffix).c_str(), DrawConditionals, kernels)
      ->ArgNames({"K", "run"})
      ->ArgsProduct({{20, 50, 100, 200}, {1, 3}});
  benchmark::RegisterBenchmark(("draw_alias" + suffix).c_str(), DrawAlias, kernels)
      ->ArgNames({"K", "tokens"})
      ->ArgsProduct({{100, 1000, 10'000, 1'000'000}, {100'000}});
}

void RegisterAll() {
  RegisterKernels(&ScalarKernels());
  for (const lightlda::Kernels* kernels : {lightlda::Avx2Kernels(), lightlda::Avx512Kernels()}) {
    if (kernels != nullptr) RegisterKernels(kernels);
  }
  const auto rows = [](const char* name, void (*function)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, function)
        ->ArgNames({"K", "tokens"})
        ->ArgsProduct({{100, 1000, 10'000, 1'000'000}, {10, 1000, 100'000}});
  };
  rows("alias_build", AliasBuild);
  rows("word_proposal_build", WordProposalBuild);
  rows("row_scratch", RowScratchCycle);
  rows("row_pack", RowPack);
  rows("row_unpack", RowUnpack);
  benchmark::RegisterBenchmark("tokenize/english", Tokenize, kEnglish);
  benchmark::RegisterBenchmark("tokenize/german", Tokenize, kGerman);
  benchmark::RegisterBenchmark("tokenize/chinese", Tokenize, kChinese);
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  lightlda::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
