#include "ingest/vocabulary_choice.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "corpus/corpus_format.h"
#include "text/fold.h"

namespace lightlda {
namespace {

// "1 document", "4 documents".
std::string CountOf(Count count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Document-frequency bounds for a corpus of a given size.
class DfFilter {
 public:
  DfFilter(const PreprocessSettings& settings, Count num_documents)
      : settings_(settings),
        num_documents_(num_documents),
        min_(Documents(settings.min_df, num_documents)),
        max_(Documents(settings.max_df, num_documents)) {}

  // The reason to drop a word that is in `documents` documents; empty if it stays.
  std::string_view Reason(Count documents) const {
    if (static_cast<double>(documents) < min_) return kBelow;
    if (static_cast<double>(documents) > max_) return kAbove;
    return "";
  }

  // kBadInput if no number of documents is within both bounds.
  Status Check() const {
    if (std::max(std::ceil(min_), 1.0) <= std::floor(max_)) return {};
    return Status::BadInput("`min_df`=" + ToText(settings_.min_df) +
                            " and `max_df`=" + ToText(settings_.max_df) + " leave no word of " +
                            CountOf(num_documents_, "document") + ": none is in at least " +
                            ToDocuments(std::ceil(min_)) + " and at most " +
                            ToDocuments(std::floor(max_)) + "; " + Advice(true, true));
  }

  // What to change if these bounds have dropped all.
  std::string Advice(const ReasonCounts& dropped) const {
    return Advice(dropped.contains(kBelow), dropped.contains(kAbove));
  }

 private:
  static constexpr std::string_view kBelow = "below min_df";
  static constexpr std::string_view kAbove = "above max_df";

  static double Documents(const DfBound& bound, Count num_documents) {
    return bound.is_fraction ? bound.value * static_cast<double>(num_documents) : bound.value;
  }
  static std::string ToDocuments(double number) {
    return std::to_string(static_cast<Count>(number));
  }

  std::string Advice(bool below, bool above) const {
    std::string advice;
    if (below && min_ > 1) advice = "`min_df`=1 keeps rare words";
    if (above && max_ < static_cast<double>(num_documents_)) {
      advice += std::string(advice.empty() ? "" : ", ") + "`max_df`=1.0 keeps frequent ones";
    }
    return advice;
  }

  const PreprocessSettings& settings_;
  Count num_documents_;
  double min_;
  double max_;
};

void Drop(const RawWords& raw, std::size_t word, std::string_view name, std::string_view reason,
          VocabularyChoice* choice) {
  choice->ids[word] = kDroppedWord;
  AddReason(&choice->dropped_words, reason, 1);
  AddReason(&choice->dropped_tokens, reason, raw.tokens()[word]);
  const auto found = choice->dropped_examples.find(reason);
  TopWords& examples = found != choice->dropped_examples.end()
                           ? found->second
                           : choice->dropped_examples[std::string(reason)];
  examples.Add(name, raw.tokens()[word]);
}

// Why a word that was read is in no document.
std::string_view ReasonOfNone(const PreprocessConfig& config) {
  if (config.phrases == "none") return "in held-out documents alone";
  return config.holdout == 0 ? "in phrases alone" : "in phrases or held-out documents alone";
}

// What went while reading.
void AddDropped(std::string_view reason, const WordMap<Count>& words, VocabularyChoice* choice) {
  if (words.empty()) return;
  AddReason(&choice->dropped_words, reason, static_cast<Count>(words.size()));
  TopWords& examples = choice->dropped_examples[std::string(reason)];
  for (const auto& [word, tokens] : words) examples.Add(word, tokens);
}

// Leaves the `max_vocab` most frequent of `kept`, raw ids in an order that settles ties.
template <typename NameOf>
void KeepMostFrequent(const RawWords& raw, std::int64_t max_vocab, NameOf&& name_of,
                      std::vector<std::uint32_t>* kept, VocabularyChoice* choice) {
  const auto max_words = static_cast<std::size_t>(max_vocab);
  if (max_words == 0 || kept->size() <= max_words) return;
  std::stable_sort(kept->begin(), kept->end(), [&](std::uint32_t a, std::uint32_t b) {
    return raw.tokens()[a] > raw.tokens()[b];
  });
  for (std::size_t i = max_words; i < kept->size(); ++i) {
    Drop(raw, (*kept)[i], name_of((*kept)[i]), "beyond max_vocab", choice);
  }
  kept->resize(max_words);
}

// Gives ids in the order of `kept` and checks that something is left.
template <typename NameOf>
Status Number(const RawWords& raw, const std::vector<std::uint32_t>& kept, const DfFilter& filter,
              NameOf&& name_of, VocabularyChoice* choice) {
  if (kept.size() > kMaxWords) {
    return Status::BadInput(std::to_string(kept.size()) + " words, more than the maximum of " +
                            std::to_string(kMaxWords) + "; raise min_df or set max_vocab");
  }
  for (const std::uint32_t word : kept) {
    choice->ids[word] = static_cast<WordId>(choice->words.size());
    choice->words.emplace_back(name_of(word));
    choice->num_tokens += raw.tokens()[word];
  }
  if (choice->num_tokens > 0) return {};
  std::string why = "no token is left";
  for (const auto& [reason, count] : choice->dropped_words) {
    why += ", " + CountOf(count, "word") + " " + reason;
  }
  const std::string advice = filter.Advice(choice->dropped_words);
  if (!advice.empty()) why += "; " + advice;
  return Status::BadInput(why);
}

constexpr std::string_view kNotInVocabulary = "not in the vocabulary";

Status NoGivenWord() {
  return Status::BadInput("no token is left: no word of the vocabulary occurs in the input");
}

// Ids of a given vocabulary, which keeps its order and the words that do not occur.
Status UseGivenWords(const RawWords& raw, const std::vector<std::string_view>& words,
                     const std::vector<std::string>& given, const DfFilter& filter, bool filtered,
                     VocabularyChoice* choice) {
  WordMap<std::uint32_t> raw_ids;
  for (std::size_t i = 0; i < words.size(); ++i) {
    raw_ids.emplace(std::string(words[i]), static_cast<std::uint32_t>(i));
  }
  std::vector<bool> known(words.size(), false);
  for (const std::string& word : given) {
    const auto found = raw_ids.find(word);
    const bool occurs = found != raw_ids.end();
    if (occurs) known[found->second] = true;
    const std::string_view reason =
        filtered ? filter.Reason(occurs ? raw.documents()[found->second] : 0) : "";
    if (occurs && !reason.empty()) Drop(raw, found->second, word, reason, choice);
    if (!occurs && !reason.empty()) AddReason(&choice->dropped_words, reason, 1);
    if (!reason.empty()) continue;
    if (occurs) {
      choice->ids[found->second] = static_cast<WordId>(choice->words.size());
      choice->num_tokens += raw.tokens()[found->second];
    }
    choice->words.push_back(word);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!known[i]) Drop(raw, i, words[i], kNotInVocabulary, choice);
  }
  return choice->num_tokens > 0 ? Status() : NoGivenWord();
}

// A mistyped id must not make a vocabulary that fills the memory.
Status CheckSparsity(const RawWords& raw) {
  constexpr std::size_t kHarmless = std::size_t{1} << 20;
  constexpr std::size_t kMaxIdsAWord = 1000;
  const auto occurring =
      raw.size() - static_cast<std::size_t>(std::ranges::count(raw.documents(), 0));
  if (raw.size() <= kHarmless || raw.size() / kMaxIdsAWord <= occurring) return {};
  return Status::BadInput("word ids go up to the " + std::to_string(raw.size()) +
                          "th word but only " + std::to_string(occurring) +
                          " words occur; if that is right, give a vocabulary");
}

}  // namespace

Result<VocabularyChoice> ChooseTextVocabulary(const PreprocessSettings& settings,
                                              const RawWords& raw, Count num_documents,
                                              const std::vector<std::string>& given) {
  VocabularyChoice choice;
  choice.ids.assign(raw.size(), kDroppedWord);
  AddReason(&choice.dropped_tokens, "stop word", raw.num_stop_tokens());
  AddDropped("stop word", raw.stop_words(), &choice);
  AddDropped("too short", raw.short_words(), &choice);
  const DfFilter filter(settings, num_documents);
  const std::vector<std::string_view> words = raw.Words();
  if (!given.empty()) {
    const PreprocessConfig& config = settings.config;
    const bool filtered = !config.min_df.empty() || !config.max_df.empty();
    LIGHTLDA_RETURN_IF_ERROR(UseGivenWords(raw, words, given, filter, filtered, &choice));
    return choice;
  }
  LIGHTLDA_RETURN_IF_ERROR(filter.Check());
  std::vector<std::uint32_t> kept;
  for (std::uint32_t word = 0; word < raw.size(); ++word) {
    std::string_view reason = filter.Reason(raw.documents()[word]);
    if (raw.documents()[word] == 0) reason = ReasonOfNone(settings.config);
    if (reason.empty()) {
      kept.push_back(word);
    } else {
      Drop(raw, word, words[word], reason, &choice);
    }
  }
  std::sort(kept.begin(), kept.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (raw.tokens()[a] != raw.tokens()[b]) return raw.tokens()[a] > raw.tokens()[b];
    return words[a] < words[b];
  });
  const auto name_of = [&](std::uint32_t word) { return words[word]; };
  KeepMostFrequent(raw, settings.config.max_vocab, name_of, &kept, &choice);
  LIGHTLDA_RETURN_IF_ERROR(Number(raw, kept, filter, name_of, &choice));
  return choice;
}

