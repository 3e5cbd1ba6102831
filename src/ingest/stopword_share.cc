#include "ingest/stopword_share.h"

#include <cmath>
#include <numeric>

#include "base/progress.h"
#include "text/stopwords.h"

namespace lightlda {
bool StopwordShare::fits() const {
  const bool script = language == "zh" || language == "ko";
  return share() >= (script ? kMinStopwordShareOfScript : kMinStopwordShare);
}

std::string StopwordShare::Name() const {
  return language + " (" + StopwordLanguageName(language) + ")";
}

std::string StopwordShare::Amount() const {
  return std::to_string(std::lround(share() * 100)) + " % of the tokens (" + FormatCount(tokens) +
         " of " + FormatCount(num_tokens) + ")";
}

Result<StopwordShare> FindStopwordList(const RawWords& words, std::span<const Count> tokens) {
  StopwordShare best;
  best.num_tokens = std::accumulate(tokens.begin(), tokens.end(), Count{0});
  for (const std::string& language : BundledStopwordLanguages()) {
    LIGHTLDA_ASSIGN_OR_RETURN(const StopwordSet list, LoadStopwords(language));
    Count taken = 0;
    for (const std::string& word : list.words()) {
      if (const auto id = words.Find(word)) taken += tokens[*id];
    }
    if (taken > best.tokens) {
      best.language = language;
      best.tokens = taken;
    }
  }
  return best;
}

}  // namespace lightlda
