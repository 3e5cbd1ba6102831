// Files of seed words: topics by name, and words that they are to be about.
#ifndef LIGHTLDA_TRAIN_SEED_WORDS_H_
#define LIGHTLDA_TRAIN_SEED_WORDS_H_

#include <string>
#include <vector>

#include "lightlda/status.h"

namespace lightlda {

struct SeedWord {
  std::string word;   // as written
  double weight = 0;  // > 0; 0: none is given
};

struct SeededTopic {
  std::string name;
  std::vector<SeedWord> words;  // each once
};

// A line is NAME<TAB>WORD WORD ...[<TAB>WEIGHT]; lines of one name are one topic, in the order of
// first lines. Empty lines and those that begin with # are skipped. Errors: kBadInput, "FILE:LINE:
// expected ..., found ...".
Result<std::vector<SeededTopic>> ReadSeedWords(const std::string& path);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SEED_WORDS_H_
