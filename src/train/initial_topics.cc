#include "train/initial_topics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/checksum.h"
#include "base/progress.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "corpus/word_parts.h"
#include "eval/held_out_documents.h"
#include "lightlda/labels.h"
#include "lightlda/model.h"
#include "text/text_pipeline.h"
#include "text/utf8.h"
#include "train/init_weight.h"
#include "train/schedule.h"
#include "train/seed_words.h"

namespace lightlda {
namespace {

using Row = std::vector<TopicCount>;

// Of seed words without a weight: docs/lab/022-initial-topics.md.
constexpr double kSeedWeight = 0.4;
// Keeps these numbers apart from others that are drawn with the same seed.
constexpr std::uint32_t kDomain = 0x50524F52;  // "PROR"
constexpr std::size_t kMostShownWords = 10;

// row, times `weight`. Rounded without bias, so that what many rare words come to stays: a share of
// them has a token more, by a number that is the word's own. The sum is off by less than one.
Row Scaled(std::span<const TopicCount> row, double weight, WordId word) {
  const PhiloxBlock hash = Philox({word, 0, kDomain, 0}, {1, 0});
  const double offset = std::ldexp(static_cast<double>(hash[0]), -32);
  Row scaled;
  double sum = 0;
  for (const TopicCount& entry : row) {
    const double before = std::floor(sum + offset);
    sum += weight * entry.count;
    const double count = std::floor(sum + offset) - before;
    if (count > 0) scaled.push_back({entry.topic, static_cast<std::uint32_t>(count)});
  }
  return scaled;
}

Row Sum(const Row& a, const Row& b) {
  Row sum = a;
  sum.insert(sum.end(), b.begin(), b.end());
  std::ranges::sort(sum, {}, &TopicCount::topic);
  std::size_t size = 0;
  for (const TopicCount& entry : sum) {
    if (size > 0 && sum[size - 1].topic == entry.topic) {
      sum[size - 1].count += entry.count;
    } else {
      sum[size++] = entry;
    }
  }
  sum.resize(size);
  return sum;
}

std::optional<TopicId> ParseTopic(std::string_view text) {
  TopicId topic = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), topic);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole ? std::optional(topic) : std::nullopt;
}

// Finds words of a seed file in a corpus, read as the corpus was where they are not its words.
class SeedFinder {
 public:
  explicit SeedFinder(const Corpus& corpus) : corpus_(corpus) {}

  Status Open() {
    LIGHTLDA_ASSIGN_OR_RETURN(
        TextPipelineSettings settings,
        ParseTextPipeline(corpus_.directory() + "/" + kTextPipelineFile, corpus_.text_pipeline()));
    if (settings.input != TextPipelineSettings::Input::kText) return {};
    LIGHTLDA_ASSIGN_OR_RETURN(
        pipeline_,
        TextPipeline::Create(std::make_shared<const TextPipelineSettings>(std::move(settings))));
    return {};
  }

  Result<std::optional<WordId>> Find(const std::string& word) {
    const Vocabulary& vocabulary = corpus_.vocabulary();
    std::optional<WordId> found = vocabulary.Find(word);
    if (found || pipeline_ == nullptr) return found;
    std::vector<std::string> words;
    LIGHTLDA_RETURN_IF_ERROR(
        pipeline_->Tokenize(word, [&words](std::string_view token) { words.emplace_back(token); }));
    if (words.size() == 1) found = vocabulary.Find(words[0]);
    return found;
  }

 private:
  const Corpus& corpus_;
  std::unique_ptr<TextPipeline> pipeline_;
};

class Maker {
 public:
  Maker(const TrainConfig& config, const Corpus& corpus) : config_(config), corpus_(corpus) {}

  Result<std::shared_ptr<const InitialTopics>> Make() {
    if (!config_.init_model.empty()) LIGHTLDA_RETURN_IF_ERROR(OpenModel());
    if (!config_.frozen_topics.empty()) LIGHTLDA_RETURN_IF_ERROR(ReadFrozen());
    if (!config_.seed_words.empty()) LIGHTLDA_RETURN_IF_ERROR(ReadSeeds());
    WordPrior prior(corpus_.num_words(), config_.num_topics, model_ && weight_ != 1);
    if (model_) prior.SetFirstNewTopic(model_->num_topics());
    for (const TopicId topic : frozen_) prior.Freeze(topic);
    LIGHTLDA_ASSIGN_OR_RETURN(Vocabulary vocabulary, SetRows(&prior));
    InitialTopics made{std::move(prior),      StartingAlpha(),   std::move(names_),
                       std::move(vocabulary), std::move(notes_), ""};
    StreamingChecksum checksum;
    const std::uint64_t of_prior = made.prior.Hash();
    checksum.Update(std::as_bytes(std::span(&of_prior, 1)));
    checksum.Update(std::as_bytes(std::span(made.alpha)));
    made.hash = ToHex(checksum.Digest());
    return std::make_shared<const InitialTopics>(std::move(made));
  }

