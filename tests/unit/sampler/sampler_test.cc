#include "sampler/sampler.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <vector>

#include "sampler_likelihood.h"
#include "stage_settings.h"
#include "synthetic_corpus.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Blocks;
using testing::Documents;
using testing::LogLikelihood;
using testing::Must;
using testing::StageOf;
using testing::TempDir;

constexpr std::size_t kWords = 60;

struct Setup {
  std::uint32_t num_topics = 10;
  std::vector<double> alpha;  // empty: 0.1 each
  double beta = 0.01;
  int num_threads = 1;
  const Kernels* kernels = nullptr;
  std::size_t part_bytes = 0;
  std::uint32_t staged_tokens = kStagedTokens;
  std::uint64_t min_recounted_tokens = 1 << 16;
};

// A sampler with all it needs.
struct Fixture {
  Fixture(const Documents& documents, std::size_t num_blocks, const Setup& setup)
      : blocks(testing::MakeBlocks(documents, kWords, num_blocks)), pool(setup.num_threads) {
    SamplerOptions options;
    options.num_topics = setup.num_topics;
    options.alpha = setup.alpha;
    if (options.alpha.empty()) options.alpha.assign(setup.num_topics, 0.1);
    options.beta = setup.beta;
    options.num_words = kWords;
    options.kernels = setup.kernels;
    options.part_bytes = setup.part_bytes;
    options.staged_tokens = setup.staged_tokens;
    options.min_recounted_tokens = setup.min_recounted_tokens;
    options.scratch_directory = scratch.path();
    sampler = std::make_unique<Sampler>(std::move(options), blocks, &pool);
  }

  std::vector<std::vector<TopicId>> Topics() const {
    std::vector<std::vector<TopicId>> topics(blocks.size());
    for (std::size_t b = 0; b < blocks.size(); ++b) Must(sampler->ReadTopics(b, &topics[b]));
    return topics;
  }

  TempDir scratch;
  Blocks blocks;
  ThreadPool pool;
  std::unique_ptr<Sampler> sampler;
};

Documents SmallCorpus() { return testing::DrawPlanted(200, 25, kWords, 5, /*seed=*/4); }

// Two stages, then some iterations on all documents; with proposals, or from full conditionals.
// Stages of levels below `streamed_below` are streamed.
void RunAll(Sampler* sampler, bool proposals = true, int streamed_below = 0) {
  std::uint32_t iteration = 0;
  for (const int level : {2, 1, 0}) {
    StageSettings settings = StageOf(level, !proposals ? 0 : level == 0 ? 2 : 4);
    settings.streamed = level < streamed_below;
    Must(sampler->StartStage(settings, iteration));
    for (int i = 0; i < 3; ++i) Must(sampler->Iterate(++iteration));
  }
}

// n_k counted anew from z of the active documents.
std::vector<Count> CountTotals(const Fixture& fixture, std::uint32_t num_topics) {
  std::vector<Count> totals(num_topics, 0);
  const auto topics = fixture.Topics();
  for (std::size_t b = 0; b < fixture.blocks.size(); ++b) {
    const Block& block = *fixture.blocks[b];
    const auto active = fixture.sampler->active().active_documents(b);
    for (std::uint32_t i = 0; i < block.document_offsets[active]; ++i) {
      ++totals.at(topics[b][block.positions[i]]);
    }
  }
  return totals;
}

TEST_CASE("the model does not depend on threads or kernels", "[sampler]") {
  for (const bool proposals : {true, false}) {
    Setup setup;
    Fixture reference(SmallCorpus(), 3, setup);
    RunAll(reference.sampler.get(), proposals);
    for (const int threads : {1, 2, 4}) {
      for (const Kernels* kernels : {&ScalarKernels(), Avx2Kernels(), Avx512Kernels()}) {
        if (kernels == nullptr) continue;
        setup.num_threads = threads;
        setup.kernels = kernels;
        Fixture other(SmallCorpus(), 3, setup);
        RunAll(other.sampler.get(), proposals);
        INFO(threads << " threads, " << kernels->name << (proposals ? ", proposals" : ""));
        CHECK(other.Topics() == reference.Topics());
        CHECK(LogLikelihood(other.sampler.get()) == LogLikelihood(reference.sampler.get()));
      }
    }
  }
}

