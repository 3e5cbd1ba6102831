// Mallet's files: the state of the sampler, topic keys, topics of documents.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/file.h"
#include "exchange/documents.h"
#include "exchange/export_directory.h"
#include "exchange/mallet_format.h"
#include "export/compressor.h"
#include "export/export_file.h"
#include "export/text_writer.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

bool NeedsEscape(std::string_view field) {
  return field == kNoSource || std::ranges::any_of(field, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= 0x20 || byte == 0x7F || c == '\\';
         });
}

// A field between spaces. A name that looks like none at all is escaped by its first letter.
void PutField(std::string_view field, TextWriter* out) {
  if (field == kNoSource) {
    out->Put("\\x4e");
    field.remove_prefix(1);
  }
  out->PutEscaped(field, /*escape_spaces=*/true);
}

// Whether any name of a word or document has to be escaped.
Result<bool> AnyEscape(const Model& model, const Corpus& corpus) {
  if (std::ranges::any_of(model.vocabulary().words(), NeedsEscape)) return true;
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto names, corpus.ReadDocumentNames(block));
    if (std::ranges::any_of(names, NeedsEscape)) return true;
  }
  return false;
}

void PutHeader(const Model& model, bool escaped, TextWriter* out) {
  out->Put(kStateHeader);
  out->Put('\n');
  out->Put(kAlphaLine);
  for (const double alpha : model.alpha()) {
    out->PutNumber(alpha);
    out->Put(' ');
  }
  out->Put('\n');
  out->Put(kBetaLine);
  out->PutNumber(model.beta());
  out->Put('\n');
  if (!escaped) return;
  out->Put(kEscapedLine);
  out->Put('\n');
}

void PutTokens(const Model& model, const AssignedDocument& document, std::uint64_t row,
               TextWriter* out) {
  for (std::size_t i = 0; i < document.words.size(); ++i) {
    out->PutInt(row);
    out->Put(' ');
    if (document.name.empty()) {
      out->Put(kNoSource);
    } else {
      PutField(document.name, out);
    }
    out->Put(' ');
    out->PutInt(i);
    out->Put(' ');
    out->PutInt(document.words[i]);
    out->Put(' ');
    PutField(model.vocabulary().word(document.words[i]), out);
    out->Put(' ');
    out->PutInt(document.topics[i]);
    out->Put('\n');
  }
}

}  // namespace

Result<VisitedDocuments> ExportMalletState(const Model& model, const Corpus& corpus,
                                           const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const bool escaped, AnyEscape(model, corpus));
  TextWriter out(sink);
  PutHeader(model, escaped, &out);
  std::uint64_t row = 0;
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited,
                            VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
                              PutTokens(model, document, row++, &out);
                              return out.status();
                            }));
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

Result<VisitedDocuments> WriteMalletState(const Model& model, const Corpus& corpus,
                                          const ExchangeTarget& target) {
  VisitedDocuments visited;
  const auto write = [&](const std::string& temporary) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(temporary));
    const ExportSink store = [&](std::string_view piece) { return file.Append(piece); };
    LIGHTLDA_ASSIGN_OR_RETURN(const auto gzip, Compressor::ForName(".gz", store));
    const ExportSink compress = [&](std::string_view piece) {
      LIGHTLDA_RETURN_IF_ERROR(CheckStop(target));
      return gzip->Append(piece);
    };
    LIGHTLDA_ASSIGN_OR_RETURN(visited, ExportMalletState(model, corpus, compress));
    LIGHTLDA_RETURN_IF_ERROR(gzip->Finish());
    return file.Close();
  };
  LIGHTLDA_RETURN_IF_ERROR(WriteFileInPlace(target.path, target.overwrite, write));
  return visited;
}

Status ExportMalletKeys(const Model& model, std::size_t top_words, const ExportSink& sink) {
  TextWriter out(sink);
  const auto topics = model.TopWords(top_words);
  for (std::size_t topic = 0; topic < topics.size() && out.status().ok(); ++topic) {
    out.PutInt(topic);
    out.Put('\t');
    out.PutNumber(model.alpha()[topic]);
    char before = '\t';
    if (topics[topic].empty()) out.Put(before);
    for (const TopWord& top : topics[topic]) {
      out.Put(before);
      out.PutEscaped(model.vocabulary().word(top.word), /*escape_spaces=*/true);
      before = ' ';
    }
    out.Put('\n');
  }
  return out.Finish();
}

Result<VisitedDocuments> ExportMalletDocTopics(const Model& model, const Corpus& corpus,
                                               const ExportSink& sink) {
  TextWriter out(sink);
  std::uint64_t number = 0;
  std::vector<double> theta(model.num_topics());
  const auto put = [&](const DocumentTopics& documents) {
    for (std::size_t row = 0; row < documents.num_documents() && out.status().ok(); ++row) {
      out.PutInt(number++);
      out.Put('\t');
      out.PutEscaped(documents.names()[row], /*escape_spaces=*/false);
      documents.FillRow(row, theta);
      for (const double probability : theta) {
        out.Put('\t');
        out.PutNumber(probability);
      }
      out.Put('\n');
    }
    return out.status();
  };
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments visited,
                            VisitDocumentTopics(model, corpus, put));
  LIGHTLDA_RETURN_IF_ERROR(out.Finish());
  return visited;
}

}  // namespace lightlda
