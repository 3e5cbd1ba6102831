// One document, token by token.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/document_tables.h"

namespace lightlda {
namespace {

// A document that was read.
struct ReadDocument {
  DocId index = 0;
  std::string name;
  std::vector<std::string_view> words;  // of each token
  std::vector<TopicId> topics;          // likewise
  std::vector<TopicShare> shares;       // of its topics, largest first
  std::vector<double> share_of;         // by topic
};

Result<std::size_t> BlockOf(const Corpus& corpus, DocId document) {
  DocId end = 0;
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    end += corpus.blocks()[block].num_documents;
    if (document < end) return block;
  }
  return Status::Usage("`index`: expected one below " + std::to_string(end) + ", found " +
                       std::to_string(document));
}

Result<ReadDocument> Read(const Model& model, const Corpus& corpus, DocId index) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t block, BlockOf(corpus, index));
  LIGHTLDA_ASSIGN_OR_RETURN(const AssignedBlock all, AssignedBlock::Read(model, corpus, block));
  ReadDocument read;
  bool found = false;
  const auto visit = [&](const AssignedDocument& document) {
    if (document.document != index) return Status();
    found = true;
    read.index = index;
    read.name = document.name;
    read.topics.assign(document.topics.begin(), document.topics.end());
    for (const WordId word : document.words) read.words.push_back(model.vocabulary().word(word));
    return Status();
  };
  LIGHTLDA_RETURN_IF_ERROR(all.Visit(0, all.num_documents(), visit));
  if (!found) {
    return Status::BadInput("document " + std::to_string(index) +
                            " had no topics yet when the run stopped");
  }
  read.share_of.resize(model.num_topics());
  std::vector<std::uint32_t> counts(model.num_topics());
  for (const TopicId topic : read.topics) ++counts[topic];
  double alpha_sum = 0;
  for (const double alpha : model.alpha()) alpha_sum += alpha;
  const auto length = static_cast<double>(read.topics.size());
  for (TopicId topic = 0; topic < model.num_topics(); ++topic) {
    if (counts[topic] == 0) continue;
    read.share_of[topic] = counts[topic] / length;
    const double probability = (counts[topic] + model.alpha()[topic]) / (length + alpha_sum);
    read.shares.push_back({topic, counts[topic], probability, read.share_of[topic]});
  }
  std::ranges::stable_sort(read.shares, std::greater<>(), &TopicShare::count);
  return read;
}

void PutText(const ReadDocument& document, TextWriter* out) {
  constexpr int kDigits = 4;
  out->PutEscaped(document.name, /*escape_spaces=*/false);
  char before = '\t';
  for (const TopicShare& share : document.shares) {
    out->Put(before);
    out->PutInt(share.topic);
    out->Put(':');
    out->PutNumber(share.share, kDigits);
    before = ' ';
  }
  out->Put('\n');
  for (std::size_t i = 0; i < document.words.size(); ++i) {
    out->PutEscaped(document.words[i], /*escape_spaces=*/false);
    out->Put('\t');
    out->PutInt(document.topics[i]);
    out->Put('\n');
  }
}

void PutJson(const ReadDocument& document, TextWriter* out) {
  const auto list = [&](const char* name, std::size_t size, const auto& put) {
    out->Put(std::string(",\"") + name + "\":[");
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) out->Put(',');
      put(i);
    }
    out->Put(']');
  };
  out->Put("{\"document\":");
  out->PutJsonString(document.name);
  out->Put(",\"index\":");
  out->PutInt(document.index);
  list("topics", document.shares.size(), [&](std::size_t i) {
    const TopicShare& share = document.shares[i];
    out->Put("{\"topic\":");
    out->PutInt(share.topic);
    out->Put(",\"probability\":");
    out->PutNumber(share.probability);
    out->Put(",\"count\":");
    out->PutInt(share.count);
    out->Put(",\"share\":");
    out->PutNumber(share.share);
    out->Put('}');
  });
  list("words", document.words.size(),
       [&](std::size_t i) { out->PutJsonString(document.words[i]); });
  list("word_topics", document.topics.size(),
       [&](std::size_t i) { out->PutInt(document.topics[i]); });
  out->Put("}\n");
}

