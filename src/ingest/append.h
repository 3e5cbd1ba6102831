// What a preprocessing run must know of the corpus that it adds documents to.
#ifndef LIGHTLDA_INGEST_APPEND_H_
#define LIGHTLDA_INGEST_APPEND_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "corpus/corpus_append.h"
#include "ingest/ingest.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "text/text_pipeline.h"

namespace lightlda {

struct Appending {
  AppendBase base;
  std::shared_ptr<const TextPipelineSettings> pipeline;  // how its documents were read
  std::vector<std::string> words;                        // of its vocabulary, by id
};

// Errors: those of ReadAppendBase.
Result<Appending> ReadAppending(const std::string& directory);

// Errors: kBadInput if such documents cannot be read as those of the corpus were: text beside bags
// of words, words without names beside words with names; kUsage.
Status CheckAppended(const Appending& appending, const PreprocessConfig& config,
                     InputFormat format);

// Errors: kBadInput if a word would have more tokens than one id can have. added: tokens by word.
Status CheckFrequencies(const Appending& appending, std::span<const Count> added);

// The corpus's names are there before those that are read. Errors: kBadInput.
Status AddKnownNames(const Corpus& corpus, Ingest* ingest);

// The summary of the corpus's manifest with `added`, that of this run, in the list "appended".
nlohmann::ordered_json SummaryWithAppended(const Appending& appending,
                                           const PreprocessSummary& summary,
                                           nlohmann::ordered_json added);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_APPEND_H_
