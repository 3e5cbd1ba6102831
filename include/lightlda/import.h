// Models that other tools trained (docs/exchange.md). lightlda/exchange.h is the way out.
#ifndef LIGHTLDA_IMPORT_H_
#define LIGHTLDA_IMPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/export.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

struct ImportOptions {
  // One word per line, or Microsoft LightLDA's dictionary, "id<TAB>word<TAB>count". Empty: the
  // words of the state; of a Microsoft model the numbers of the words.
  std::string vocab_file;
  // Microsoft LightLDA alone, whose files do not have them. alpha: of all topics, or [num_topics].
  std::vector<double> alpha = {0.01};
  double beta = 0.01;
  std::uint32_t num_topics = 0;  // 0: the highest topic of the files, and one
  // Whether the documents come, too, with the topics of their tokens; and where the caller will
  // save them, which is what the model says of its corpus.
  bool with_corpus = false;
  std::string corpus_directory;
};

// In memory; to be saved.
struct ImportedModel {
  Model model;
  std::optional<Corpus> corpus;    // if asked for; what the model was trained on
  std::vector<std::string> notes;  // for the user: what the files did not have
};

// Both: all checked, all in memory: with a corpus about 16 bytes per token, else the tables. From
// any thread. Errors: kBadInput "FILE:LINE: ...", saying what was expected and what was found;
// kUsage for alpha, beta or num_topics that are out of range; kCancelled; kOutOfMemory.

// A state of Mallet, compressed or not. Documents without lines between others become empty ones. A
// document whose source is NA goes by its number. Words that have no token, hence no line, go by
// "<type N>" unless there is a vocabulary.
LIGHTLDA_EXPORT Result<ImportedModel> ImportMalletState(const std::string& path,
                                                        const ImportOptions& options = {},
                                                        const StopToken& stop = {});

// The model files of Microsoft LightLDA in a directory: server_S_table_0.model of all servers,
// whose sums must be those of server_S_table_1.model. With a corpus, also block.0, block.1 and so
// on, whose topics must add up to the tables; documents go by their number.
LIGHTLDA_EXPORT Result<ImportedModel> ImportMicrosoftModel(const std::string& directory,
                                                           const ImportOptions& options = {},
                                                           const StopToken& stop = {});

// Saves both, as Model::Save and Corpus::Save; neither, if one fails. corpus_directory: that of the
// options; not used without a corpus. Errors: theirs.
LIGHTLDA_EXPORT Status SaveImportedModel(const ImportedModel& imported,
                                         const std::string& model_directory,
                                         const std::string& corpus_directory, bool overwrite);

}  // namespace lightlda

#endif  // LIGHTLDA_IMPORT_H_
