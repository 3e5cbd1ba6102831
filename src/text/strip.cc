#include "text/strip.h"

#include <algorithm>
#include <utility>

#include "text/strip_filters.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

struct Named {
  const char* name;
  bool (*filter)(std::string_view, std::string*, StripCounts*);
};
// In the order in which they are done: mails have parts in HTML, and all may have addresses.
constexpr std::array kFilters = {Named{"email", StripEmail}, Named{"html", StripHtml},
                                 Named{"latex", StripLatex}, Named{"url", StripUrls}};

constexpr auto kNone = std::string_view::npos;

bool IsHostCharacter(char c) { return IsLetter(c) || IsDigit(c) || c == '-'; }

// Finds places of addresses one after the other. Each sign is searched once through the text.
class AddressFinder {
 public:
  explicit AddressFinder(std::string_view text) : text_(text) {}

  // The next address that begins at or after `from`: [begin, end); begin is kNone if there is none.
  std::pair<std::size_t, std::size_t> Next(std::size_t from) {
    while (true) {
      for (std::size_t i = 0; i < kSigns.size(); ++i) {
        if (next_[i] != kNone && next_[i] < from) next_[i] = text_.find(kSigns[i], from);
      }
      const auto sign = std::ranges::min_element(next_);
      if (*sign == kNone) return {kNone, kNone};
      const std::size_t at = *sign;
      const std::size_t which = static_cast<std::size_t>(sign - next_.begin());
      const auto found = which == 0   ? WebAddress(from, at)
                         : which == 1 ? MailAddress(from, at)
                                      : HostName(from, at);
      if (found.first != kNone) return found;
      *sign = text_.find(kSigns[which], at + 1);
    }
  }

 private:
  static constexpr std::array<std::string_view, 4> kSigns = {"://", "@", "www.", "WWW."};
  using Place = std::pair<std::size_t, std::size_t>;

  std::size_t Back(std::size_t from, std::size_t at, std::string_view others) const {
    while (at > from && (IsHostCharacter(text_[at - 1]) || others.find(text_[at - 1]) != kNone)) {
      --at;
    }
    return at;
  }

  // Where an address that has begun ends: before blanks, quotes, brackets, and characters of
  // scripts without blanks; without the punctuation of the sentence around it.
  std::size_t EndOfAddress(std::size_t begin) const {
    std::size_t at = begin;
    while (at < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at]);
      if (c <= ' ' || c >= 0xE0 || std::string_view("<>\"`{}|\\^").find(text_[at]) != kNone) break;
      ++at;
    }
    while (at > begin && std::string_view(".,;:!?)]'*").find(text_[at - 1]) != kNone) {
      const std::string_view address = text_.substr(begin, at - begin);
      const bool is_pair = address.ends_with(')') &&
                           std::ranges::count(address, '(') >= std::ranges::count(address, ')');
      if (is_pair) break;
      --at;
    }
    return at;
  }

  Place WebAddress(std::size_t from, std::size_t at) const {
    const std::size_t begin = Back(from, at, "+.");
    const std::size_t end = EndOfAddress(at + 3);
    return begin < at && end > at + 3 ? Place{begin, end} : Place{kNone, kNone};
  }

  Place HostName(std::size_t from, std::size_t at) const {
    if (at > from && IsHostCharacter(text_[at - 1])) return {kNone, kNone};
    const std::size_t end = EndOfAddress(at + 4);
    return end > at + 4 ? Place{at, end} : Place{kNone, kNone};
  }

  Place MailAddress(std::size_t from, std::size_t at) const {
    const std::size_t begin = Back(from, at, "._%+");
    std::size_t end = at + 1;
    std::size_t dots = 0;
    for (; end < text_.size(); ++end) {
      const bool is_dot =
          text_[end] == '.' && end + 1 < text_.size() && IsHostCharacter(text_[end + 1]);
      if (!is_dot && !IsHostCharacter(text_[end])) break;
      dots += is_dot ? 1 : 0;
    }
    return begin < at && dots > 0 ? Place{begin, end} : Place{kNone, kNone};
  }

  std::string_view text_;
  std::array<std::size_t, kSigns.size()> next_ = {text_.find(kSigns[0]), text_.find(kSigns[1]),
                                                  text_.find(kSigns[2]), text_.find(kSigns[3])};
};

}  // namespace

bool StripUrls(std::string_view text, std::string* out, StripCounts* counts) {
  AddressFinder finder(text);
  out->clear();
  std::size_t done = 0;
  while (true) {
    const auto [begin, end] = finder.Next(done);
    if (begin == kNone) break;
    out->append(text.substr(done, begin - done)).push_back(' ');
    counts->Add(Stripped::kUrls);
    done = end;
  }
  if (done == 0) return false;
  out->append(text.substr(done));
  return true;
}

Status CheckStrip(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::ranges::any_of(kFilters, [&](const Named& known) { return known.name == name; })) {
      continue;
    }
    return Status::Usage("`strip`: expected html, email, latex or url, found " + QuoteBytes(name));
  }
  return {};
}

std::vector<std::string> StripInOrder(const std::vector<std::string>& names) {
  std::vector<std::string> ordered;
  for (const Named& known : kFilters) {
    if (std::ranges::find(names, known.name) != names.end()) ordered.emplace_back(known.name);
  }
  return ordered;
}

Stripper::Stripper(const std::vector<std::string>& names) {
  for (const Named& known : kFilters) {
    if (std::ranges::find(names, known.name) != names.end()) filters_.push_back(known.filter);
  }
}

std::string_view Stripper::Strip(std::string_view text) {
  std::size_t next = 0;
  for (const Filter filter : filters_) {
    if (!filter(text, &buffers_[next], &counts_)) continue;
    text = buffers_[next];
    next = 1 - next;
  }
  return text;
}

}  // namespace lightlda
