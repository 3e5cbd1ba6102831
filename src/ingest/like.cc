#include "ingest/like.h"

#include <unordered_set>

#include "base/file.h"
#include "lightlda/corpus.h"
#include "lightlda/model.h"

namespace lightlda {
namespace {

Result<Like> FromParts(const std::string& directory, const std::string& pipeline,
                       const Vocabulary& vocabulary) {
  Like like;
  LIGHTLDA_ASSIGN_OR_RETURN(like.pipeline,
                            ParseTextPipeline(JoinPath(directory, kTextPipelineFile), pipeline));
  if (like.pipeline.input != TextPipelineSettings::Input::kText) {
    return Status::BadInput(directory +
                            ": was made of bags of words, so it does not say how to read text");
  }
  // The parts of a word that is too frequent for one id have one spelling.
  std::unordered_set<std::string> known;
  for (const std::string_view word : vocabulary.words()) {
    if (known.emplace(word).second) like.words.emplace_back(word);
  }
  return like;
}

}  // namespace

Result<Like> ReadLike(const std::string& directory) {
  if (PathExists(JoinPath(directory, "block-00000.bin"))) {
    LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(directory));
    return FromParts(directory, corpus.text_pipeline(), corpus.vocabulary());
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Model model, Model::Load(directory));
  return FromParts(directory, model.text_pipeline(), model.vocabulary());
}

}  // namespace lightlda
