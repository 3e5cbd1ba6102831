// TextReader: texts in memory as words of a model.
#ifndef LIGHTLDA_TEXT_READER_H_
#define LIGHTLDA_TEXT_READER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// What the model knows of some texts, as Inferencer::Infer takes it.
struct TextWords {
  std::vector<std::uint64_t> begins = {0};  // [num_texts + 1], into words
  std::vector<WordId> words;                // in text order
  std::vector<std::uint32_t> num_unknown;   // [num_texts]: tokens that the model does not know
};

// Reads texts exactly as the model's corpus was read, with the model's own text pipeline and
// vocabulary; InferDocuments does the same for files. Stop words are no tokens.
//
// Immutable; copies are cheap and share it. Any number of threads may call.
class LIGHTLDA_EXPORT TextReader {
 public:
  // Errors: kBadInput for a model that was trained on bags of words, or on text that this version
  // would read in another way; kOutOfMemory.
  static Result<TextReader> Create(const Model& model);

  // The words of texts, [texts.size()]. They do not depend on the number of threads; 0: one per
  // core. Errors: kBadInput for a text that is not UTF-8, by its number from 0; kFailure if ICU
  // fails; kOutOfMemory.
  Result<TextWords> Read(std::span<const std::string_view> texts, int num_threads = 0) const;

 private:
  struct Impl;
  explicit TextReader(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_READER_H_
