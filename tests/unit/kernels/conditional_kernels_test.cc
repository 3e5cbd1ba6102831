#include "kernels/conditional_kernels.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "kernels/kernels.h"
#include "sampler/conditional_table.h"

namespace lightlda {
namespace {

constexpr std::size_t kWords = 40;
constexpr float kBeta = 0.01f;

// Weights, rows, and a batch of tokens that have counts in them.
struct Problem {
  Problem(std::uint32_t topics, std::size_t n, std::mt19937* random) : num_topics(topics) {
    pitch = ConditionalTable::PitchOf(topics);
    weights.assign(pitch, 0.0f);
    rows.assign(kWords * pitch, 0);
    for (std::uint32_t k = 0; k < topics; ++k) {
      weights[k] = (0.1f + static_cast<float>((*random)() % 4 == 0 ? (*random)() % 50 : 0)) /
                   static_cast<float>(1 + (*random)() % 1000);
      for (std::size_t w = 0; w < kWords; ++w) {
        rows[w * pitch + k] =
            static_cast<std::uint16_t>((*random)() % 3 == 0 ? (*random)() % 900 : 0);
      }
    }
    for (std::size_t w = 0; w < kWords; ++w) shifts.push_back((*random)() % 4);
    for (int shift = 0; shift < 4; ++shift) {
      units.push_back({std::ldexp(kBeta, -shift), std::ldexp(1.0f, -shift)});
    }
    for (std::size_t i = 0; i < kConditionalBatch; ++i) {
      // Runs of a word, as a document's tokens have them.
      const bool again = i > 0 && (*random)() % 2 == 0;
      words.push_back(again ? words.back() : (*random)() % kWords);
      own.push_back((*random)() % topics);
      const float share = weights[own[i]] * (static_cast<float>(rows[words[i] * pitch + own[i]]) +
                                             tables().unit(words[i]).beta);
      own_change.push_back(-share * static_cast<float>((*random)() % 100) / 100);
      uniforms.push_back((*random)());
    }
    uniforms[0] = 0;
    uniforms[n - 1] = 0xFFFFFFFFu;
  }

  ConditionalTables tables() const {
    return {weights.data(), rows.data(), shifts.data(), units.data(), pitch, num_topics};
  }
  ConditionalTokens tokens() const {
    return {words.data(), own.data(), own_change.data(), uniforms.data()};
  }

  std::uint32_t num_topics;
  std::size_t pitch;
  std::vector<float> weights;
  std::vector<std::uint16_t> rows;
  std::vector<std::uint8_t> shifts;
  std::vector<ConditionalUnit> units;
  std::vector<WordId> words;
  std::vector<TopicId> own;
  std::vector<float> own_change;
  std::vector<std::uint32_t> uniforms;
};

TEST_CASE("every kernel set draws from full conditionals as the scalar set does, bit for bit",
          "[sampler]") {
  std::mt19937 random(8);
  for (const std::uint32_t num_topics : {1u, 2u, 15u, 16u, 17u, 100u, 250u, 256u}) {
    for (const std::size_t n : {1u, 7u, 8u, 9u, 16u}) {
      for (int round = 0; round < 20; ++round) {
        const Problem problem(num_topics, n, &random);
        std::vector<TopicId> expected(kConditionalBatch), found(kConditionalBatch);
        ScalarKernels().draw_conditionals(problem.tables(), problem.tokens(), n, expected.data());
        for (const Kernels* kernels : {Avx2Kernels(), Avx512Kernels()}) {
          if (kernels == nullptr) continue;
          INFO(kernels->name << " K " << num_topics << " n " << n);
          kernels->draw_conditionals(problem.tables(), problem.tokens(), n, found.data());
          CHECK(std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(n),
                           found.begin()));
          CHECK(*std::max_element(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(n)) <
                num_topics);
        }
      }
    }
  }
}

TEST_CASE("draws follow the full conditional", "[sampler]") {
  std::mt19937 random(9);
  for (const std::uint32_t num_topics : {3u, 20u, 100u}) {
    Problem problem(num_topics, 2, &random);
    // A token whose own topic would have a third of everything, and has half of that without it.
    problem.words[0] = 5;
    problem.own[0] = num_topics / 2;
    const auto share = [&](TopicId k) {
      return problem.weights[k] * (static_cast<double>(problem.rows[5 * problem.pitch + k]) +
                                   std::ldexp(double{kBeta}, -problem.shifts[5]));
    };
    double others = 0;
    for (TopicId k = 0; k < num_topics; ++k) others += k == problem.own[0] ? 0 : share(k);
    problem.rows[5 * problem.pitch + problem.own[0]] =
        static_cast<std::uint16_t>(others / 2 / problem.weights[problem.own[0]]) + 1;
    const double own = share(problem.own[0]) / 2;
    problem.own_change[0] = static_cast<float>(-own);

    // Evenly spaced numbers visit every share: all but for rounding lie in their topic's part.
    constexpr std::uint32_t kDraws = 1 << 18;
    std::vector<double> found(num_topics, 0);
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      problem.uniforms[0] = i << 14;
      TopicId drawn[kConditionalBatch];
      ScalarKernels().draw_conditionals(problem.tables(), problem.tokens(), 1, drawn);
      found.at(drawn[0]) += 1.0 / kDraws;
    }
    for (TopicId k = 0; k < num_topics; ++k) {
      INFO("K " << num_topics << " topic " << k);
      const double expected = (k == problem.own[0] ? own : share(k)) / (others + own);
      CHECK(found[k] == Approx(expected).margin(3.0 / kDraws).epsilon(1e-4));
    }
  }
}

