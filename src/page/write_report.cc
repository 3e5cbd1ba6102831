// Puts a report together, as large as it may be.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/out_of_memory.h"
#include "lightlda/report.h"
#include "page/data_block.h"
#include "page/embedded.h"
#include "page/encode_report.h"
#include "page/report_tables.h"

namespace lightlda {
namespace {

constexpr std::string_view kTitleMark = "<!--TITLE-->";
constexpr std::string_view kDataMark = "<!--DATA-->";

// The page around the data.
struct Page {
  std::string before;
  std::string_view after;
};

Page MakePage(const std::string& title) {
  const std::string_view page = EmbeddedPage();
  const std::size_t title_at = page.find(kTitleMark);
  const std::size_t data_at = page.find(kDataMark);
  Page parts;
  parts.before = std::string(page.substr(0, title_at)) + EscapeHtml(ToUtf8(title));
  const std::size_t rest = title_at + kTitleMark.size();
  parts.before += page.substr(rest, data_at - rest);
  parts.after = page.substr(data_at + kDataMark.size());
  return parts;
}

// A way to make the file smaller, and how a reader is told.
struct Reduction {
  ReportCuts cuts;
  std::string what;
};

std::vector<Reduction> Reductions(const ReportOptions& options) {
  ReportCuts cuts;
  cuts.documents = options.documents;
  cuts.text_bytes = options.snippet_bytes;
  std::vector<Reduction> steps = {{cuts, ""}};
  const auto add = [&](const std::string& what) { steps.push_back({cuts, what}); };
  const auto documents = [&](std::size_t most) {
    if (cuts.documents <= most) return;
    cuts.documents = most;
    add("documents of a topic beyond the first " + std::to_string(most));
  };
  const auto words = [&](Count tokens) {
    cuts.min_tokens = tokens;
    add("words with fewer than " + std::to_string(tokens) + " tokens");
  };
  const auto texts = [&](std::size_t bytes) {
    if (cuts.text_bytes <= bytes) return;
    cuts.text_bytes = bytes;
    add(bytes == 0 ? "the texts of documents"
                   : "texts of documents beyond " + std::to_string(bytes) + " bytes");
  };
  cuts.min_count = 2;
  add("counts of 1: a word that has one token in a topic");
  texts(120);
  documents(5);
  documents(3);
  for (const Count tokens : {2, 4, 8, 16}) words(tokens);
  texts(0);
  documents(1);
  documents(0);
  for (Count tokens = 32; tokens <= Count{1} << 20; tokens *= 2) words(tokens);
  return steps;
}

bool SameWords(const ReportCuts& a, const ReportCuts& b) {
  return a.min_count == b.min_count && a.min_tokens == b.min_tokens;
}
bool SameDocuments(const ReportCuts& a, const ReportCuts& b) {
  return a.documents == b.documents && a.text_bytes == b.text_bytes;
}

// All blocks of a report, packed.
class Blocks {
 public:
  Blocks(const Model& model, const Corpus* corpus, const ReportTables& tables,
         const ReportOptions& options)
      : model_(model), corpus_(corpus), tables_(tables), options_(options), totals_(model) {}

  // What is the same whatever is left out.
  Status PackRest() {
    LIGHTLDA_ASSIGN_OR_RETURN(header_, PackBytes(EncodeHeader(model_, corpus_, tables_, options_)));
    for (const ReportGroups& groups : tables_.groups) {
      LIGHTLDA_ASSIGN_OR_RETURN(std::string packed,
                                PackBytes(EncodeGroups(groups, model_.num_topics())));
      groups_.push_back(std::move(packed));
    }
    return {};
  }

