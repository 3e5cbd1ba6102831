#include "ingest/refinement.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "ingest/phrase_finder.h"
#include "ingest/stopword_share.h"
#include "text/stemmer.h"

namespace lightlda {

bool NeedsRefinement(const PreprocessSettings& settings) {
  const PreprocessConfig& config = settings.config;
  if (settings.bags() || !config.like.empty() || config.append) return false;
  const bool names_stems = config.stemmer != "none" && config.vocab_file.empty();
  return names_stems || config.phrases != "none" || PicksStopwords(config.stopwords);
}

TextPipelineSettings SurfacePipeline(TextPipelineSettings pipeline) {
  pipeline.stemmer = "none";
  return pipeline;
}

Status Refinement::PickStopwords(const RawWords& surfaces) {
  LIGHTLDA_ASSIGN_OR_RETURN(const StopwordShare share,
                            FindStopwordList(surfaces, surfaces.tokens()));
  if (!share.fits()) {
    const std::string best = share.language.empty()
                                 ? "no list has a word of the text"
                                 : "the best one, " + share.Name() + ", has " + share.Amount();
    notes_.push_back("`stopwords`=auto took no list: " + best);
    return {};
  }
  picked_language_ = share.language;
  LIGHTLDA_ASSIGN_OR_RETURN(picked_stopwords_, LoadStopwords(share.language));
  notes_.push_back("`stopwords`=auto took the list " + share.Name() + ", which has " +
                   share.Amount());
  return {};
}

Status Refinement::MapSurfaces(const RawWords& surfaces, const PreprocessSettings& settings) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::unique_ptr<Stemmer> stemmer,
                            Stemmer::Create(settings.config.stemmer));
  const std::vector<std::string_view> forms = surfaces.Words();
  WordMap<std::uint32_t> stems;
  ids_.resize(forms.size());
  for (std::size_t s = 0; s < forms.size(); ++s) {
    if (picked_stopwords_.Contains(forms[s])) {
      ids_[s] = kGone;
      words_.AddStopWord(forms[s], surfaces.tokens()[s]);
      continue;
    }
    const auto next = static_cast<std::uint32_t>(names_.size());
    if (stemmer->is_identity()) {
      ids_[s] = next;
      names_.emplace_back(forms[s]);
      continue;
    }
    const auto [found, is_new] = stems.emplace(std::string(stemmer->Stem(forms[s])), next);
    ids_[s] = found->second;
    if (is_new) names_.push_back(found->first);
  }
  keeps_all_ = names_.size() == ids_.size() && stemmer->is_identity();
  if (!stemmer->is_identity() && settings.config.vocab_file.empty()) NameByForms(surfaces);
  return {};
}

// A stem goes by the name of its most frequent form, of equally frequent ones the first in the
// order of their bytes. No two stems have a form in common.
void Refinement::NameByForms(const RawWords& surfaces) {
  constexpr std::uint32_t kNone = kGone;
  const std::vector<std::string_view> forms = surfaces.Words();
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    const Count tokens_a = surfaces.tokens()[a];
    const Count tokens_b = surfaces.tokens()[b];
    return tokens_a != tokens_b ? tokens_a > tokens_b : forms[a] < forms[b];
  };
  std::vector<std::uint32_t> best(names_.size(), kNone);
  for (std::uint32_t s = 0; s < ids_.size(); ++s) {
    if (ids_[s] == kGone) continue;
    std::uint32_t& form = best[ids_[s]];
    if (form == kNone || before(s, form)) form = s;
  }
  stems_ = names_;
  for (std::size_t w = 0; w < names_.size(); ++w) names_[w] = forms[best[w]];
}

Status Refinement::JoinPhrases(const PreprocessSettings& settings, const RawWords& surfaces,
                               const SpillWriter& spill, const Holdout& holdout) {
  std::vector<Count> tokens(names_.size());
  for (std::size_t s = 0; s < ids_.size(); ++s) {
    if (ids_[s] != kGone) tokens[ids_[s]] += surfaces.tokens()[s];
  }
  const auto visit = [&](const std::function<void(std::span<const std::uint32_t>)>& count) {
    return ForEachDocument(settings, spill, [&](Count d, std::span<const std::uint32_t> words) {
      if (!holdout.Has(static_cast<DocId>(d))) count(words);
    });
  };
  PhraseRules rules;
  rules.min_count = settings.config.phrase_min_count;
  rules.threshold = settings.config.phrase_threshold;
  LIGHTLDA_ASSIGN_OR_RETURN(pairs_, FindPhrases(visit, tokens, rules));
  begins_.assign(names_.size(), 0);
  ends_.assign(names_.size(), 0);
  // A phrase may be spelled as a word is, or as another phrase: then they are one word.
  WordMap<std::uint32_t> joined;
  for (const WordPair pair : pairs_) {
    begins_[FirstOf(pair)] = 1;
    ends_[SecondOf(pair)] = 1;
    std::string name = PhraseSet::Join(names_[FirstOf(pair)], names_[SecondOf(pair)]);
    const auto surface = surfaces.Find(name);
    const std::uint32_t word = surface ? ids_[*surface] : kGone;
    if (word != kGone && names_[word] == name) {
      phrases_.emplace(pair, word);
      continue;
    }
    const auto next = static_cast<std::uint32_t>(names_.size());
    const auto [found, is_new] = joined.emplace(std::move(name), next);
    if (is_new) names_.push_back(found->first);
    phrases_.emplace(pair, found->second);
  }
  return {};
}

