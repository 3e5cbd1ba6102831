#include "ingest/preprocess_summary.h"

#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "ingest/stopword_share.h"
#include "text/utf8.h"

namespace lightlda {

void Summarise(const PreprocessRun& run, const MetadataTable* table, PreprocessSummary* summary) {
  const auto& [settings, source, ingest, choice, refinement] = run;
  summary->format = settings.format;
  summary->num_documents = ingest.num_documents() - ingest.num_held_out();
  summary->num_held_out_documents = ingest.num_held_out();
  const std::span<const Count> held_out =
      refinement != nullptr ? refinement->held_out_tokens() : ingest.held_out_tokens();
  for (std::size_t raw = 0; raw < held_out.size(); ++raw) {
    if (choice.ids[raw] != kDroppedWord) summary->num_held_out_tokens += held_out[raw];
  }
  summary->num_words = static_cast<Count>(choice.words.size());
  summary->num_tokens = choice.num_tokens;
  summary->bytes_read = static_cast<Count>(ingest.text_bytes());
  summary->notes.insert(summary->notes.begin(), source.notes().begin(), source.notes().end());
  const auto add = [](const ReasonCounts& from, std::map<std::string, Count>* to) {
    for (const auto& [reason, count] : from) (*to)[reason] += count;
  };
  add(ingest.dropped_tokens(), &summary->dropped_tokens);
  add(choice.dropped_tokens, &summary->dropped_tokens);
  add(choice.dropped_words, &summary->dropped_words);
  for (const auto& [reason, examples] : choice.dropped_examples) {
    summary->dropped_examples[reason] = examples.Words();
  }
  add(ingest.skipped_lines(), &summary->skipped_lines);
  add(ingest.stripped(), &summary->stripped);
  SkippedFiles files = source.skipped_files();
  files.Add(ingest.skipped_files());
  summary->num_skipped_files = files.count;
  summary->skipped_files = std::move(files.messages);
  summary->bad_metadata = table != nullptr ? table->bad() : ingest.bad_metadata();
  summary->bad_metadata.resize(settings.metadata.size());
}

Status AdviseStopwords(const PreprocessRun& run, PreprocessSummary* summary) {
  if (run.settings.bags() || run.settings.config.stopwords != "none") return {};
  const RawWords& surfaces = run.ingest.words();
  std::vector<Count> kept(surfaces.tokens());
  for (std::size_t s = 0; s < kept.size(); ++s) {
    const std::uint32_t word =
        run.refinement != nullptr ? run.refinement->ids()[s] : static_cast<std::uint32_t>(s);
    if (run.choice.ids[word] == kDroppedWord) kept[s] = 0;
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const StopwordShare share, FindStopwordList(surfaces, kept));
  if (share.share() < kMinStopwordShare || share.num_tokens < kMinTokensForAdvice) return {};
  summary->notes.push_back("no stop words were removed, and " + share.Amount() +
                           " are in the list " + share.Name() + "; `stopwords`=" + share.language +
                           " removes them");
  return {};
}

void NoteNames(const Ingest& ingest, PreprocessSummary* summary) {
  if (const Count repeated = ingest.names().num_repeated(); repeated > 0) {
    summary->notes.push_back(FormatCount(repeated) +
                             (repeated == 1 ? " document has" : " documents have") +
                             " the name of one before, as " + QuoteBytes(ingest.names().first()) +
                             "; what is joined by name cannot tell them apart");
  }
  if (const Count mended = ingest.num_mended_names(); mended > 0) {
    summary->notes.push_back(FormatCount(mended) + (mended == 1 ? " name" : " names") +
                             " of documents had tabs or other control characters, which became " +
                             "blanks");
  }
}

nlohmann::ordered_json SummaryToJson(const PreprocessSummary& summary) {
  nlohmann::ordered_json json = {{"num_empty_documents", summary.num_empty_documents},
                                 {"bytes_read", summary.bytes_read},
                                 {"dropped_tokens", summary.dropped_tokens},
                                 {"dropped_words", summary.dropped_words},
                                 {"dropped_examples", summary.dropped_examples},
                                 {"skipped_lines", summary.skipped_lines}};
  if (!summary.stripped.empty()) json["stripped"] = summary.stripped;
  if (summary.num_skipped_files > 0) json["skipped_files"] = summary.num_skipped_files;
  return json;
}

}  // namespace lightlda
