// How text becomes words: the settings, as a corpus and its models keep them (text_pipeline.json),
// and the function from a text to its words. lightlda-preprocess runs on it too, so a model reads
// new text exactly as its corpus was read.
//
//   text -> markup goes (strip.h) -> tokenizer, which folds (tokenizer.h) -> words are replaced ->
//   stop words go -> stemmer -> the form that stands for a stem -> phrases are joined -> words
//
// Which of these words a model knows its vocabulary tells (Vocabulary::Find); all others go.
#ifndef LIGHTLDA_TEXT_TEXT_PIPELINE_H_
#define LIGHTLDA_TEXT_TEXT_PIPELINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"
#include "text/phrases.h"
#include "text/replacements.h"
#include "text/stemmer.h"
#include "text/stopwords.h"
#include "text/strip.h"
#include "text/tokenizer.h"

namespace lightlda {

inline constexpr char kTextPipelineFile[] = "text_pipeline.json";

struct TextPipelineSettings {
  enum class Input { kText, kBagOfWords };
  // Where the words of the vocabulary come from.
  enum class Words {
    kChosen,   // text: the input's own, chosen by how many documents they are in
    kGiven,    // a list of the user's. Text: tokens that are not in it went. Bags: names of the ids
    kNumbers,  // bags without such a list: a word's name is its number in the input
  };

  Input input = Input::kText;
  Words words = Words::kChosen;
  std::uint32_t first_number = 0;  // kNumbers: the first word's, 0 or 1

  // Of text only.
  std::vector<std::string> strip;  // what is taken off, as by StripInOrder; or empty
  std::string tokenizer = kTokenizerName;
  std::uint32_t tokenizer_version = kTokenizerVersion;
  std::string token_regex;   // with the tokenizer kRegexTokenizerName
  int min_token_length = 2;  // code points
  WordChanges replacements;  // of folded tokens
  StopwordSet stop_words;    // themselves, whatever list or file they came from
  // A libstemmer algorithm or "none". libstemmer has no version to record: its algorithms have
  // changed in details over the years.
  std::string stemmer = "none";
  // Of a stem the word that stands for it; of stems that are not here the stem itself.
  WordChanges forms;
  PhraseSet phrases;
};

// Of documents that came as words with names, not as text.
inline TextPipelineSettings BagsOfNamedWords() {
  TextPipelineSettings settings;
  settings.input = TextPipelineSettings::Input::kBagOfWords;
  settings.words = TextPipelineSettings::Words::kGiven;
  return settings;
}

// The text of text_pipeline.json: a manifest (base/manifest.h).
std::string FormatTextPipeline(const TextPipelineSettings& settings);

// The settings in `text`, the content of the file `path`. Errors: kBadInput, naming the file:
// damaged, another format version, a member that is missing, out of range or unknown.
Result<TextPipelineSettings> ParseTextPipeline(const std::string& path, const std::string& text);

// Those of a model, [Model::text_pipeline()], that reads text. Errors: likewise; kBadInput for one
// that was trained on bags of words.
Result<std::shared_ptr<const TextPipelineSettings>> ReadsTextBy(const std::string& text);

// Not thread-safe: one per thread; they may share the settings.
class TextPipeline {
 public:
  // REQUIRES: settings are of text. Errors: kUsage for an unknown stemmer, naming those there are;
  // kBadInput for a tokenizer that this program does not have, by name or version; kFailure if ICU
  // cannot be set up.
  static Result<std::unique_ptr<TextPipeline>> Create(
      std::shared_ptr<const TextPipelineSettings> settings);

  // Calls sink(std::string_view word) for every word of `text` in text order, stop words left out.
  // A word is valid during its call only. REQUIRES: text is valid UTF-8; the sink does not throw
  // and does not call this pipeline. Errors: kFailure if ICU fails, e.g. out of memory.
  template <typename Sink>
  Status Tokenize(std::string_view text, Sink&& sink) {
    PhraseJoiner joiner(settings_->phrases);
    const Status status = TokenizeSurfaces(text, [&](std::string_view surface) {
      if (const auto word = WordOf(surface)) joiner.Add(*word, sink);
    });
    joiner.Finish(sink);
    return status;
  }

  // Its steps, for who reads so much that it pays to remember the word of a surface form: the
  // folded tokens of a text, as Tokenize else, and
  template <typename Sink>
  Status TokenizeSurfaces(std::string_view text, Sink&& sink) {
    if (!stripper_.is_identity()) text = stripper_.Strip(text);
    return tokenizer_->Tokenize(text, sink);
  }
  // the word that a surface form stands for; nullopt: it is a stop word, or replaced by nothing.
  // Valid until the next call and no longer than `surface` is. Then phrases() are to be joined.
  std::optional<std::string_view> WordOf(std::string_view surface) {
    if (const auto to = settings_->replacements.find(surface);
        to != settings_->replacements.end()) {
      if (to->second.empty()) return std::nullopt;
      surface = to->second;
    }
    if (settings_->stop_words.Contains(surface)) return std::nullopt;
    const std::string_view stem = stemmer_->Stem(surface);
    const auto form = settings_->forms.find(stem);
    return form == settings_->forms.end() ? stem : std::string_view(form->second);
  }
  // Whether surface forms that are no stop words are words as they are.
  bool keeps_surfaces() const {
    return stemmer_->is_identity() && settings_->replacements.empty() && settings_->forms.empty();
  }
  const PhraseSet& phrases() const { return settings_->phrases; }

  // Tokens dropped since Create.
  Count num_too_short() const { return tokenizer_->num_too_short(); }
  Count num_too_long() const { return tokenizer_->num_too_long(); }
  // Of the short ones those dropped since the last call, with their numbers. In no order.
  std::vector<std::pair<std::string, Count>> TakeTooShort() { return tokenizer_->TakeTooShort(); }
  // What was taken off since Create.
  const StripCounts& stripped() const { return stripper_.counts(); }

 private:
  TextPipeline(std::shared_ptr<const TextPipelineSettings> settings,
               std::unique_ptr<Tokenizer> tokenizer, std::unique_ptr<Stemmer> stemmer)
      : settings_(std::move(settings)),
        stripper_(settings_->strip),
        tokenizer_(std::move(tokenizer)),
        stemmer_(std::move(stemmer)) {}

  std::shared_ptr<const TextPipelineSettings> settings_;
  Stripper stripper_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::unique_ptr<Stemmer> stemmer_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_TEXT_PIPELINE_H_
