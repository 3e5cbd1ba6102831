#include "text/stopwords.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/file.h"
#include "text/fold.h"
#include "text/stopword_lists.h"
#include "text/utf8.h"
#include "text/word_lines.h"

namespace lightlda {
namespace {

constexpr std::string_view kApostrophe = "'";
constexpr std::string_view kTypographicApostrophe = "\u2019";

struct BundledList {
  std::string_view code;   // ISO 639-1
  std::string_view names;  // the language, then its other codes: the names of the stemmers
  std::string_view words;
};

// In alphabetical order of the codes.
std::span<const BundledList> BundledLists() {
  static const std::array<BundledList, 28> lists = {
      {{"ar", "arabic ara", kStopwordsAr},       {"ca", "catalan cat", kStopwordsCa},
       {"da", "danish dan", kStopwordsDa},       {"de", "german ger deu", kStopwordsDe},
       {"el", "greek gre ell", kStopwordsEl},    {"en", "english eng", kStopwordsEn},
       {"es", "spanish esl spa", kStopwordsEs},  {"eu", "basque baq eus", kStopwordsEu},
       {"fi", "finnish fin", kStopwordsFi},      {"fr", "french fre fra", kStopwordsFr},
       {"ga", "irish gle", kStopwordsGa},        {"hi", "hindi hin", kStopwordsHi},
       {"hu", "hungarian hun", kStopwordsHu},    {"hy", "armenian arm hye", kStopwordsHy},
       {"id", "indonesian ind", kStopwordsId},   {"it", "italian ita", kStopwordsIt},
       {"ja", "japanese jpn", kStopwordsJa},     {"ko", "korean kor", kStopwordsKo},
       {"lt", "lithuanian lit", kStopwordsLt},   {"nl", "dutch dut nld", kStopwordsNl},
       {"no", "norwegian nor", kStopwordsNo},    {"pt", "portuguese por", kStopwordsPt},
       {"ro", "romanian rum ron", kStopwordsRo}, {"ru", "russian rus", kStopwordsRu},
       {"sv", "swedish swe", kStopwordsSv},      {"tr", "turkish tur", kStopwordsTr},
       {"vi", "vietnamese vie", kStopwordsVi},   {"zh", "chinese chi zho", kStopwordsZh}}};
  return lists;
}

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  while (true) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

Status AddFile(const std::string& path, StopwordSet* set) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  return ForEachWordLine(
      path, content,
      [&](std::string_view line, const std::string& where,
          const std::vector<std::string_view>& words) -> Status {
        if (words.size() == 1) return set->Add(words[0]);
        return Status::BadInput(where + "expected one word, found " + QuoteBytes(line));
      });
}

// The list of a language by its code or a name; null if there is none.
const BundledList* FindBundledList(std::string_view name) {
  for (const BundledList& list : BundledLists()) {
    if (list.code == name) return &list;
    std::string_view rest = list.names;
    for (std::string_view other = NextWord(&rest); !other.empty(); other = NextWord(&rest)) {
      if (other == name) return &list;
    }
  }
  return nullptr;
}

Status AddItem(const std::string& item, StopwordSet* set) {
  if (item == kAutoStopwords) return {};
  if (const BundledList* list = FindBundledList(item)) {
    std::string_view rest = list->words;
    for (std::string_view word = NextWord(&rest); !word.empty(); word = NextWord(&rest)) {
      LIGHTLDA_RETURN_IF_ERROR(set->Add(word));
    }
    return {};
  }
  if (PathExists(item)) return AddFile(item, set);
  std::string message = "`stopwords`: expected none, auto";
  for (const BundledList& list : BundledLists()) message += ", " + std::string(list.code);
  return Status::Usage(message + " or a file; found " + QuoteBytes(item, 200));
}

std::vector<std::string> ItemsOf(const std::string& spec) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= spec.size() && spec != "none";) {
    const std::size_t end = std::min(spec.find(',', begin), spec.size());
    items.push_back(spec.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

}  // namespace

Status StopwordSet::Add(std::string_view word) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::string folded, FoldText(word));
  if (folded.empty()) return {};
  const std::string plain = ReplaceAll(folded, kTypographicApostrophe, kApostrophe);
  words_.insert(ReplaceAll(plain, kApostrophe, kTypographicApostrophe));
  words_.insert(plain);
  words_.insert(std::move(folded));
  return {};
}

StopwordSet StopwordSet::FromFolded(const std::vector<std::string>& words) {
  StopwordSet set;
  set.words_.insert(words.begin(), words.end());
  return set;
}

std::vector<std::string> StopwordSet::Sorted() const {
  std::vector<std::string> words(words_.begin(), words_.end());
  std::ranges::sort(words);
  return words;
}

Result<StopwordSet> LoadStopwords(const std::string& spec) {
  StopwordSet set;
  for (const std::string& item : ItemsOf(spec)) LIGHTLDA_RETURN_IF_ERROR(AddItem(item, &set));
  return set;
}

std::vector<std::string> StopwordFiles(const std::string& spec) {
  std::vector<std::string> files = ItemsOf(spec);
  std::erase_if(files, [](const std::string& item) {
    return item == kAutoStopwords || FindBundledList(item) != nullptr;
  });
  return files;
}

bool PicksStopwords(const std::string& spec) {
  const std::vector<std::string> items = ItemsOf(spec);
  return std::ranges::find(items, kAutoStopwords) != items.end();
}

std::vector<std::string> BundledStopwordLanguages() {
  std::vector<std::string> languages;
  for (const BundledList& list : BundledLists()) languages.emplace_back(list.code);
  return languages;
}

std::string StopwordLanguageName(std::string_view code) {
  const BundledList* list = FindBundledList(code);
  if (list == nullptr) return "";
  std::string name(list->names.substr(0, list->names.find(' ')));
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

}  // namespace lightlda
