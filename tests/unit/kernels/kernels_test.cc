#include "kernels/kernels.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "kernels/alias_table.h"

namespace lightlda {
namespace {

// Every set of kernels this machine runs, beside the scalar one.
std::vector<const Kernels*> OtherKernels() {
  std::vector<const Kernels*> all;
  for (const Kernels* kernels : {Avx2Kernels(), Avx512Kernels()}) {
    if (kernels != nullptr) all.push_back(kernels);
  }
  return all;
}

std::size_t Padded(std::size_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

std::vector<std::uint32_t> RandomNumbers(std::size_t n, std::mt19937* random) {
  std::vector<std::uint32_t> numbers(n);
  for (auto& number : numbers) number = (*random)();
  // The ends of the range, where rounding shows.
  if (n > 2) {
    numbers[0] = 0;
    numbers[1] = 0xFFFFFFFFu;
  }
  return numbers;
}

std::vector<TopicId> RandomTopics(std::size_t n, std::uint32_t num_topics, std::mt19937* random) {
  std::vector<TopicId> topics(n);
  for (auto& topic : topics) topic = (*random)() % num_topics;
  return topics;
}

AliasTable RandomAlias(std::uint32_t num_topics, std::mt19937* random) {
  AliasTable table;
  table.Clear();
  for (TopicId k = 0; k < std::min(num_topics, 300u); ++k) {
    if ((*random)() % 3 != 0) table.Add(k, 1 + (*random)() % 1000);
  }
  table.Add(kUniformTopic, 17.5);
  table.Finish();
  return table;
}

TEST_CASE("Philox gives the published numbers", "[sampler]") {
  // Known answers of the Random123 distribution for philox4x32 with 7 rounds.
  CHECK(Philox({0, 0, 0, 0}, {0, 0}) ==
        PhiloxBlock{0x5f6fb709u, 0x0d893f64u, 0x4f121f81u, 0x4f730a48u});
  CHECK(Philox({0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu}, {0xffffffffu, 0xffffffffu}) ==
        PhiloxBlock{0x5207ddc2u, 0x45165e59u, 0x4d8ee751u, 0x8c52f662u});
  CHECK(Philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) ==
        PhiloxBlock{0x4dfccabau, 0x190a87f0u, 0xc47362bau, 0xb6b5242au});
}

TEST_CASE("every kernel set makes the scalar set's random numbers", "[sampler]") {
  const RandomStream stream = {{123, 456}, 7, 8, 9};
  std::vector<std::uint32_t> expected(9 * kRandomGroup);
  ScalarKernels().random(stream, 1000, 9, expected.data());
  for (const Kernels* kernels : OtherKernels()) {
    for (std::uint32_t num_groups = 0; num_groups <= 9; ++num_groups) {
      INFO(kernels->name << ", " << num_groups << " groups");
      std::vector<std::uint32_t> found(expected.size(), 0);
      kernels->random(stream, 1000, num_groups, found.data());
      const auto end = static_cast<std::ptrdiff_t>(num_groups * kRandomGroup);
      CHECK(std::equal(found.begin(), found.begin() + end, expected.begin()));
      CHECK(std::all_of(found.begin() + end, found.end(), [](auto number) { return number == 0; }));
    }
  }
  // Any group alone equals the same group within a longer call.
  std::vector<std::uint32_t> third(kRandomGroup);
  ScalarKernels().random(stream, 1003, 1, third.data());
  CHECK(std::equal(third.begin(), third.end(), expected.begin() + 3 * kRandomGroup));
}

TEST_CASE("every kernel set accepts as the scalar set does, bit for bit", "[sampler]") {
  std::mt19937 random(5);
  for (const std::uint32_t num_topics : {2u, 9u, 1000u, 70'000u}) {
    for (const int mh_steps : {1, 2, 3, 4, 8}) {
      for (const std::size_t n : {1u, 7u, 8u, 9u, 250u}) {
        std::vector<TopicStats> topics(num_topics);
        std::vector<float> prior(num_topics);
        for (std::uint32_t k = 0; k < num_topics; ++k) {
          const auto count =
              1 + static_cast<std::int32_t>(random() % (random() % 4 == 0 ? 3000 : 3));
          topics[k] = {count, static_cast<float>(count * 7 + 100)};
          prior[k] = 0.001f * static_cast<float>(1 + random() % 500);
        }
        const std::size_t pitch = Padded(n);
        const auto before = RandomTopics(pitch, num_topics, &random);
        const auto proposals =
            RandomTopics(pitch * static_cast<std::size_t>(mh_steps), num_topics, &random);
        const auto uniforms = RandomNumbers(proposals.size(), &random);
        for (const float* varying : std::initializer_list<const float*>{nullptr, prior.data()}) {
          const AcceptTables tables = {topics.data(), varying, 0.01f};
          std::vector<TopicId> expected(pitch), found(pitch);
          ScalarKernels().accept(tables, n, mh_steps, pitch, before.data(), proposals.data(),
                                 uniforms.data(), expected.data());
          for (const Kernels* kernels : OtherKernels()) {
            INFO(kernels->name << " K " << num_topics << " M " << mh_steps << " n " << n);
            kernels->accept(tables, n, mh_steps, pitch, before.data(), proposals.data(),
                            uniforms.data(), found.data());
            CHECK(std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(n),
                             found.begin()));
          }
        }
      }
    }
  }
}

TEST_CASE("every kernel set draws as the scalar set does, bit for bit", "[sampler]") {
  std::mt19937 random(6);
  for (const std::uint32_t num_topics : {2u, 1000u, 70'000u, 1u << 24}) {
    const AliasTable table = RandomAlias(num_topics, &random);
    AliasTable prior;
    prior.Clear();
    for (TopicId k = 0; k < std::min(num_topics, 5000u); ++k) prior.Add(k, 0.1 + random() % 5);
    prior.Finish();
    const AliasView prior_view = prior.view();
    for (const std::uint32_t num_tokens : {1u, 3u, 1000u}) {
      const auto topics = RandomTopics(Padded(num_tokens), num_topics, &random);
      const ExpandedTable expanded = {topics.data(), num_tokens,
                                      static_cast<std::uint32_t>((num_tokens + 0.75) * 1024), 10};
      const auto uniforms = RandomNumbers(2000, &random);
      std::vector<TopicId> expected(uniforms.size()), found(uniforms.size());
      for (const Kernels* kernels : OtherKernels()) {
        INFO(kernels->name << " K " << num_topics);
        for (const AliasView* view :
             std::initializer_list<const AliasView*>{nullptr, &prior_view}) {
          ScalarKernels().draw_expanded(expanded, view, num_topics, uniforms.size(),
                                        uniforms.data(), expected.data());
          kernels->draw_expanded(expanded, view, num_topics, uniforms.size(), uniforms.data(),
                                 found.data());
          CHECK(found == expected);
        }
        ScalarKernels().draw_alias(table.view(), num_topics, uniforms.size(), uniforms.data(),
                                   expected.data());
        kernels->draw_alias(table.view(), num_topics, uniforms.size(), uniforms.data(),
                            found.data());
        CHECK(found == expected);
      }
    }
  }
}

TEST_CASE("every kernel set lists the tokens that moved, in order", "[sampler]") {
  std::vector<const Kernels*> all = OtherKernels();
  all.push_back(&ScalarKernels());
  std::mt19937 random(7);
  for (const std::size_t n : {1u, 7u, 8u, 9u, 31u, 250u}) {
    for (const std::uint32_t num_topics : {1u, 2u, 1000u}) {  // none, half, nearly all move
      // The padding differs too and must not be listed.
      const auto before = RandomTopics(Padded(n), num_topics, &random);
      auto after = RandomTopics(Padded(n), num_topics, &random);
      for (std::size_t i = n; i < after.size(); ++i) after[i] = before[i] + 1;
      std::vector<std::pair<TopicId, TopicId>> expected;
      for (std::size_t i = 0; i < n; ++i) {
        if (before[i] != after[i]) expected.emplace_back(before[i], after[i]);
      }
      for (const Kernels* kernels : all) {
        std::vector<Move> moves(n + kLanes);
        const std::size_t size = kernels->list_moves(n, before.data(), after.data(), moves.data());
        std::vector<std::pair<TopicId, TopicId>> found;
        for (std::size_t i = 0; i < size; ++i) found.emplace_back(moves[i].from, moves[i].to);
        INFO(kernels->name << " n " << n << " K " << num_topics);
        CHECK(found == expected);
      }
    }
  }
}

TEST_CASE("acceptance follows the ratio of the weights", "[sampler]") {
  // Counts 8 and 3, totals 50 and 40, own topic 0: w = (7 + .5) / (50 - 1), (3 + .5) / 40.
  const TopicStats topics[] = {{8, 50}, {3, 40}};
  const AcceptTables tables = {topics, nullptr, 0.5f};
  const double ratio = (3.5 / 40) / (7.5 / 49);
  const TopicId before[kLanes] = {}, proposals[kLanes] = {1};
  TopicId after[kLanes];
  for (const double share : {0.0, 0.25, 0.5, 0.57, 0.5717, 0.58, 0.75, 0.999}) {
    const auto uniform = static_cast<std::uint32_t>(share * 0x1p32);
    const std::uint32_t uniforms[kLanes] = {uniform};
    ScalarKernels().accept(tables, 1, 1, kLanes, before, proposals, uniforms, after);
    INFO("u " << share << " ratio " << ratio);
    CHECK(after[0] == (share < ratio ? 1u : 0u));
  }
}

// Pearson's statistic of draws against expected shares; with `bins` bins its mean is bins - 1 and
// its standard deviation sqrt(2 (bins - 1)).
double ChiSquare(const std::vector<double>& shares, const std::vector<std::uint32_t>& found,
                 double n) {
  double sum = 0;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    sum += std::pow(found[k] - n * shares[k], 2) / (n * shares[k]);
  }
  return sum;
}

TEST_CASE("draws follow counts plus prior", "[sampler]") {
  // 20 topics, counts k, prior mass 30 spread evenly. Evenly spaced uniforms visit every share, so
  // the statistic must lie far below its mean of 19 for random draws.
  constexpr std::uint32_t kTopics = 20, kDraws = 1 << 20;
  std::vector<TopicId> tokens;
  AliasTable alias;
  alias.Clear();
  for (TopicId k = 0; k < kTopics; ++k) {
    tokens.insert(tokens.end(), k, k);
    if (k > 0) alias.Add(k, k);
  }
  alias.Add(kUniformTopic, 30);
  alias.Finish();
  const double mass = static_cast<double>(tokens.size()) + 30;
  std::vector<double> shares(kTopics);
  for (TopicId k = 0; k < kTopics; ++k) shares[k] = (k + 30.0 / kTopics) / mass;
  const auto num_tokens = static_cast<std::uint32_t>(tokens.size());
  const ExpandedTable expanded = {tokens.data(), num_tokens,
                                  static_cast<std::uint32_t>(mass * (1 << 20)), 20};
  std::vector<std::uint32_t> uniforms(kDraws);
  for (std::uint32_t i = 0; i < kDraws; ++i) uniforms[i] = i << 12;
  std::vector<TopicId> drawn(kDraws);
  const auto statistic = [&] {
    std::vector<std::uint32_t> found(kTopics, 0);
    for (const TopicId k : drawn) ++found.at(k);
    return ChiSquare(shares, found, kDraws);
  };
  ScalarKernels().draw_expanded(expanded, nullptr, kTopics, kDraws, uniforms.data(), drawn.data());
  CHECK(statistic() < 1.0);
  ScalarKernels().draw_alias(alias.view(), kTopics, kDraws, uniforms.data(), drawn.data());
  CHECK(statistic() < 1.0);
}

}  // namespace
}  // namespace lightlda
