// Mallet's diagnostics file: XML, a topic with its scores and its most probable words.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/printable.h"
#include "export/text_writer.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

// Text of an element. XML has no other control characters than blanks, and no bytes that are not
// UTF-8: they become U+FFFD.
void PutXmlText(std::string_view text, TextWriter* out) {
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t code_point = 0;
    const std::size_t length = DecodeUtf8(text, at, &code_point);
    const bool blank = code_point == '\t' || code_point == '\n' || code_point == '\r';
    const bool none = code_point == 0xFFFE || code_point == 0xFFFF;
    if (length == 0 || none || (code_point < 0x20 && !blank)) {
      out->Put("\xEF\xBF\xBD");
    } else if (code_point == '&') {
      out->Put("&amp;");
    } else if (code_point == '<') {
      out->Put("&lt;");
    } else if (code_point == '>') {
      out->Put("&gt;");
    } else if (blank) {  // a reader would make others of them
      out->Put("&#");
      out->PutInt(code_point);
      out->Put(';');
    } else {
      out->Put(text.substr(at, length));
    }
    at += length == 0 ? 1 : length;
  }
}

void PutAttribute(std::string_view name, double value, TextWriter* out) {
  out->Put(' ');
  out->Put(name);
  out->Put("='");
  out->PutNumber(value);
  out->Put('\'');
}

void PutAttribute(std::string_view name, const std::optional<double>& value, TextWriter* out) {
  if (value) PutAttribute(name, *value, out);
}

// The share of the topic's documents in which it has most tokens.
std::optional<double> RankOneShare(const TopicDiagnostics& topic) {
  if (!topic.rank1_documents || topic.documents.value_or(0) == 0) return std::nullopt;
  return static_cast<double>(*topic.rank1_documents) / static_cast<double>(*topic.documents);
}

void PutWords(const Model& model, const TopicDiagnostics& topic, std::span<const TopWord> words,
              TextWriter* out) {
  double cumulative = 0;
  std::uint64_t rank = 0;
  for (const TopWord& word : words) {
    if (word.count == 0) break;  // Mallet knows no others of a topic
    const double share = word.count / static_cast<double>(topic.tokens);
    cumulative += share;
    out->Put("<word");
    PutAttribute("rank", static_cast<double>(++rank), out);
    PutAttribute("count", word.count, out);
    PutAttribute("prob", share, out);
    PutAttribute("cumulative", cumulative, out);
    out->Put('>');
    PutXmlText(model.vocabulary().word(word.word), out);
    out->Put("</word>\n");
  }
}

}  // namespace

Status ExportMalletDiagnostics(const Model& model, const Diagnostics& diagnostics,
                               std::size_t top_words, const ExportSink& sink) {
  TextWriter out(sink);
  out.Put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model>\n");
  const auto words = model.TopWords(top_words);
  for (std::size_t id = 0; id < diagnostics.topics.size() && out.status().ok(); ++id) {
    const TopicDiagnostics& topic = diagnostics.topics[id];
    out.Put("<topic id='");
    out.PutInt(id);
    out.Put('\'');
    PutAttribute("tokens", static_cast<double>(topic.tokens), &out);
    PutAttribute("document_entropy", topic.document_entropy, &out);
    PutAttribute("uniform_dist", topic.uniform_distance, &out);
    PutAttribute("corpus_dist", topic.corpus_distance, &out);
    PutAttribute("eff_num_words", topic.effective_words, &out);
    PutAttribute("rank_1_docs", RankOneShare(topic), &out);
    PutAttribute("exclusivity", topic.exclusivity, &out);
    out.Put(">\n");
    PutWords(model, topic, words[id], &out);
    out.Put("</topic>\n");
  }
  out.Put("</model>\n");
  return out.Finish();
}

}  // namespace lightlda