 private:
  Status OpenModel();
  void TellModel(Count known_tokens);
  Status ReadFrozen();
  Status ReadSeeds();
  Status AddSeeds(const SeededTopic& topic, TopicId number, SeedFinder* finder);
  Result<Vocabulary> SetRows(WordPrior* prior) const;
  std::vector<double> StartingAlpha() const;

  const TrainConfig& config_;
  const Corpus& corpus_;
  std::optional<Model> model_;
  std::vector<WordId> ids_;  // of the corpus's words in the model
  double weight_ = 1;
  std::vector<TopicId> frozen_;  // ascending
  std::map<WordId, Row> seeds_;  // rows of seed words
  std::map<TopicId, std::string> names_;
  std::vector<std::string> notes_;
};

Status Maker::OpenModel() {
  Result<Model> model = Model::Load(config_.init_model);
  if (!model.ok()) return model.status().WithContext("`init_model`");
  model_ = std::move(model).value();
  if (config_.num_topics < model_->num_topics()) {
    return Status::Usage("`num_topics`: expected at least the " +
                         std::to_string(model_->num_topics()) + " of `init_model`, found " +
                         std::to_string(config_.num_topics));
  }
  Result<std::vector<WordId>> ids = MatchWords(corpus_, model_->vocabulary());
  if (!ids.ok()) return ids.status().WithContext("`init_model` " + config_.init_model);
  ids_ = std::move(ids).value();
  // Parts of a word that is split have one row between them.
  std::vector<bool> taken(model_->num_words(), false);
  Count known_tokens = 0;
  for (WordId word = 0; word < ids_.size(); ++word) {
    if (ids_[word] == kUnmatchedWord) continue;
    known_tokens += corpus_.vocabulary().frequency(word);
    if (taken[ids_[word]]) {
      ids_[word] = kUnmatchedWord;
      continue;
    }
    taken[ids_[word]] = true;
  }
  weight_ = config_.init_weight;
  if (weight_ < 0) {
    ThreadPool pool(ResolveThreadCount(config_.num_threads));
    LIGHTLDA_ASSIGN_OR_RETURN(weight_, ChooseInitWeight(*model_, corpus_, ids_, &pool));
  }
  const Result<TopicLabels> labels = ReadLabels(config_.init_model);
  if (labels.ok() && CheckLabels(labels.value(), *model_).ok()) {
    names_.insert(labels.value().labels.begin(), labels.value().labels.end());
  }
  TellModel(known_tokens);
  return {};
}

void Maker::TellModel(Count known_tokens) {
  const double share =
      static_cast<double>(known_tokens) / static_cast<double>(corpus_.num_tokens());
  notes_.push_back("`init_model`: " + std::to_string(model_->num_topics()) +
                   " topics, which know the words of " + FormatFixed(100 * share, 1) +
                   " % of the tokens; each token that it counts stands for " +
                   FormatFixed(weight_, 4) + " here");
}

Status Maker::ReadFrozen() {
  const std::uint32_t num_topics = model_->num_topics();
  const Status unexpected =
      Status::Usage("`frozen_topics`=" + config_.frozen_topics +
                    ": expected all, or numbers and ranges as 0-9,12 of topics below " +
                    std::to_string(num_topics));
  const bool all = config_.frozen_topics == "all";
  std::vector<bool> is_frozen(num_topics, all);
  std::string_view rest = config_.frozen_topics;
  if (all) rest = {};
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const std::size_t dash = part.find('-');
    const auto first = ParseTopic(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : ParseTopic(part.substr(dash + 1));
    if (!first || !last || *first > *last || *last >= num_topics) return unexpected;
    for (TopicId topic = *first; topic <= *last; ++topic) is_frozen[topic] = true;
  }
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    if (is_frozen[topic]) frozen_.push_back(topic);
  }
  return {};
}

Status Maker::ReadSeeds() {
  Result<std::vector<SeededTopic>> read = ReadSeedWords(config_.seed_words);
  if (!read.ok()) return read.status().WithContext("`seed_words`");
  const TopicId first = model_ ? model_->num_topics() : 0;
  const std::vector<SeededTopic>& topics = read.value();
  if (first + topics.size() > config_.num_topics) {
    return Status::Usage("`num_topics`: expected at least " +
                         std::to_string(first + topics.size()) + ", " +
                         (first > 0 ? "those of `init_model` and " : "") + "one for each of the " +
                         std::to_string(topics.size()) + " in `seed_words`, found " +
                         std::to_string(config_.num_topics));
  }
  SeedFinder finder(corpus_);
  LIGHTLDA_RETURN_IF_ERROR(finder.Open());
  for (TopicId i = 0; i < topics.size(); ++i) {
    LIGHTLDA_RETURN_IF_ERROR(AddSeeds(topics[i], first + i, &finder));
  }
  return {};
}

