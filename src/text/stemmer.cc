#include "text/stemmer.h"

#include <libstemmer.h>

namespace lightlda {

Result<std::unique_ptr<Stemmer>> Stemmer::Create(const std::string& algorithm) {
  if (algorithm == "none") return std::unique_ptr<Stemmer>(new Stemmer(nullptr));
  sb_stemmer* stemmer = sb_stemmer_new(algorithm.c_str(), "UTF_8");
  if (stemmer != nullptr) return std::unique_ptr<Stemmer>(new Stemmer(stemmer));
  std::string message = "`stemmer`: expected none";
  for (const std::string& name : Algorithms()) message += ", " + name;
  return Status::Usage(message + "; found \"" + algorithm + "\"");
}

std::vector<std::string> Stemmer::Algorithms() {
  std::vector<std::string> names;
  for (const char** name = sb_stemmer_list(); *name != nullptr; ++name) names.emplace_back(*name);
  return names;
}

Stemmer::~Stemmer() {
  if (stemmer_ != nullptr) sb_stemmer_delete(stemmer_);
}

std::string_view Stemmer::Stem(std::string_view word) {
  if (stemmer_ == nullptr) return word;
  const sb_symbol* stem = sb_stemmer_stem(stemmer_, reinterpret_cast<const sb_symbol*>(word.data()),
                                          static_cast<int>(word.size()));
  // Out of memory gives null, and a stem of nothing is no word: both keep the word.
  if (stem == nullptr || sb_stemmer_length(stemmer_) == 0) return word;
  return {reinterpret_cast<const char*>(stem),
          static_cast<std::size_t>(sb_stemmer_length(stemmer_))};
}

}  // namespace lightlda
