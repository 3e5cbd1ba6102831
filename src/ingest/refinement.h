// What can be told of words only once the whole input was read.
//
// Which bundled list of stop words fits, which form of a stem is the most frequent, and which words
// are phrases takes the counts of all surface forms. So such an input is read as surface forms, as
// they come from the tokenizer (replaced, without the stop words that were named); the refinement
// says what becomes of each of them, and every document is rewritten as it is read back from the
// spill.
#ifndef LIGHTLDA_INGEST_REFINEMENT_H_
#define LIGHTLDA_INGEST_REFINEMENT_H_

#include <tsl/robin_map.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "ingest/holdout.h"
#include "ingest/preprocess_settings.h"
#include "ingest/raw_words.h"
#include "ingest/spill.h"
#include "ingest/word_pair.h"
#include "lightlda/status.h"
#include "lightlda/types.h"
#include "text/stopwords.h"
#include "text/text_pipeline.h"

namespace lightlda {

// Whether an input with these settings is read as surface forms and refined.
bool NeedsRefinement(const PreprocessSettings& settings);

// How it is read: `pipeline` without what the refinement does.
TextPipelineSettings SurfacePipeline(TextPipelineSettings pipeline);

// Not thread-safe.
class Refinement {
 public:
  // surfaces: of the documents that were read and spilled, by surface id. Reads the spill. Errors:
  // kFailure; those of Stemmer::Create.
  static Result<Refinement> Make(const PreprocessSettings& settings, const RawWords& surfaces,
                                 const SpillWriter& spill, const Holdout& holdout);

  // Replaces the surface ids of a document by ids of words().
  void Rewrite(std::vector<std::uint32_t>* tokens) const;

  const RawWords& words() const { return words_; }
  // Tokens of held-out documents by word, [words().size()].
  const std::vector<Count>& held_out_tokens() const { return held_out_tokens_; }
  // By surface id: the id of the word that it stands for; kGone: none.
  static constexpr std::uint32_t kGone = std::numeric_limits<std::uint32_t>::max();
  std::span<const std::uint32_t> ids() const { return ids_; }

  // The list of stop words that was picked; empty if none was.
  const StopwordSet& picked_stopwords() const { return picked_stopwords_; }
  const std::string& picked_language() const { return picked_language_; }
  const std::vector<std::string>& notes() const { return notes_; }

  // The forms of stems, and the phrases, as who reads new text must know them: the forms of the
  // stems that `keeps` (by word id) or phrases need, and all phrases.
  WordChanges FormsOf(const std::vector<bool>& keeps) const;
  PhraseSet PhrasesOf() const;
  // Ids of words that are phrases, ascending.
  std::vector<std::uint32_t> PhraseWords() const;

 private:
  using Visit = std::function<void(Count document, std::span<const std::uint32_t> words)>;

  Status PickStopwords(const RawWords& surfaces);
  Status MapSurfaces(const RawWords& surfaces, const PreprocessSettings& settings);
  void NameByForms(const RawWords& surfaces);
  Status JoinPhrases(const PreprocessSettings& settings, const RawWords& surfaces,
                     const SpillWriter& spill, const Holdout& holdout);
  Status CountDocuments(const PreprocessSettings& settings, const SpillWriter& spill,
                        const Holdout& holdout);
  // Calls visit for every spilled document, rewritten.
  Status ForEachDocument(const PreprocessSettings& settings, const SpillWriter& spill,
                         const Visit& visit) const;

  StopwordSet picked_stopwords_;
  std::string picked_language_;
  std::vector<std::string> notes_;
  std::vector<std::uint32_t> ids_;
  bool keeps_all_ = false;          // every surface form is a word, with the same id
  std::vector<std::string> names_;  // by word
  std::vector<std::string> stems_;  // by word, phrases left out; empty: words are named by them
  std::vector<WordPair> pairs_;     // the phrases, ascending
  tsl::robin_map<WordPair, std::uint32_t, WordPairHash> phrases_;  // the word that a pair becomes
  std::vector<std::uint8_t> ends_;                                 // by word: 1 if it ends a phrase
  std::vector<std::uint8_t> begins_;                               // a phrase, by word
  RawWords words_;
  std::vector<Count> held_out_tokens_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_REFINEMENT_H_