TEST_CASE("the model does not depend on where the token state is kept", "[sampler]") {
  // Of 9 topics drawn from full conditionals.
  for (const std::uint32_t num_topics : {9u, 10u, 70'000u}) {
    const bool proposals = num_topics != 9;
    Setup setup;
    setup.num_topics = num_topics;
    Fixture reference(SmallCorpus(), 5, setup);
    RunAll(reference.sampler.get(), proposals);
    // All stages on disk; the last ones alone; parts of one block and of several.
    for (const auto& [part_bytes, streamed_below] :
         {std::pair(1u, 3), {5'000u, 2}, {10'000u, 1}, {40'000u, 3}}) {
      setup.part_bytes = part_bytes;
      setup.num_threads = 2;
      Fixture other(SmallCorpus(), 5, setup);
      RunAll(other.sampler.get(), proposals, streamed_below);
      INFO("K " << num_topics << " part bytes " << part_bytes << " below " << streamed_below);
      CHECK(other.Topics() == reference.Topics());
      CHECK(std::ranges::equal(other.sampler->topic_totals(), reference.sampler->topic_totals()));
      CHECK(LogLikelihood(other.sampler.get()) == LogLikelihood(reference.sampler.get()));
      CHECK(std::filesystem::is_empty(other.scratch.path()));
    }
  }
}

// With a document that has most of the tokens, and an empty one.
Documents WithGiant() {
  Documents documents = SmallCorpus();
  for (const std::size_t d : {50u, 51u, 52u}) {
    for (int i = 0; i < 100; ++i) {
      documents[50].insert(documents[50].end(), documents[d + 3].begin(), documents[d + 3].end());
    }
  }
  return documents;
}

TEST_CASE("the model does not depend on the pieces that a long document is worked on in",
          "[sampler]") {
  for (const bool proposals : {true, false}) {
    Setup setup;
    setup.staged_tokens = 1024;
    Fixture reference(WithGiant(), 3, setup);
    RunAll(reference.sampler.get(), proposals);
    for (const int threads : {1, 3}) {
      for (const Kernels* kernels : {&ScalarKernels(), Avx2Kernels(), Avx512Kernels()}) {
        if (kernels == nullptr) continue;
        setup.num_threads = threads;
        setup.kernels = kernels;
        setup.staged_tokens = 48;
        Fixture other(WithGiant(), 3, setup);
        RunAll(other.sampler.get(), proposals);
        INFO(threads << " threads, " << kernels->name << (proposals ? ", proposals" : ""));
        CHECK(other.Topics() == reference.Topics());
        CHECK(LogLikelihood(other.sampler.get()) == LogLikelihood(reference.sampler.get()));
      }
    }
  }
}

TEST_CASE("of full conditionals a long document in one piece is what it is in many", "[sampler]") {
  Setup setup;
  Fixture whole(WithGiant(), 3, setup);
  RunAll(whole.sampler.get(), /*proposals=*/false);
  setup.staged_tokens = 16;
  Fixture pieces(WithGiant(), 3, setup);
  RunAll(pieces.sampler.get(), /*proposals=*/false);
  CHECK(pieces.Topics() == whole.Topics());
}

TEST_CASE("rows that are counted anew are those that moves are applied to", "[sampler]") {
  Setup setup;
  setup.min_recounted_tokens = 1 << 30;
  Fixture listed(WithGiant(), 3, setup);
  RunAll(listed.sampler.get(), /*proposals=*/false);
  setup.min_recounted_tokens = 0;
  for (const std::size_t part_bytes : {0u, 500u}) {
    setup.part_bytes = part_bytes;
    Fixture counted(WithGiant(), 3, setup);
    RunAll(counted.sampler.get(), /*proposals=*/false, part_bytes > 0 ? 3 : 0);
    CHECK(counted.Topics() == listed.Topics());
  }
}

TEST_CASE("long documents are sampled as well as short ones", "[sampler]") {
  const auto likelihood = [](std::uint32_t staged_tokens) {
    Setup setup;
    setup.staged_tokens = staged_tokens;
    Fixture fixture(SmallCorpus(), 3, setup);
    Must(fixture.sampler->StartStage(StageOf(0, 2), 0));
    for (std::uint32_t i = 1; i <= 60; ++i) Must(fixture.sampler->Iterate(i));
    CHECK(std::ranges::equal(CountTotals(fixture, setup.num_topics),
                             fixture.sampler->topic_totals()));
    return LogLikelihood(fixture.sampler.get());
  };
  CHECK(likelihood(16) == Approx(likelihood(kStagedTokens)).epsilon(0.01));
}

TEST_CASE("a scratch directory that cannot be written is an error", "[sampler]") {
  Setup setup;
  setup.part_bytes = 1;
  Fixture fixture(SmallCorpus(), 2, setup);
  std::filesystem::remove_all(fixture.scratch.path());
  StageSettings settings = StageOf(0, 2);
  settings.streamed = true;
  CHECK(fixture.sampler->StartStage(settings, 0).code() == StatusCode::kCannotWrite);
}

TEST_CASE("counts are kept after every iteration", "[sampler]") {
  // Of 9 topics drawn from full conditionals.
  for (const std::uint32_t num_topics : {2u, 9u, 10u, 70'000u}) {
    Setup setup;
    setup.num_topics = num_topics;
    setup.num_threads = 2;
    Fixture fixture(SmallCorpus(), 3, setup);
    std::map<WordId, Count> frequency;
    for (const auto& document : SmallCorpus()) {
      for (const WordId word : document) ++frequency[word];
    }
    std::uint32_t iteration = 0;
    for (const int level : {3, 0}) {
      Must(fixture.sampler->StartStage(StageOf(level, num_topics == 9 ? 0 : 2), iteration));
      for (int i = 0; i < 4; ++i) {
        INFO("K " << num_topics << " iteration " << iteration);
        const auto totals = CountTotals(fixture, num_topics);
        CHECK(std::ranges::equal(totals, fixture.sampler->topic_totals()));
        CHECK(std::accumulate(totals.begin(), totals.end(), Count{0}) ==
              fixture.sampler->active().total_tokens());
        std::map<WordId, Count> sums;
        std::mutex mutex;
        Must(
            fixture.sampler->ForEachRow({}, [&](WordId word, std::span<const TopicCount> row, int) {
              std::lock_guard lock(mutex);
              for (const TopicCount& entry : row) sums[word] += entry.count;
            }));
        for (const auto& [word, sum] : sums) {
          CHECK(sum == fixture.sampler->active().num_tokens(word));
        }
        if (level == 0) CHECK(sums == frequency);
        Must(fixture.sampler->Iterate(++iteration));
      }
    }
  }
}

TEST_CASE("a stage is sampled with its own prior of words", "[sampler]") {
  const auto topics_after = [](double beta, double stage_beta) {
    Setup setup;
    setup.beta = beta;
    Fixture fixture(SmallCorpus(), 2, setup);
    Must(fixture.sampler->StartStage(StageOf(1, 2, stage_beta), 0));
    Must(fixture.sampler->Iterate(1));
    Must(fixture.sampler->StartStage(StageOf(0, 2), 1));
    const auto joined = fixture.Topics();
    Must(fixture.sampler->Iterate(2));
    return std::pair(joined, fixture.Topics());
  };
  const auto own = topics_after(0.01, 0.5);
  CHECK(topics_after(0.01, 0.01) == topics_after(0.01, 0));
  CHECK(own != topics_after(0.01, 0));
  CHECK(own != topics_after(0.5, 0));  // the stage after is back at the sampler's own
}

TEST_CASE("a stage is sampled with its own prior of topics", "[sampler]") {
  const auto topics_after = [](double alpha, double alpha_scale) {
    Setup setup;
    setup.alpha.assign(setup.num_topics, alpha);
    Fixture fixture(SmallCorpus(), 2, setup);
    Must(fixture.sampler->StartStage({1, 2, 0, alpha_scale}, 0));
    Must(fixture.sampler->Iterate(1));
    const auto grown = fixture.Topics();
    Must(fixture.sampler->StartStage(StageOf(0, 2), 1));
    Must(fixture.sampler->Iterate(2));
    return std::pair(grown, fixture.Topics());
  };
  const auto own = topics_after(0.25, 8);
  CHECK(own.first == topics_after(2, 1).first);
  CHECK(own.first != topics_after(0.25, 1).first);
  CHECK(own.second != topics_after(2, 1).second);  // the stage after is back at the sampler's own
}

TEST_CASE("growth proposes no topics that are new to both document and word", "[sampler]") {
  // Topics that nobody has come from a prior; that of words is next to nothing here.
  const auto num_new = [](int level) {
    Setup setup;
    setup.num_topics = 4000;
    setup.alpha.assign(setup.num_topics, 1.0);
    setup.beta = 1e-9;
    Fixture fixture(SmallCorpus(), 2, setup);
    Must(fixture.sampler->StartStage(StageOf(level, 2), 0));
    const auto before = CountTotals(fixture, setup.num_topics);
    for (std::uint32_t iteration = 1; iteration <= 3; ++iteration) {
      Must(fixture.sampler->Iterate(iteration));
    }
    const auto after = CountTotals(fixture, setup.num_topics);
    int found = 0;
    for (std::size_t k = 0; k < after.size(); ++k) found += before[k] == 0 && after[k] > 0;
    return found;
  };
  CHECK(num_new(1) == 0);
  CHECK(num_new(0) > 0);
}

TEST_CASE("a restored sampler goes on as if it had never stopped", "[sampler]") {
  const bool proposals = GENERATE(true, false);
  CAPTURE(proposals);
  Fixture whole(SmallCorpus(), 2, Setup{});
  const auto level_of = [](std::uint32_t iteration) {
    return 2 - static_cast<int>((iteration - 1) / 3);
  };
  const auto settings_of = [&](std::uint32_t iteration) {
    const int level = level_of(iteration);
    return StageOf(level, !proposals ? 0 : level == 0 ? 2 : 4, level == 0 ? 0 : 0.03 * level);
  };
  const auto run = [&](Sampler* sampler, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t i = from; i <= to; ++i) {
      if (i % 3 == 1) Must(sampler->StartStage(settings_of(i), i - 1));
      Must(sampler->Iterate(i));
    }
  };
  run(whole.sampler.get(), 1, 9);
  for (const std::uint32_t stop : {1u, 3u, 4u, 8u}) {  // within and at the end of stages of 3
    Fixture first(SmallCorpus(), 2, Setup{});
    run(first.sampler.get(), 1, stop);
    const auto saved = first.Topics();
    Fixture second(SmallCorpus(), 2, Setup{});
    Must(second.sampler->Restore(settings_of(stop), stop, [&](std::size_t block) {
      return Result<std::vector<TopicId>>(saved[block]);
    }));
    run(second.sampler.get(), stop + 1, 9);
    INFO("stopped after " << stop);
    CHECK(second.Topics() == whole.Topics());
  }
}

TEST_CASE("stages with proposals and without may follow one another", "[sampler]") {
  Fixture fixture(SmallCorpus(), 3, Setup{});
  std::uint32_t iteration = 0;
  for (const StageSettings& stage : {StageOf(3, 0), StageOf(2, 3), StageOf(1, 0), StageOf(0, 1)}) {
    Must(fixture.sampler->StartStage(stage, iteration));
    for (int i = 0; i < 2; ++i) Must(fixture.sampler->Iterate(++iteration));
    CHECK(std::ranges::equal(CountTotals(fixture, 10), fixture.sampler->topic_totals()));
  }
}

TEST_CASE("an asymmetric prior of topics shows where documents are short", "[sampler]") {
  // Documents of one token of a word of their own: nothing but alpha tells topics apart.
  Documents documents;
  for (WordId d = 0; d < 4000; ++d) documents.emplace_back(1, static_cast<WordId>(d % kWords));
  for (const int mh_steps : {0, 2}) {
    Setup setup;
    setup.num_topics = 4;
    setup.beta = 100;
    setup.alpha = {0.1, 0.1, 0.1, 2.7};
    Fixture fixture(documents, 2, setup);
    Must(fixture.sampler->StartStage(StageOf(0, mh_steps), 0));
    for (std::uint32_t i = 1; i <= 20; ++i) Must(fixture.sampler->Iterate(i));
    INFO("M " << mh_steps);
    CHECK(static_cast<double>(fixture.sampler->topic_totals()[3]) / 4000 ==
          Approx(0.9).margin(0.03));
  }
}

TEST_CASE("the first topics are uniform", "[sampler]") {
  // 8,000 tokens in 20 topics: 400 each; with 19 degrees of freedom chi-square exceeds 43.8 with
  // probability 0.001.
  Setup setup;
  setup.num_topics = 20;
  Fixture fixture(testing::DrawPlanted(401, 20, kWords, 5, /*seed=*/9), 1, setup);
  Must(fixture.sampler->StartStage(StageOf(0, 1), 0));
  double chi_square = 0;
  for (const Count total : fixture.sampler->topic_totals()) {
    chi_square += (static_cast<double>(total) - 400) * (static_cast<double>(total) - 400) / 400;
  }
  CHECK(chi_square < 43.8);
}

TEST_CASE("documents that join take topics from their words' rows", "[sampler]") {
  // Every document repeats one word, and word w has topic w alone: joining tokens must copy it but
  // for the prior's share, beta K / (n_w + beta K) < 1 %.
  Documents documents;
  for (WordId d = 0; d < 1024; ++d) documents.push_back(std::vector<WordId>(30, d % 4));
  Fixture fixture(documents, 2, Setup{});
  Must(fixture.sampler->Restore(StageOf(2, 1), 1, [&](std::size_t block) {
    std::vector<TopicId> topics(fixture.blocks[block]->num_tokens());
    for (WordId word = 0; word < 4; ++word) {
      const auto offsets = fixture.blocks[block]->word_offsets;
      std::fill(topics.begin() + offsets[word], topics.begin() + offsets[word + 1], word);
    }
    return Result<std::vector<TopicId>>(std::move(topics));
  }));
  Must(fixture.sampler->StartStage(StageOf(0, 1), 1));
  CHECK(fixture.sampler->active().total_documents() == 1024);
  Count others = 0;
  Must(fixture.sampler->ForEachRow({}, [&](WordId word, std::span<const TopicCount> row, int) {
    for (const TopicCount& entry : row) {
      if (entry.topic != word) others += entry.count;
    }
  }));
  CHECK(others < 1024 * 30 / 100);
}

TEST_CASE("the joint likelihood equals its definition", "[sampler]") {
  Setup setup;
  setup.num_topics = 6;
  for (const bool symmetric : {true, false}) {
    setup.alpha = symmetric ? std::vector<double>(6, 0.3)
                            : std::vector<double>{0.1, 0.5, 0.2, 1.5, 0.05, 0.3};
    const Documents documents = testing::DrawPlanted(50, 30, kWords, 5, /*seed=*/2);
    Fixture fixture(documents, 2, setup);
    Must(fixture.sampler->StartStage(StageOf(0, 2), 0));
    for (std::uint32_t i = 1; i <= 3; ++i) Must(fixture.sampler->Iterate(i));

    const double beta = 0.01, beta_sum = beta * kWords;
    const double alpha_sum = std::accumulate(setup.alpha.begin(), setup.alpha.end(), 0.0);
    std::vector<std::vector<Count>> n_wk(kWords, std::vector<Count>(6, 0));
    std::vector<Count> n_k(6, 0);
    double sum = 0;
    Count tokens = 0;
    const auto topics = fixture.Topics();
    for (std::size_t b = 0; b < 2; ++b) {
      const Block& block = *fixture.blocks[b];
      for (std::uint32_t d = 0; d < block.num_documents(); ++d) {
        const auto& words = documents[block.document_index[d]];
        std::vector<Count> n_dk(6, 0);
        for (std::size_t i = 0; i < words.size(); ++i) {
          const TopicId k = topics[b][block.positions[block.document_offsets[d] + i]];
          ++n_dk[k];
          ++n_wk[words[i]][k];
          ++n_k[k];
          ++tokens;
        }
        sum += std::lgamma(alpha_sum) - std::lgamma(static_cast<double>(words.size()) + alpha_sum);
        for (TopicId k = 0; k < 6; ++k) {
          sum += std::lgamma(static_cast<double>(n_dk[k]) + setup.alpha[k]) -
                 std::lgamma(setup.alpha[k]);
        }
      }
    }
    for (TopicId k = 0; k < 6; ++k) {
      sum += std::lgamma(beta_sum) - std::lgamma(static_cast<double>(n_k[k]) + beta_sum);
      for (const auto& row : n_wk) {
        sum += std::lgamma(static_cast<double>(row[k]) + beta) - std::lgamma(beta);
      }
    }
    const double expected = sum / static_cast<double>(tokens);
    CHECK(LogLikelihood(fixture.sampler.get()) == Approx(expected).epsilon(1e-12));
  }
}

}  // namespace
}  // namespace lightlda
