// Stemming by Snowball's libstemmer.
#ifndef LIGHTLDA_TEXT_STEMMER_H_
#define LIGHTLDA_TEXT_STEMMER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/status.h"

struct sb_stemmer;

namespace lightlda {

// Not thread-safe: one per thread.
class Stemmer {
 public:
  // `algorithm` is a libstemmer algorithm ("english", "german", or a code such as "en") or "none",
  // which leaves every word as it is. Errors: kUsage, listing the algorithms there are.
  static Result<std::unique_ptr<Stemmer>> Create(const std::string& algorithm);

  // The algorithms by their full names, without "none".
  static std::vector<std::string> Algorithms();

  ~Stemmer();
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;

  bool is_identity() const { return stemmer_ == nullptr; }

  // The stem of a folded word; never empty for a word that is not. Valid until the next call and no
  // longer than `word` itself is. REQUIRES: word is valid UTF-8.
  std::string_view Stem(std::string_view word);

 private:
  explicit Stemmer(sb_stemmer* stemmer) : stemmer_(stemmer) {}

  sb_stemmer* stemmer_;  // owned; null: identity
};

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_STEMMER_H_