Result<VocabularyChoice> FindBagVocabulary(const RawWords& raw,
                                           const std::vector<std::string>& named,
                                           std::uint32_t first_number,
                                           const std::vector<std::string>& given) {
  WordMap<WordId> ids;
  for (std::size_t w = 0; w < given.size(); ++w) ids.emplace(given[w], static_cast<WordId>(w));
  VocabularyChoice choice;
  choice.words = given;
  choice.ids.assign(raw.size(), kDroppedWord);
  for (std::size_t word = 0; word < raw.size(); ++word) {
    if (raw.documents()[word] == 0) continue;
    const std::string name = named.empty() ? std::to_string(word + first_number) : named[word];
    const auto found = ids.find(name);
    if (found == ids.end()) {
      Drop(raw, word, name, kNotInVocabulary, &choice);
      continue;
    }
    choice.ids[word] = found->second;
    choice.num_tokens += raw.tokens()[word];
  }
  if (choice.num_tokens > 0) return choice;
  return NoGivenWord();
}

Result<VocabularyChoice> ChooseBagVocabulary(const PreprocessSettings& settings,
                                             const RawWords& raw, Count num_documents,
                                             const std::vector<std::string>& given,
                                             const StopwordSet& stopwords) {
  VocabularyChoice choice;
  choice.ids.assign(raw.size(), kDroppedWord);
  if (given.empty()) LIGHTLDA_RETURN_IF_ERROR(CheckSparsity(raw));
  const DfFilter filter(settings, num_documents);
  const std::uint32_t first = FirstWordNumber(settings.format);
  const auto name_of = [&](std::uint32_t word) {
    return given.empty() ? std::to_string(word + first) : given[word];
  };
  std::vector<std::uint32_t> kept;
  for (std::uint32_t word = 0; word < raw.size(); ++word) {
    std::string_view reason;
    if (settings.filters_bags) {
      reason = filter.Reason(raw.documents()[word]);
      if (reason.empty() && raw.documents()[word] == 0) reason = "in no document";
    }
    if (reason.empty() && stopwords.size() > 0) {
      LIGHTLDA_ASSIGN_OR_RETURN(const std::string folded, FoldText(given[word]));
      if (stopwords.Contains(folded)) reason = "stop word";
    }
    if (reason.empty()) {
      kept.push_back(word);
    } else {
      Drop(raw, word, name_of(word), reason, &choice);
    }
  }
  KeepMostFrequent(raw, settings.config.max_vocab, name_of, &kept, &choice);
  std::sort(kept.begin(), kept.end());
  LIGHTLDA_RETURN_IF_ERROR(Number(raw, kept, filter, name_of, &choice));
  return choice;
}

}  // namespace lightlda