void PutTable(const ReadDocument& document, ExportFormat format, TextWriter* out) {
  RecordShape shape;
  shape.heads = {{"token"}, {"word"}, {"topic"}, {"share"}};
  const auto records = MakeRecordWriter(format, shape, out);
  records->Begin();
  for (std::size_t i = 0; i < document.words.size(); ++i) {
    const TopicId topic = document.topics[i];
    const Value heads[] = {std::uint64_t{i}, document.words[i], std::uint64_t{topic},
                           document.share_of[topic]};
    records->Put(heads, {});
  }
  records->End();
}

// Text within an element or a quoted attribute. What is no UTF-8, and control characters, become
// U+FFFD.
void PutHtml(std::string_view text, TextWriter* out) {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  const std::string quoted = nlohmann::json(std::string(text)).dump(-1, ' ', false, kReplace);
  for (const char c : nlohmann::json::parse(quoted).get<std::string>()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out->Put("&amp;");
    } else if (c == '<') {
      out->Put("&lt;");
    } else if (c == '>') {
      out->Put("&gt;");
    } else if (c == '"') {
      out->Put("&quot;");
    } else if (c == '\'') {
      out->Put("&#39;");
    } else if (byte < 0x20 || byte == 0x7F) {
      out->Put("\xEF\xBF\xBD");
    } else {
      out->Put(c);
    }
  }
}

// Neighbouring topics get hues that are far apart: steps of the golden angle.
void PutMarked(std::string_view text, TopicId topic, TextWriter* out) {
  const std::uint64_t hue = std::uint64_t{topic} * 137508 / 1000 % 360;
  out->Put("<span title=\"topic " + std::to_string(topic) + "\" style=\"background:hsl(" +
           std::to_string(hue) + ",70%,85%)\">");
  PutHtml(text, out);
  out->Put("</span>");
}

constexpr std::string_view kHtmlHead =
    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<style>\n"
    "body{font:16px/1.7 sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
    "color:#111;background:#fff}\n"
    "span{padding:.1em .3em;border-radius:.2em;unicode-bidi:isolate}\n"
    "</style>\n<title>";

void PutPage(const ReadDocument& document, TextWriter* out) {
  constexpr int kDigits = 4;
  out->Put(kHtmlHead);
  PutHtml(document.name, out);
  out->Put("</title>\n</head>\n<body>\n<h1>");
  PutHtml(document.name, out);
  out->Put("</h1>\n<ul>\n");
  for (const TopicShare& share : document.shares) {
    out->Put("<li>");
    PutMarked("topic " + std::to_string(share.topic), share.topic, out);
    out->Put(' ');
    out->PutNumber(share.share, kDigits);
    out->Put(" (");
    out->PutInt(share.count);
    out->Put(" tokens)</li>\n");
  }
  out->Put("</ul>\n<p>\n");
  for (std::size_t i = 0; i < document.words.size(); ++i) {
    PutMarked(document.words[i], document.topics[i], out);
    out->Put('\n');
  }
  out->Put("</p>\n</body>\n</html>\n");
}

}  // namespace

Status ExportDocument(const Model& model, const Corpus& corpus, DocId document,
                      const ExportOptions& options, const ExportSink& sink) {
  LIGHTLDA_RETURN_IF_ERROR(CheckSparse(options));
  LIGHTLDA_ASSIGN_OR_RETURN(const ReadDocument read, Read(model, corpus, document));
  TextWriter out(sink);
  if (options.format == ExportFormat::kText) {
    PutText(read, &out);
  } else if (options.format == ExportFormat::kJson) {
    PutJson(read, &out);
  } else {
    PutTable(read, options.format, &out);
  }
  return out.Finish();
}

Status ExportDocumentAsHtml(const Model& model, const Corpus& corpus, DocId document,
                            const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const ReadDocument read, Read(model, corpus, document));
  TextWriter out(sink);
  PutPage(read, &out);
  return out.Finish();
}

}  // namespace lightlda