Status Maker::AddSeeds(const SeededTopic& topic, TopicId number, SeedFinder* finder) {
  std::string missing;
  std::size_t num_missing = 0;
  for (const SeedWord& seed : topic.words) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::optional<WordId> word, finder->Find(seed.word));
    const Count frequency = word ? corpus_.vocabulary().frequency(*word) : 0;
    if (frequency == 0) {
      if (num_missing++ < kMostShownWords) missing += " " + seed.word;
      continue;
    }
    const double weight = seed.weight > 0 ? seed.weight : kSeedWeight;
    const double tokens = std::max(1.0, std::round(weight * static_cast<double>(frequency)));
    if (tokens > static_cast<double>(kMaxWordTokens)) {
      return Status::BadInput(config_.seed_words + ": too great a weight for " +
                              QuoteBytes(seed.word) + ", which is frequent");
    }
    // Two seed words may be one word of the corpus.
    seeds_[*word] = Sum(seeds_[*word], {{number, static_cast<std::uint32_t>(tokens)}});
  }
  names_[number] = topic.name;
  if (num_missing == topic.words.size()) {
    return Status::BadInput(config_.seed_words + ": topic " + QuoteBytes(topic.name) +
                            ": none of its words is in the corpus");
  }
  if (num_missing > 0) {
    notes_.push_back("`seed_words`: of topic " + topic.name + " the corpus lacks " +
                     std::to_string(num_missing) + " of " + std::to_string(topic.words.size()) +
                     ":" + missing);
  }
  return {};
}

Result<Vocabulary> Maker::SetRows(WordPrior* prior) const {
  const Vocabulary& vocabulary = corpus_.vocabulary();
  std::vector<Count> frequencies(vocabulary.frequencies().begin(), vocabulary.frequencies().end());
  for (WordId word = 0; word < frequencies.size(); ++word) {
    Row start;
    if (model_ && ids_[word] != kUnmatchedWord) start = model_->WordRow(ids_[word]);
    Row row = weight_ == 1 ? start : Scaled(start, weight_, word);
    if (!frozen_.empty()) {
      const auto not_frozen = [&](const TopicCount& e) { return !prior->is_frozen(e.topic); };
      std::erase_if(row, [&](const TopicCount& e) { return !not_frozen(e); });
      Row whole = start;
      std::erase_if(whole, not_frozen);
      row = Sum(row, whole);
    }
    if (const auto seeds = seeds_.find(word); seeds != seeds_.end()) {
      row = Sum(row, seeds->second);
      start = Sum(start, seeds->second);
    }
    for (const TopicCount& entry : row) frequencies[word] += entry.count;
    if (frequencies[word] > kMaxWordTokens) {
      return Status::Usage("`init_weight`: " + FormatFixed(weight_, 4) + " is too great: word '" +
                           std::string(vocabulary.word(word)) + "' would have " +
                           FormatCount(frequencies[word]) + " tokens, expected at most " +
                           FormatCount(kMaxWordTokens));
    }
    prior->SetRow(word, row, start);
  }
  return Vocabulary(
      {vocabulary.words().begin(), vocabulary.words().end()}, std::move(frequencies),
      {vocabulary.document_frequencies().begin(), vocabulary.document_frequencies().end()});
}

std::vector<double> Maker::StartingAlpha() const {
  if (!model_ || config_.alpha != 0 || !config_.alpha_vector.empty()) return {};
  std::vector<double> alpha(config_.num_topics, StartAlpha(config_));
  std::ranges::copy(model_->alpha(), alpha.begin());
  return alpha;
}

}  // namespace

Result<std::shared_ptr<const InitialTopics>> OpenInitialTopics(const TrainConfig& config,
                                                               const Corpus& corpus) {
  if (config.init_model.empty() && config.seed_words.empty()) {
    return std::shared_ptr<const InitialTopics>();
  }
  return Maker(config, corpus).Make();
}

Status CheckInitialTopics(const PlanDetails& plan) {
  if (plan.initial == nullptr || !plan.initial->prior.has_frozen()) return {};
  for (const PlanDetails::Stage& stage : plan.stages) {
    if (stage.draws == Draws::kConditionals) continue;
    return Status::Usage(
        "`frozen_topics`: expected full conditionals, that is `mh_steps`=0, of up to 256 topics");
  }
  return {};
}

const WordPrior* WordPriorOf(const PlanDetails& plan) {
  return plan.initial == nullptr ? nullptr : &plan.initial->prior;
}

}  // namespace lightlda