// A word's counts, [num_topics], of random moves between topics.
struct Counts {
  explicit Counts(std::vector<std::int32_t> at_first) : counts(std::move(at_first)) {}

  void SetIn(ConditionalTable* table, WordId word) const {
    const std::int64_t total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    table->Set(word, total, [this](auto&& visit) {
      for (TopicId k = 0; k < counts.size(); ++k) {
        if (counts[k] != 0) visit(k, counts[k]);
      }
    });
  }
  WordMove Move(WordId word, std::mt19937* random) {
    const WordMove move = {word, static_cast<std::uint16_t>((*random)() % counts.size()),
                           static_cast<std::uint16_t>((*random)() % counts.size())};
    --counts[move.from];
    ++counts[move.to];
    return move;
  }

  std::vector<std::int32_t> counts;
};

TEST_CASE("a table carries out the moves of all threads", "[sampler]") {
  for (const int num_threads : {1, 3}) {
    ThreadPool pool(num_threads);
    ConditionalTable table(kWords, 20);
    CHECK(table.pitch() == 32);
    std::vector<Counts> words(kWords, Counts(std::vector<std::int32_t>(20, 1000)));
    for (WordId w = 0; w < kWords; ++w) words[w].SetIn(&table, w);
    std::vector<WordMoves> of_threads(3, WordMoves(kWords, num_threads));
    std::mt19937 random(10);
    for (int i = 0; i < 3000; ++i) {
      const WordId word = random() % kWords;
      const WordMove move = words[word].Move(word, &random);
      of_threads[random() % 3].Add({&move, 1});
    }
    table.Apply(of_threads, &pool);
    for (WordId w = 0; w < kWords; ++w) {
      CHECK(std::equal(words[w].counts.begin(), words[w].counts.end(), table.row(w)));
    }
  }
}

TEST_CASE("rows of words with more tokens than 16 bits count are in larger units", "[sampler]") {
  ThreadPool pool(1);
  ConditionalTable table(4, 20);
  table.set_beta(0.5);
  // In tokens; just too many; about 2^31 and more than 2^32 tokens.
  const std::vector<std::vector<std::int32_t>> at_first = {
      {65'535},
      {65'000, 536},
      {2'147'400'000, 80'000, 3'000},
      {2'147'400'000, 2'147'400'000, 2'000'000'000}};
  const std::vector<int> shifts = {0, 1, 16, 17};
  std::mt19937 random(11);
  for (WordId w = 0; w < 4; ++w) {
    CAPTURE(w);
    std::vector<std::int32_t> counts = at_first[w];
    counts.resize(20, w == 0 ? 0 : 10);
    if (w == 1) counts[19] = 0;
    Counts word(counts);
    word.SetIn(&table, w);
    CHECK(table.shifts()[w] == shifts[w]);
    CHECK(table.unit(w).one == std::ldexp(1.0f, -shifts[w]));
    CHECK(table.unit(w).beta == std::ldexp(0.5f, -shifts[w]));
    WordMoves moves(4, 1);
    for (int i = 0; i < 2000; ++i) {
      WordMove move = word.Move(w, &random);
      if (word.counts[move.from] < 0) {  // there was none to move
        ++word.counts[move.from];
        --word.counts[move.to];
        continue;
      }
      moves.Add({&move, 1});
    }
    table.Apply(std::span(&moves, 1), &pool);
    for (TopicId k = 0; k < 20; ++k) {
      CHECK(table.row(w)[k] == std::lround(std::ldexp(word.counts[k], -shifts[w])));
    }
    // As a word with few tokens again.
    Counts few(std::vector<std::int32_t>(20, 3));
    few.SetIn(&table, w);
    CHECK(table.shifts()[w] == 0);
    CHECK(std::equal(few.counts.begin(), few.counts.end(), table.row(w)));
  }
}

}  // namespace
}  // namespace lightlda
