// Coherence of topics from counts of windows: gensim's measures, term by term.
#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "base/out_of_memory.h"
#include "base/thread_pool.h"
#include "corpus/block_words.h"
#include "eval/window_counts.h"
#include "lightlda/evaluate.h"
#include "text/text_pipeline.h"

namespace lightlda {
namespace {

constexpr double kEpsilon = 1e-12;
constexpr std::size_t kPointwiseWindow = 10;
constexpr std::size_t kIndirectWindow = 110;
constexpr char kPipelineOfReference[] = "the reference's text_pipeline.json";

// The topics' words by the reference's ids.
TopicWords FindWords(std::span<const std::vector<std::string>> topics, const Vocabulary& vocabulary,
                     Count* num_missing) {
  TopicWords found;
  for (const std::vector<std::string>& topic : topics) {
    auto& ids = found.topics.emplace_back();
    for (const std::string& word : topic) {
      const auto id = vocabulary.Find(word);
      const bool known = id && vocabulary.frequency(*id) > 0;
      *num_missing += known ? 0 : 1;
      if (known && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
    }
  }
  return found;
}

// Counts of all documents of a corpus, for several kinds of windows at once.
Result<std::vector<WindowCounts>> CountWindows(const Corpus& corpus, const TopicWords& words,
                                               std::span<const WindowKind> kinds, ThreadPool* pool,
                                               const StopToken& stop) {
  std::vector<WindowCounts> counts;  // kind by kind, of a thread
  for (const WindowKind& kind : kinds) counts.emplace_back(&words, corpus.num_words(), kind);
  std::vector<std::vector<WindowCounts>> of_threads(static_cast<std::size_t>(pool->size()), counts);
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    const std::vector<WordId> word_at = WordsByPosition(*block);
    pool->ParallelFor(block->num_documents(), [&](std::size_t d, int thread) {
      if (stop.stop_requested()) return;
      thread_local std::vector<WordId> tokens;
      tokens.clear();
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        tokens.push_back(word_at[block->positions[i]]);
      }
      for (WindowCounts& of_kind : of_threads[static_cast<std::size_t>(thread)]) {
        of_kind.AddDocument(tokens);
      }
    });
    if (stop.stop_requested()) return Status::Cancelled("interrupted");
  }
  for (const std::vector<WindowCounts>& of_thread : of_threads) {
    for (std::size_t kind = 0; kind < counts.size(); ++kind) counts[kind].Merge(of_thread[kind]);
  }
  return counts;
}

// The measures of one topic from the counts of one kind of windows.
class TopicMeasures {
 public:
  TopicMeasures(const WindowCounts& counts, std::size_t topic, std::size_t num_words)
      : counts_(counts), topic_(topic), num_words_(num_words) {}

  // Mean over pairs of a word and one before it: log P(later, earlier) / P(earlier).
  double UMass() const {
    double sum = 0;
    for (std::size_t later = 1; later < num_words_; ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        sum += std::log((Joint(later, earlier) + kEpsilon) / Joint(earlier, earlier));
      }
    }
    return sum / NumPairs();
  }

  double MeanPmi() const {
    return MeanOverPairs([&](std::size_t i, std::size_t j) { return Pmi(i, j); });
  }
  double MeanNpmi() const {
    return MeanOverPairs([&](std::size_t i, std::size_t j) { return Npmi(i, j); });
  }

  // Mean over words of the cosine between the word's vector of NPMI and that of all words together.
  double CV() const {
    std::vector<double> npmi(num_words_ * num_words_);
    std::vector<double> all(num_words_);
    for (std::size_t i = 0; i < num_words_; ++i) {
      for (std::size_t j = 0; j < num_words_; ++j) {
        npmi[i * num_words_ + j] = Npmi(i, j);
        all[j] += npmi[i * num_words_ + j];
      }
    }
    double sum = 0;
    for (std::size_t i = 0; i < num_words_; ++i) {
      double dot = 0;
      double own = 0;
      double total = 0;
      for (std::size_t j = 0; j < num_words_; ++j) {
        const double value = npmi[i * num_words_ + j];
        dot += value * all[j];
        own += value * value;
        total += all[j] * all[j];
      }
      sum += own > 0 && total > 0 ? dot / std::sqrt(own * total) : 0;
    }
    return sum / static_cast<double>(num_words_);
  }

