// What lightlda-dump writes for other tools: one format each, as a stream, a file or a directory.
#include <string>
#include <string_view>
#include <vector>

#include "flags.h"
#include "lightlda/diagnostics.h"
#include "lightlda/exchange.h"
#include "part.h"

namespace lightlda::tools {
namespace {

// --of as one of `known`; the first if it is not given.
Result<std::string> ParseOf(const std::vector<std::string>& known) {
  if (FLAGS_of.empty()) return known.front();
  std::string expected;
  for (const std::string& name : known) {
    if (name == FLAGS_of) return name;
    expected += (expected.empty() ? "" : name == known.back() ? " or " : ", ") + name;
  }
  return Status::Usage("--of=" + FLAGS_of + ": expected " + expected);
}

Result<NpyType> ParseDtype() {
  if (FLAGS_dtype == "auto") return NpyType::kAuto;
  if (FLAGS_dtype == "float32") return NpyType::kFloat32;
  if (FLAGS_dtype == "float64") return NpyType::kFloat64;
  if (FLAGS_dtype == "int32") return NpyType::kInt32;
  if (FLAGS_dtype == "int64") return NpyType::kInt64;
  return Status::Usage("--dtype=" + FLAGS_dtype +
                       ": expected auto, float32, float64, int32 or int64");
}

// Calls write(corpus) with the corpus of the model, and tells of documents left out.
template <typename Write>
Status WithCorpus(const DumpInput& input, const Write& write) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus(input.model));
  LIGHTLDA_ASSIGN_OR_RETURN(const VisitedDocuments documents, write(corpus));
  TellInactive(documents);
  return {};
}

using ExportOfDocuments = Result<VisitedDocuments> (*)(const Model&, const Corpus&,
                                                       const ExportSink&);

template <ExportOfDocuments export_documents>
Status WriteOfDocuments(const DumpInput& input, const ExportSink& sink) {
  return WithCorpus(
      input, [&](const Corpus& corpus) { return export_documents(input.model, corpus, sink); });
}

Status WriteNpy(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string of, ParseOf({"phi", "theta", "counts"}));
  LIGHTLDA_ASSIGN_OR_RETURN(const NpyType dtype, ParseDtype());
  if (of == "phi") return ExportPhiNpy(input.model, dtype, sink);
  if (of == "counts") return ExportCountsNpy(input.model, dtype, sink);
  return WithCorpus(input, [&](const Corpus& corpus) {
    return ExportThetaNpy(input.model, corpus, dtype, sink);
  });
}

Status WriteMatrixMarket(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string of, ParseOf({"word_topic", "doc_topic", "corpus"}));
  if (of == "word_topic") return ExportWordTopicMatrix(input.model, sink);
  if (of == "doc_topic") return WriteOfDocuments<ExportDocumentTopicMatrix>(input, sink);
  return WriteOfDocuments<ExportCorpusMatrix>(input, sink);
}

Status WriteNames(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string of, ParseOf({"words", "documents"}));
  if (of == "words") return ExportWordNames(input.model, sink);
  return WriteOfDocuments<ExportDocumentNames>(input, sink);
}

Status WriteMalletKeys(const DumpInput& input, const ExportSink& sink) {
  return ExportMalletKeys(input.model, input.options.top_words, sink);
}

Status WriteMalletDiagnostics(const DumpInput& input, const ExportSink& sink) {
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, OpenCorpus(input.model));
  const std::size_t top_words = input.options.top_words;
  LIGHTLDA_ASSIGN_OR_RETURN(const Diagnostics diagnostics,
                            DiagnoseTopics(input.model, &corpus, {.top_words = top_words}));
  TellInactive(diagnostics.documents);
  return ExportMalletDiagnostics(input.model, diagnostics, top_words, sink);
}

ExchangeTarget TargetOf(const std::string& output, const StopToken& stop) {
  return {output, FLAGS_overwrite, stop};
}

using WriteOfTarget = Result<VisitedDocuments> (*)(const Model&, const Corpus&,
                                                   const ExchangeTarget&);

template <WriteOfTarget write_target>
Status WriteNamed(const DumpInput& input, const std::string& output, const StopToken& stop) {
  return WithCorpus(input, [&](const Corpus& corpus) {
    return write_target(input.model, corpus, TargetOf(output, stop));
  });
}

Result<VisitedDocuments> WriteLdavisOfAllCores(const Model& model, const Corpus& corpus,
                                               const ExchangeTarget& target) {
  return WriteLdavis(model, corpus, target);
}

Status WriteGensimNamed(const DumpInput& input, const std::string& output, const StopToken& stop) {
  return WriteGensim(input.model, TargetOf(output, stop));
}

bool OfIsOfDocuments() {
  return FLAGS_of == "theta" || FLAGS_of == "doc_topic" || FLAGS_of == "corpus" ||
         FLAGS_of == "documents";
}

constexpr DumpPart kParts[] = {
    {"names", "names, one per line (--of=words|documents)", false, false, WriteNames,
     DumpForm::kStream, nullptr, OfIsOfDocuments},
    {"npy", "NumPy array (--of=phi|theta|counts)", false, false, WriteNpy, DumpForm::kStream,
     nullptr, OfIsOfDocuments},
    {"matrix_market", "sparse matrix (--of=word_topic|doc_topic|corpus)", false, false,
     WriteMatrixMarket, DumpForm::kStream, nullptr, OfIsOfDocuments},
    {"ldavis", "directory: arrays and JSON for LDAvis and pyLDAvis", false, true, nullptr,
     DumpForm::kNamed, WriteNamed<WriteLdavisOfAllCores>},
    {"mallet_state", "Mallet's state of all tokens; a file is gzip", false, true,
     WriteOfDocuments<ExportMalletState>, DumpForm::kStream, WriteNamed<WriteMalletState>},
    {"mallet_keys", "Mallet's topic keys: topic, alpha, words", false, false, WriteMalletKeys,
     DumpForm::kStream},
    {"mallet_doc_topics", "Mallet's doc topics: number, name, all shares", false, true,
     WriteOfDocuments<ExportMalletDocTopics>, DumpForm::kStream},
    {"mallet_diagnostics", "Mallet's diagnostics of topics, as XML", false, true,
     WriteMalletDiagnostics, DumpForm::kStream},
    {"microsoft_lightlda", "directory: model, doc_topic and block files of LightLDA", false, true,
     nullptr, DumpForm::kNamed, WriteNamed<WriteMicrosoftFiles>},
    {"ldac", "directory: corpus.dat, final.beta, final.gamma of LDA-C", false, true, nullptr,
     DumpForm::kNamed, WriteNamed<WriteLdaC>},
    {"gensim", "directory: what an LdaModel of gensim is made of", false, false, nullptr,
     DumpForm::kNamed, WriteGensimNamed},
    {"sqlite", "database of topics, words and documents", false, true, nullptr, DumpForm::kNamed,
     WriteNamed<WriteSqlite>},
};

}  // namespace

std::span<const DumpPart> ExchangeParts() { return kParts; }

}  // namespace lightlda::tools