  // Packs anew what the step changes.
  Status Pack(const ReportCuts& cuts, const std::vector<std::string>& left_out) {
    const auto pack = [](const std::string& bytes, std::string* packed) -> Status {
      LIGHTLDA_ASSIGN_OR_RETURN(*packed, PackBytes(bytes));
      return {};
    };
    LIGHTLDA_RETURN_IF_ERROR(pack(EncodeLeftOut(left_out), &left_out_));
    if (!packed_ || !SameWords(cuts, cuts_)) {
      const WordTotals words = totals_.From(cuts.min_tokens);
      LIGHTLDA_RETURN_IF_ERROR(pack(EncodeVocabulary(model_, words), &vocabulary_));
      LIGHTLDA_RETURN_IF_ERROR(pack(EncodeTotals(words, cuts), &word_totals_));
      LIGHTLDA_RETURN_IF_ERROR(pack(EncodeTable(model_, words, cuts), &table_));
    }
    if (!packed_ || !SameDocuments(cuts, cuts_)) {
      LIGHTLDA_RETURN_IF_ERROR(pack(EncodeDocuments(tables_, cuts), &documents_));
    }
    packed_ = true;
    cuts_ = cuts;
    return {};
  }

  // Elements of the page, each with one line.
  std::vector<std::string> Elements() const {
    std::vector<std::string> elements = {
        Element("header", header_), Element("vocab", vocabulary_), Element("totals", word_totals_),
        Element("table", table_),   Element("docs", documents_),   Element("left_out", left_out_)};
    for (std::size_t f = 0; f < groups_.size(); ++f) {
      elements.push_back(Element("group" + std::to_string(f), groups_[f]));
    }
    return elements;
  }

 private:
  static std::string Element(const std::string& id, const std::string& packed) {
    return "<script type=\"application/octet-stream\" id=\"" + id + "\">" + packed + "</script>\n";
  }

  const Model& model_;
  const Corpus* corpus_;
  const ReportTables& tables_;
  const ReportOptions& options_;
  WordTotals totals_;
  bool packed_ = false;
  ReportCuts cuts_;
  std::string header_, left_out_, vocabulary_, word_totals_, table_, documents_;
  std::vector<std::string> groups_;
};

std::uint64_t SizeOf(const Page& page, const std::vector<std::string>& elements) {
  std::uint64_t size = page.before.size() + page.after.size();
  for (const std::string& element : elements) size += element.size();
  return size;
}

Result<ReportSummary> Write(const Model& model, const Corpus* corpus, const ReportOptions& options,
                            const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ReportTables tables, GatherReport(model, corpus, options));
  const Page page = MakePage(options.title.empty() ? "Topics" : options.title);
  Blocks blocks(model, corpus, tables, options);
  LIGHTLDA_RETURN_IF_ERROR(blocks.PackRest());
  ReportSummary summary;
  summary.left_out = tables.notes;
  for (const Reduction& step : Reductions(options)) {
    if (!step.what.empty()) summary.left_out.push_back(step.what);
    LIGHTLDA_RETURN_IF_ERROR(blocks.Pack(step.cuts, summary.left_out));
    const std::vector<std::string> elements = blocks.Elements();
    summary.bytes = SizeOf(page, elements);
    if (options.pass.stop.stop_requested())
      return Status::Cancelled("interrupted; nothing is written");
    if (summary.bytes > options.max_bytes) continue;
    LIGHTLDA_RETURN_IF_ERROR(sink(page.before));
    for (const std::string& element : elements) LIGHTLDA_RETURN_IF_ERROR(sink(element));
    LIGHTLDA_RETURN_IF_ERROR(sink(page.after));
    return summary;
  }
  return Status::Usage("`max_bytes`=" + std::to_string(options.max_bytes) +
                       ": the smallest report of this model has " + std::to_string(summary.bytes) +
                       " bytes");
}

}  // namespace

Result<ReportSummary> WriteReport(const Model& model, const Corpus* corpus,
                                  const ReportOptions& options, const ExportSink& sink) {
  return CatchBadAlloc([&] { return Write(model, corpus, options, sink); });
}

}  // namespace lightlda
