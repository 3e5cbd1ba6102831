// What can be told of words only once the whole input was read.
//
// Which bundled list of stop words fits, and which form of a stem is the most frequent, takes the
// counts of all surface forms. So such an input is read as surface forms, as they come from the
// tokenizer; the refinement says what becomes of each of them, and every document is rewritten as
// it is read back from the spill.
#ifndef LIGHTLDA_INGEST_REFINEMENT_H_
#define LIGHTLDA_INGEST_REFINEMENT_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "ingest/holdout.h"
#include "ingest/preprocess_settings.h"
#include "ingest/raw_words.h"
#include "ingest/spill.h"
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

 private:
  Status PickStopwords(const RawWords& surfaces);
  Status MapSurfaces(const RawWords& surfaces, const std::string& stemmer);
  Status CountDocuments(const PreprocessSettings& settings, const SpillWriter& spill,
                        const Holdout& holdout);

  StopwordSet picked_stopwords_;
  std::string picked_language_;
  std::vector<std::string> notes_;
  std::vector<std::uint32_t> ids_;
  std::vector<std::string> names_;  // by word
  RawWords words_;
  std::vector<Count> held_out_tokens_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_REFINEMENT_H_
