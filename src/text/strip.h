// Takes the markup off texts before they become words, and says what it took.
//
//   email  headers (a subject stays), quoted-printable and base64 are decoded, attachments,
//          signatures and the lines that introduce a reply go
//   html   tags, comments, scripts and styles go, entities become their characters
//   latex  commands, formulas and comments go, the words in arguments stay, accents become letters
//   url    addresses of the web and of mail go
//
// What is taken off between words becomes a blank. The work is linear in the text.
#ifndef LIGHTLDA_TEXT_STRIP_H_
#define LIGHTLDA_TEXT_STRIP_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// Raised whenever any text may lose more or less than before.
inline constexpr std::uint32_t kStripVersion = 1;

// What is counted, in the order of kStrippedNames.
enum class Stripped {
  kEmailHeaderLines,
  kEmailEscapes,
  kEmailAttachments,
  kEmailReplyLines,
  kEmailSignatures,
  kHtmlTags,
  kHtmlEntities,
  kHtmlComments,
  kHtmlScripts,
  kLatexCommands,
  kLatexFormulas,
  kLatexComments,
  kUrls,
};
inline constexpr std::array<const char*, 13> kStrippedNames = {
    "email header lines",      "email escaped bytes", "email attachments", "email reply lines",
    "email signatures",        "html tags",           "html entities",     "html comments",
    "html scripts and styles", "latex commands",      "latex formulas",    "latex comments",
    "web and mail addresses"};

class StripCounts {
 public:
  void Add(Stripped what, Count count = 1) { counts_[static_cast<std::size_t>(what)] += count; }
  const std::array<Count, kStrippedNames.size()>& counts() const { return counts_; }

 private:
  std::array<Count, kStrippedNames.size()> counts_ = {};
};

// Errors: kUsage for a name that is none of html, email, latex, url.
Status CheckStrip(const std::vector<std::string>& names);
// These, each once, in the order in which they are done. REQUIRES: CheckStrip is OK.
std::vector<std::string> StripInOrder(const std::vector<std::string>& names);

// Not thread-safe.
class Stripper {
 public:
  // REQUIRES: CheckStrip(names) is OK.
  explicit Stripper(const std::vector<std::string>& names);

  bool is_identity() const { return filters_.empty(); }
  // The text without it; valid as long as `text` and until the next call. REQUIRES: text is valid
  // UTF-8, and so is the result.
  std::string_view Strip(std::string_view text);
  const StripCounts& counts() const { return counts_; }

 private:
  using Filter = bool (*)(std::string_view, std::string*, StripCounts*);
  std::vector<Filter> filters_;
  std::array<std::string, 2> buffers_;
  StripCounts counts_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_TEXT_STRIP_H_
