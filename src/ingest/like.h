// How another corpus or model has read text.
#ifndef LIGHTLDA_INGEST_LIKE_H_
#define LIGHTLDA_INGEST_LIKE_H_

#include <string>
#include <vector>

#include "lightlda/status.h"
#include "text/text_pipeline.h"

namespace lightlda {

struct Like {
  TextPipelineSettings pipeline;   // of text
  std::vector<std::string> words;  // of the vocabulary, in order; each spelling once
};

// `directory` is a corpus or a model. Errors: those of Corpus::Open and Model::Load; kBadInput if
// it was made of bags of words.
Result<Like> ReadLike(const std::string& directory);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_LIKE_H_
