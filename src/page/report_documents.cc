// The documents of a report.
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "page/report_tables.h"
#include "report/document_pass.h"
#include "report/metadata_text.h"

namespace lightlda {
namespace {

constexpr std::size_t kTopicsOfDocument = 5;

// Where the parts of a document come from.
struct Sources {
  std::optional<MetadataText> text;
  std::optional<std::size_t> title, date, category, url, body;
  bool snippets = false;
};

std::optional<std::size_t> FindField(const std::vector<MetadataField>& fields,
                                     std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if (fields[f].name == name) return f;
    }
  }
  return std::nullopt;
}

Result<Sources> FindSources(const Corpus& corpus) {
  Sources sources;
  if (corpus.metadata_schema().empty()) return sources;
  sources.snippets = corpus.metadata_schema().snippet_bytes != 0;
  if (corpus.metadata_fields().empty()) return sources;
  LIGHTLDA_ASSIGN_OR_RETURN(sources.text, MetadataText::Create(corpus));
  const auto& fields = sources.text->fields();
  sources.title = sources.text->title();
  sources.date = sources.text->date();
  sources.url = FindField(fields, {"url", "link"});
  const auto body = FindField(
      fields, {"text", "abstract", "body", "content", "summary", "description", "snippet"});
  if (body && fields[*body].type == MetadataType::kText) sources.body = body;
  for (std::size_t f = 0; f < fields.size() && !sources.category; ++f) {
    if (fields[f].type == MetadataType::kCategory && f != sources.url) sources.category = f;
  }
  return sources;
}

void DescribeMetadata(const Sources& sources, const BlockMetadata& metadata, std::uint32_t row,
                      std::size_t text_bytes, ReportDocument* document) {
  const auto value = [&](const std::optional<std::size_t>& field) {
    return field ? sources.text->Text(metadata, *field, row) : std::string();
  };
  document->title = value(sources.title);
  document->date = value(sources.date);
  document->category = value(sources.category);
  document->url = value(sources.url);
  const std::string body =
      sources.snippets ? std::string(metadata.Snippet(row)) : value(sources.body);
  document->text = StartOfText(body, text_bytes, &document->text_is_cut);
}

// The words that the corpus has of a document, as far as they fit.
std::string WordsOf(const Model& model, std::span<const WordId> words, std::size_t bytes,
                    bool* is_cut) {
  std::string text;
  for (const WordId word : words) {
    if (text.size() > bytes) break;
    text += (text.empty() ? "" : " ") + std::string(model.vocabulary().word(word));
  }
  return StartOfText(text, bytes, is_cut);
}

std::vector<TopicShare> LargestShares(const DocumentTopics& topics, std::size_t row) {
  std::vector<TopicShare> shares;
  const CsrView counts = topics.counts();
  for (std::size_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
    TopicShare share;
    share.topic = counts.topics[i];
    share.count = counts.counts[i];
    share.probability = topics.Probability(row, share.topic, share.count);
    shares.push_back(share);
  }
  std::ranges::stable_sort(shares, std::greater<>(), &TopicShare::probability);
  shares.resize(std::min(shares.size(), kTopicsOfDocument));
  return shares;
}

// Fills what a pass finds of the documents that are looked for.
class Describer {
 public:
  Describer(const Model& model, const Sources& sources, std::size_t text_bytes,
            std::vector<ReportDocument>* documents)
      : model_(model), sources_(sources), text_bytes_(text_bytes), documents_(*documents) {}

  Status Describe(const DocumentRange& range) {
    std::size_t at = range.begin;
    std::optional<DocumentTopics> topics;
    return range.block->Visit(range.begin, range.end, [&](const AssignedDocument& found) {
      const std::size_t row = at++ - range.begin;
      const auto document =
          std::ranges::lower_bound(documents_, found.document, {}, &ReportDocument::document);
      if (document == documents_.end() || document->document != found.document) return Status();
      if (!topics) topics = DocumentTopics::Of(model_, *range.block, range.begin, range.end);
      document->topics = LargestShares(*topics, row);
      if (range.metadata != nullptr) {
        DescribeMetadata(sources_, *range.metadata, found.row, text_bytes_, &*document);
      }
      if (!sources_.snippets && !sources_.body) {
        document->text = WordsOf(model_, found.words, text_bytes_, &document->text_is_cut);
      }
      return Status();
    });
  }

 private:
  const Model& model_;
  const Sources& sources_;
  std::size_t text_bytes_;
  std::vector<ReportDocument>& documents_;
};

}  // namespace

std::string StartOfText(std::string_view text, std::size_t bytes, bool* is_cut) {
  std::string start;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && (start.empty() || start.back() == ' ')) continue;
    start += blank ? ' ' : c;
    if (!blank && start.size() > bytes) break;
  }
  if (!start.empty() && start.back() == ' ') start.pop_back();
  *is_cut = start.size() > bytes;
  if (!*is_cut) return start;
  std::size_t end = start.rfind(' ', bytes);
  if (end == std::string::npos) {
    // A text without blanks is cut where a character begins.
    end = bytes;
    while (end > 0 && (static_cast<unsigned char>(start[end]) & 0xC0) == 0x80) --end;
  }
  start.resize(end);
  return start;
}

Result<std::vector<ReportDocument>> DescribeDocuments(const Model& model, const Corpus& corpus,
                                                      std::vector<TopDocument> documents,
                                                      std::size_t text_bytes,
                                                      const DocumentPass& pass, bool* have_text) {
  std::ranges::sort(documents, {}, &TopDocument::document);
  std::vector<ReportDocument> described;
  for (const TopDocument& document : documents) {
    if (!described.empty() && described.back().document == document.document) continue;
    described.emplace_back();
    described.back().document = document.document;
    described.back().name = document.name;
    described.back().tokens = document.tokens;
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Sources sources, FindSources(corpus));
  *have_text = sources.snippets || sources.body;
  Describer describer(model, sources, text_bytes, &described);
  LIGHTLDA_RETURN_IF_ERROR(
      PassDocuments(model, corpus, pass, true, [&](int, const DocumentRange& range) {
        return describer.Describe(range);
      }).status());
  return described;
}

}  // namespace lightlda