 private:
  double Joint(std::size_t i, std::size_t j) const {
    return static_cast<double>(counts_.CoOccurrences(topic_, i, j)) /
           static_cast<double>(counts_.num_windows());
  }
  double Pmi(std::size_t i, std::size_t j) const {
    return std::log((Joint(i, j) + kEpsilon) / (Joint(i, i) * Joint(j, j)));
  }
  double Npmi(std::size_t i, std::size_t j) const {
    return Pmi(i, j) / -std::log(Joint(i, j) + kEpsilon);
  }
  double NumPairs() const { return static_cast<double>(num_words_ * (num_words_ - 1)) / 2; }
  template <typename Measure>
  double MeanOverPairs(Measure&& measure) const {
    double sum = 0;
    for (std::size_t i = 1; i < num_words_; ++i) {
      for (std::size_t j = 0; j < i; ++j) sum += measure(i, j);
    }
    return sum / NumPairs();
  }

  const WindowCounts& counts_;
  std::size_t topic_;
  std::size_t num_words_;
};

Result<bool> HasOrder(const Corpus& reference) {
  LIGHTLDA_ASSIGN_OR_RETURN(const TextPipelineSettings settings,
                            ParseTextPipeline(kPipelineOfReference, reference.text_pipeline()));
  return settings.input == TextPipelineSettings::Input::kText;
}

void AddToMean(const CoherenceScores& scores, double weight, CoherenceScores* mean) {
  const auto add = [&](const std::optional<double>& score, std::optional<double>* to) {
    if (score) *to = to->value_or(0) + weight * *score;
  };
  mean->u_mass += weight * scores.u_mass;
  add(scores.c_uci, &mean->c_uci);
  add(scores.c_npmi, &mean->c_npmi);
  add(scores.c_v, &mean->c_v);
}

Result<Coherence> Evaluate(std::span<const std::vector<std::string>> topics,
                           const Corpus& reference, const CoherenceOptions& options,
                           const StopToken& stop) {
  if (options.top_words < 2) return Status::Usage("`top_words`: expected 2 or more");
  if (reference.num_documents() == 0) return Status::BadInput("the reference has no documents");
  Coherence coherence;
  const TopicWords words = FindWords(topics, reference.vocabulary(), &coherence.num_missing_words);
  LIGHTLDA_ASSIGN_OR_RETURN(const bool text, HasOrder(reference));
  const bool ordered = text || options.in_order;
  std::vector<WindowKind> kinds = {{0, false}};
  if (ordered) {
    kinds.push_back({kPointwiseWindow, options.gensim_windows});
    if (options.indirect) kinds.push_back({kIndirectWindow, options.gensim_windows});
  }
  ThreadPool pool(ResolveThreadCount(options.num_threads));
  LIGHTLDA_ASSIGN_OR_RETURN(const auto counts, CountWindows(reference, words, kinds, &pool, stop));
  std::size_t num_scored = 0;
  for (std::size_t topic = 0; topic < topics.size(); ++topic) {
    CoherenceScores& scores = coherence.topics.emplace_back();
    const std::size_t num_words = words.topics[topic].size();
    if (ordered) scores.c_uci = scores.c_npmi = 0;
    if (ordered && options.indirect) scores.c_v = 0;
    if (num_words < 2) continue;
    ++num_scored;
    scores.u_mass = TopicMeasures(counts[0], topic, num_words).UMass();
    if (!ordered) continue;
    const TopicMeasures pointwise(counts[1], topic, num_words);
    scores.c_uci = pointwise.MeanPmi();
    scores.c_npmi = pointwise.MeanNpmi();
    if (options.indirect) scores.c_v = TopicMeasures(counts[2], topic, num_words).CV();
  }
  for (std::size_t topic = 0; topic < topics.size(); ++topic) {
    if (words.topics[topic].size() < 2) continue;
    AddToMean(coherence.topics[topic], 1 / static_cast<double>(num_scored), &coherence.mean);
  }
  return coherence;
}

}  // namespace

Result<Coherence> EvaluateCoherence(std::span<const std::vector<std::string>> topics,
                                    const Corpus& reference, const CoherenceOptions& options,
                                    const StopToken& stop) {
  return CatchBadAlloc([&] { return Evaluate(topics, reference, options, stop); });
}

Result<Coherence> EvaluateCoherence(const Model& model, const Corpus& reference,
                                    const CoherenceOptions& options, const StopToken& stop) {
  return CatchBadAlloc([&] {
    std::vector<std::vector<std::string>> topics;
    for (const auto& top : model.TopWords(options.top_words)) {
      auto& words = topics.emplace_back();
      for (const TopWord& word : top) words.emplace_back(model.vocabulary().word(word.word));
    }
    return Evaluate(topics, reference, options, stop);
  });
}

double TopicDiversity(const Model& model, std::size_t top_words) {
  std::set<WordId> different;
  std::size_t all = 0;
  for (const auto& top : model.TopWords(top_words)) {
    for (const TopWord& word : top) different.insert(word.word);
    all += top.size();
  }
  return all == 0 ? 1.0 : static_cast<double>(different.size()) / static_cast<double>(all);
}

}  // namespace lightlda