void Refinement::Rewrite(std::vector<std::uint32_t>* tokens) const {
  if (keeps_all_ && phrases_.empty()) return;
  std::size_t size = 0;
  bool open = false;  // the last word may begin a phrase
  for (const std::uint32_t surface : *tokens) {
    const std::uint32_t word = ids_[surface];
    if (word == kGone) continue;
    if (open && ends_[word] != 0) {
      const auto phrase = phrases_.find(PairOf((*tokens)[size - 1], word));
      if (phrase != phrases_.end()) {
        (*tokens)[size - 1] = phrase->second;
        open = false;
        continue;
      }
    }
    (*tokens)[size++] = word;
    open = !begins_.empty() && begins_[word] != 0;
  }
  tokens->resize(size);
}

Status Refinement::ForEachDocument(const PreprocessSettings& settings, const SpillWriter& spill,
                                   const Visit& visit) const {
  LIGHTLDA_ASSIGN_OR_RETURN(SpillReader reader,
                            SpillReader::Open(spill.path(), settings.Spilled()));
  std::vector<std::uint32_t> words;
  for (Count d = 0; d < spill.num_documents(); ++d) {
    LIGHTLDA_RETURN_IF_ERROR(reader.NextTokens(&words));
    Rewrite(&words);
    visit(d, words);
  }
  return {};
}

Status Refinement::CountDocuments(const PreprocessSettings& settings, const SpillWriter& spill,
                                  const Holdout& holdout) {
  std::vector<Count> tokens(names_.size());
  std::vector<Count> documents(names_.size());
  std::vector<Count> last_document(names_.size());  // 1 + the last one with the word
  held_out_tokens_.assign(names_.size(), 0);
  const auto count = [&](Count d, std::span<const std::uint32_t> words) {
    if (holdout.Has(static_cast<DocId>(d))) {
      for (const std::uint32_t word : words) ++held_out_tokens_[word];
      return;
    }
    for (const std::uint32_t word : words) {
      ++tokens[word];
      documents[word] += last_document[word] != d + 1 ? 1 : 0;
      last_document[word] = d + 1;
    }
  };
  LIGHTLDA_RETURN_IF_ERROR(ForEachDocument(settings, spill, count));
  words_.SetWords(names_, std::move(tokens), std::move(documents));
  return {};
}

WordChanges Refinement::FormsOf(const std::vector<bool>& keeps) const {
  std::vector<bool> needed(stems_.size());
  for (std::size_t w = 0; w < stems_.size(); ++w) needed[w] = keeps[w];
  for (const WordPair pair : pairs_) {
    if (stems_.empty()) break;
    needed[FirstOf(pair)] = needed[SecondOf(pair)] = true;
  }
  WordChanges forms;
  for (std::size_t w = 0; w < stems_.size(); ++w) {
    if (needed[w] && stems_[w] != names_[w]) forms.emplace(stems_[w], names_[w]);
  }
  // Few stems are spelled as a form of another stem. They must not be taken for that.
  std::set<std::string_view> taken;
  for (const auto& [stem, form] : forms) taken.insert(form);
  for (std::size_t w = 0; w < stems_.size(); ++w) {
    if (!needed[w] && taken.contains(stems_[w])) forms.emplace(stems_[w], names_[w]);
  }
  return forms;
}

PhraseSet Refinement::PhrasesOf() const {
  PhraseSet phrases;
  for (const WordPair pair : pairs_) phrases.Add(names_[FirstOf(pair)], names_[SecondOf(pair)]);
  return phrases;
}

std::vector<std::uint32_t> Refinement::PhraseWords() const {
  std::vector<std::uint32_t> words;
  for (const auto& [pair, word] : phrases_) words.push_back(word);
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  return words;
}

Result<Refinement> Refinement::Make(const PreprocessSettings& settings, const RawWords& surfaces,
                                    const SpillWriter& spill, const Holdout& holdout) {
  Refinement refinement;
  refinement.words_.TakeDropped(surfaces);
  if (PicksStopwords(settings.config.stopwords)) {
    LIGHTLDA_RETURN_IF_ERROR(refinement.PickStopwords(surfaces));
  }
  LIGHTLDA_RETURN_IF_ERROR(refinement.MapSurfaces(surfaces, settings));
  if (settings.config.phrases != "none") {
    LIGHTLDA_RETURN_IF_ERROR(refinement.JoinPhrases(settings, surfaces, spill, holdout));
  }
  LIGHTLDA_RETURN_IF_ERROR(refinement.CountDocuments(settings, spill, holdout));
  return refinement;
}

}  // namespace lightlda
