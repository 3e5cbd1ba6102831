#include "ingest/refinement.h"

#include <cmath>
#include <memory>
#include <utility>

#include "ingest/stopword_share.h"
#include "text/stemmer.h"

namespace lightlda {

bool NeedsRefinement(const PreprocessSettings& settings) {
  return !settings.bags() && PicksStopwords(settings.config.stopwords);
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

Status Refinement::MapSurfaces(const RawWords& surfaces, const std::string& stemmer) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::unique_ptr<Stemmer> stem, Stemmer::Create(stemmer));
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
    const auto [found, is_new] = stems.emplace(std::string(stem->Stem(forms[s])), next);
    ids_[s] = found->second;
    if (is_new) names_.push_back(found->first);
  }
  return {};
}

void Refinement::Rewrite(std::vector<std::uint32_t>* tokens) const {
  std::size_t size = 0;
  for (const std::uint32_t surface : *tokens) {
    if (ids_[surface] != kGone) (*tokens)[size++] = ids_[surface];
  }
  tokens->resize(size);
}

Status Refinement::CountDocuments(const PreprocessSettings& settings, const SpillWriter& spill,
                                  const Holdout& holdout) {
  LIGHTLDA_ASSIGN_OR_RETURN(SpillReader reader,
                            SpillReader::Open(spill.path(), false, settings.metadata.size()));
  std::vector<Count> tokens(names_.size());
  std::vector<Count> documents(names_.size());
  std::vector<Count> last_document(names_.size());  // 1 + the last one with the word
  held_out_tokens_.assign(names_.size(), 0);
  SpilledDocument document;
  for (Count d = 0; d < spill.num_documents(); ++d) {
    LIGHTLDA_RETURN_IF_ERROR(reader.Next(&document));
    Rewrite(&document.tokens);
    if (holdout.Has(static_cast<DocId>(d))) {
      for (const std::uint32_t word : document.tokens) ++held_out_tokens_[word];
      continue;
    }
    for (const std::uint32_t word : document.tokens) {
      ++tokens[word];
      documents[word] += last_document[word] != d + 1 ? 1 : 0;
      last_document[word] = d + 1;
    }
  }
  for (std::size_t w = 0; w < names_.size(); ++w) {
    words_.AddWord(names_[w], tokens[w], documents[w]);
  }
  return {};
}

Result<Refinement> Refinement::Make(const PreprocessSettings& settings, const RawWords& surfaces,
                                    const SpillWriter& spill, const Holdout& holdout) {
  Refinement refinement;
  for (const auto& [word, tokens] : surfaces.stop_words()) {
    refinement.words_.AddStopWord(word, tokens);
  }
  if (PicksStopwords(settings.config.stopwords)) {
    LIGHTLDA_RETURN_IF_ERROR(refinement.PickStopwords(surfaces));
  }
  LIGHTLDA_RETURN_IF_ERROR(refinement.MapSurfaces(surfaces, settings.config.stemmer));
  LIGHTLDA_RETURN_IF_ERROR(refinement.CountDocuments(settings, spill, holdout));
  return refinement;
}

}  // namespace lightlda
