// What a preprocessing run tells of itself.
#ifndef LIGHTLDA_INGEST_PREPROCESS_SUMMARY_H_
#define LIGHTLDA_INGEST_PREPROCESS_SUMMARY_H_

#include <nlohmann/json_fwd.hpp>

#include "ingest/chunk_source.h"
#include "ingest/ingest.h"
#include "ingest/metadata_table.h"
#include "ingest/preprocess_settings.h"
#include "ingest/refinement.h"
#include "ingest/vocabulary_choice.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda {

// A run whose input was read and whose words were chosen. Valid as long as all of it is.
struct PreprocessRun {
  const PreprocessSettings& settings;
  const ChunkSource& source;
  const Ingest& ingest;
  const VocabularyChoice& choice;
  const Refinement* refinement;  // null: there is none
};

// Adds what is known by now to a summary. table: null if metadata is in the input.
void Summarise(const PreprocessRun& run, const MetadataTable* table, PreprocessSummary* summary);

// Notes what the names of the documents are not.
void NoteNames(const Ingest& ingest, PreprocessSummary* summary);

// Of fewer tokens nothing is said: few words of any language are in some list by chance, and a
// handful of sentences may well be half function words.
inline constexpr Count kMinTokensForAdvice = 1000;
// Notes that text without stop words is full of those of a bundled list. Errors: those of
// FindStopwordList.
Status AdviseStopwords(const PreprocessRun& run, PreprocessSummary* summary);

// For the manifest of the corpus.
nlohmann::ordered_json SummaryToJson(const PreprocessSummary& summary);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_PREPROCESS_SUMMARY_H_
