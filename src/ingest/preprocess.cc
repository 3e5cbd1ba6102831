// Preprocess: two phases over bounded memory.
//
// Reading: one thread reads and cuts the inputs into chunks of lines, num_threads threads parse and
// tokenise them, and the calling thread takes the results in input order, gives words their raw
// ids, counts them, and spills the documents to a temporary file. Writing: now that all frequencies
// are known, the vocabulary is chosen, and the spill is read back and written as blocks. Nothing in
// it depends on the number of threads.
#include "lightlda/preprocess.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/out_of_memory.h"
#include "base/progress.h"
#include "base/staged_directory.h"
#include "corpus/corpus_format.h"
#include "corpus/corpus_writer.h"
#include "corpus/word_parts.h"
#include "ingest/append.h"
#include "ingest/chunk_reader.h"
#include "ingest/chunk_source.h"
#include "ingest/holdout.h"
#include "ingest/ingest.h"
#include "ingest/like.h"
#include "ingest/metadata_choice.h"
#include "ingest/metadata_table.h"
#include "ingest/preprocess_settings.h"
#include "ingest/preprocess_summary.h"
#include "ingest/refinement.h"
#include "ingest/spill.h"
#include "ingest/top_words.h"
#include "ingest/vocabulary_choice.h"
#include "ingest/word_list.h"
#include "lightlda/stop.h"
#include "text/fold.h"

namespace lightlda {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kProgressInterval{100};
constexpr Count kDocumentsBetweenChecks = 1024;

// All that is read.
std::vector<std::string> Sources(const PreprocessConfig& config) {
  std::vector<std::string> sources = config.inputs;
  for (const std::string& other :
       {config.vocab_file, config.metadata_file, config.replace_file, config.like}) {
    if (!other.empty()) sources.push_back(other);
  }
  const std::vector<std::string> files = StopwordFiles(config.stopwords);
  sources.insert(sources.end(), files.begin(), files.end());
  return sources;
}

// A corpus that is being written.
struct Part {
  StagedDirectory staged;
  std::unique_ptr<CorpusWriter> writer;
  Count num_documents = 0;  // written so far
  Count num_empty = 0;      // of these
};

// Two spellings of one directory that is not there yet.
bool IsSamePlace(const std::string& a, const std::string& b) {
  std::error_code error;
  const auto path_a = std::filesystem::weakly_canonical(WithoutTrailingSlash(a), error);
  const auto path_b = std::filesystem::weakly_canonical(WithoutTrailingSlash(b), error);
  return !error && path_a == path_b;
}

class Preprocessor {
 public:
  Preprocessor(const PreprocessConfig& config, const PreprocessObserver& observer, StopToken stop)
      : config_(config),
        observer_(observer),
        stop_(std::move(stop)),
        start_(Clock::now()),
        holdout_{config.holdout, config.seed} {}

  Result<PreprocessSummary> Run();

 private:
  Status Prepare();
  Status PrepareAppend();
  Status ReadGivenWords();
  Status SettleMetadata();
  Result<std::vector<Part>> MakeParts() const;
  Status ReadInputs(Ingest* ingest);
  Status Refine(const Ingest& ingest, const SpillWriter& spill);
  void FinishPipeline(const VocabularyChoice& choice);
  // The words that ids of the vocabulary's choice stand for.
  const RawWords& WordsOf(Ingest* ingest) const {
    return refinement_ ? refinement_->words() : ingest->words();
  }
  Result<VocabularyChoice> ChooseVocabulary(Ingest* ingest) const;
  Result<WordParts> SplitWords(const RawWords& raw, VocabularyChoice* choice);
  Status CheckHoldout() const;
  Status OpenWriters(std::size_t num_words, std::vector<Part>* corpora) const;
  Status WriteBlocks(const SpillWriter& spill, const VocabularyChoice& choice,
                     const WordParts& parts, std::vector<Part>* corpora);
  Status FinishWriters(std::vector<std::string> words, std::vector<Part>* corpora);
  PreprocessRun RunOf(const Ingest& ingest, const VocabularyChoice& choice) const {
    return {settings_, *source_, ingest, choice, refinement_ ? &*refinement_ : nullptr};
  }
  Status CheckInterrupt() const;
  void Show(const char* phase, Count documents, std::uint64_t stored_bytes, bool force);
  double Seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  PreprocessConfig config_;
  const PreprocessObserver& observer_;
  StopToken stop_;
  Clock::time_point start_;
  Clock::time_point last_shown_;
  std::unique_ptr<ChunkSource> source_;
  PreprocessSettings settings_;
  Holdout holdout_;
  StopwordSet stopwords_;
  std::shared_ptr<const TextPipelineSettings> pipeline_;
  std::vector<std::string> given_words_;
  std::optional<Refinement> refinement_;
  std::optional<MetadataTable> table_;
  std::optional<Appending> appending_;  // with config_.append
  PreprocessSummary summary_;
};

Status Preprocessor::CheckInterrupt() const {
  if (!stop_.stop_requested()) return {};
  return Status::Cancelled("interrupted; nothing was written");
}

void Preprocessor::Show(const char* phase, Count documents, std::uint64_t stored_bytes,
                        bool force) {
  if (!observer_ || (!force && Clock::now() - last_shown_ < kProgressInterval)) return;
  last_shown_ = Clock::now();
  PreprocessProgress progress;
  progress.phase = phase;
  progress.documents = documents;
  progress.documents_total = summary_.num_documents + summary_.num_held_out_documents;
  progress.bytes_done = stored_bytes;
  progress.bytes_total = source_->stored_size();
  progress.seconds = Seconds();
  observer_(progress);
}

Status Preprocessor::Prepare() {
  LIGHTLDA_RETURN_IF_ERROR(config_.Validate());
  if (config_.append) {
    LIGHTLDA_ASSIGN_OR_RETURN(appending_, ReadAppending(config_.output));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(stopwords_, LoadStopwords(config_.stopwords));
  LIGHTLDA_ASSIGN_OR_RETURN(source_, ChunkSource::Open(config_, stop_));
  LIGHTLDA_ASSIGN_OR_RETURN(settings_, SettleConfig(config_, source_->format()));
  if (appending_) return PrepareAppend();
  LIGHTLDA_RETURN_IF_ERROR(SettleMetadata());
  if (!config_.like.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(Like like, ReadLike(config_.like));
    settings_.min_token_length = like.pipeline.min_token_length;
    pipeline_ = std::make_shared<const TextPipelineSettings>(std::move(like.pipeline));
    given_words_ = std::move(like.words);
    return {};
  }
  if (config_.max_df == "1" && !settings_.bags()) {
    summary_.notes.emplace_back(
        "`max_df`=1 keeps only words of a single document; all documents are 1.0");
  }
  pipeline_ = std::make_shared<const TextPipelineSettings>(PipelineOf(settings_, stopwords_));
  return ReadGivenWords();
}

// Everything is as the corpus has it.
Status Preprocessor::PrepareAppend() {
  LIGHTLDA_RETURN_IF_ERROR(CheckAppended(*appending_, config_, settings_.format));
  const MetadataSchema& schema = appending_->base.corpus.metadata_schema();
  config_.seed = appending_->base.seed;
  config_.snippet_bytes = settings_.config.snippet_bytes = schema.snippet_bytes;
  settings_.metadata = schema.fields;
  pipeline_ = appending_->pipeline;
  if (!config_.metadata_file.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(
        table_, MetadataTable::Read(config_.metadata_file, config_.metadata_key, schema.fields,
                                    /*choose=*/false));
  }
  if (settings_.bags()) return ReadGivenWords();
  given_words_ = appending_->words;
  return {};
}

Status Preprocessor::SettleMetadata() {
  const bool automatic = IsAutoMetadata(config_.metadata_fields);
  if (!config_.metadata_file.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(
        table_, MetadataTable::Read(config_.metadata_file, config_.metadata_key, settings_.metadata,
                                    automatic || config_.metadata_fields.empty()));
    settings_.metadata = table_->fields();
    return {};
  }
  const SourceChunk* const first = source_->first_chunk();
  if (first == nullptr || !HasFields(settings_.format)) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(settings_.metadata,
                            MetadataOfInput(*first, std::move(settings_.metadata), automatic,
                                            config_.text_field, config_.id_field));
  return {};
}

Status Preprocessor::ReadGivenWords() {
  if (config_.vocab_file.empty()) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(WordList list, ReadWordList(config_.vocab_file, settings_.bags()));
  given_words_ = std::move(list.words);
  summary_.notes.insert(summary_.notes.end(), list.notes.begin(), list.notes.end());
  if (settings_.bags()) return {};
  Count unfolded = 0;
  for (const std::string& word : given_words_) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::string folded, FoldText(word));
    unfolded += folded != word ? 1 : 0;
  }
  if (unfolded > 0) {
    summary_.notes.push_back(config_.vocab_file + ": " + std::to_string(unfolded) +
                             " words are not in lower case or not normalised (NFKC_Casefold) and " +
                             "never match a token");
  }
  return {};
}

// The corpus and, if documents are held out, that of these.
Result<std::vector<Part>> Preprocessor::MakeParts() const {
  std::vector<Part> corpora;
  std::vector<std::string> sources = Sources(config_);
  const auto make = [&](const std::string& target) -> Status {
    LIGHTLDA_ASSIGN_OR_RETURN(StagedDirectory staged,
                              StagedDirectory::Create(target, config_.overwrite || config_.append,
                                                      kCorpusDirectory, sources));
    corpora.push_back({std::move(staged), nullptr});
    return {};
  };
  const std::string held_out = config_.HoldoutOutput();
  if (!held_out.empty() && IsSamePlace(held_out, config_.output)) {
    return Status::Usage("`holdout_output`: expected another directory than `output`");
  }
  LIGHTLDA_RETURN_IF_ERROR(make(config_.output));
  if (!held_out.empty()) LIGHTLDA_RETURN_IF_ERROR(make(held_out));
  return corpora;
}

Status Preprocessor::ReadInputs(Ingest* ingest) {
  ChunkReaderOptions options;
  options.parser.format = settings_.format;
  options.parser.on_bad_line = config_.on_bad_line;
  options.parser.on_bad_file = config_.on_bad_file;
  options.parser.text_fields = TextFields(config_.text_field);
  options.parser.id_field = config_.id_field;
  if (settings_.metadata_inside()) options.parser.metadata = settings_.metadata;
  options.parser.snippet_bytes = settings_.snippets() ? config_.snippet_bytes : 0;
  options.parser.pipeline = pipeline_;
  if (NeedsRefinement(settings_)) {
    options.parser.pipeline =
        std::make_shared<const TextPipelineSettings>(SurfacePipeline(*pipeline_));
  }
  options.max_words = given_words_.empty() ? kMaxWords : given_words_.size();
  options.num_threads = config_.num_threads;
  return ReadChunks(source_.get(), options, [&](ParsedChunk* parsed) {
    LIGHTLDA_RETURN_IF_ERROR(CheckInterrupt());
    LIGHTLDA_RETURN_IF_ERROR(ingest->Add(parsed));
    Show("reading", ingest->num_documents(), parsed->stored_bytes, false);
    return Status();
  });
}

Status Preprocessor::Refine(const Ingest& ingest, const SpillWriter& spill) {
  if (!NeedsRefinement(settings_)) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(refinement_,
                            Refinement::Make(settings_, ingest.words(), spill, holdout_));
  stopwords_.AddAll(refinement_->picked_stopwords());
  settings_.picked_stopwords = refinement_->picked_language();
  summary_.notes.insert(summary_.notes.end(), refinement_->notes().begin(),
                        refinement_->notes().end());
  return {};
}

// Once the vocabulary is known: what a reader of new text must know of forms and phrases.
void Preprocessor::FinishPipeline(const VocabularyChoice& choice) {
  if (!refinement_) return;
  std::vector<bool> keeps(choice.ids.size());
  for (std::size_t w = 0; w < keeps.size(); ++w) keeps[w] = choice.ids[w] != kDroppedWord;
  TextPipelineSettings pipeline = PipelineOf(settings_, stopwords_);
  pipeline.forms = refinement_->FormsOf(keeps);
  pipeline.phrases = refinement_->PhrasesOf();
  pipeline_ = std::make_shared<const TextPipelineSettings>(std::move(pipeline));
  TopWords examples;
  for (const std::uint32_t word : refinement_->PhraseWords()) {
    if (!keeps[word]) continue;
    const Count tokens = refinement_->words().tokens()[word];
    ++summary_.num_phrases;
    summary_.num_phrase_tokens += tokens;
    examples.Add(choice.words[choice.ids[word]], tokens);
  }
  summary_.phrase_examples = examples.Words();
}

Result<VocabularyChoice> Preprocessor::ChooseVocabulary(Ingest* ingest) const {
  const Count num_documents = ingest->num_documents() - ingest->num_held_out();
  if (ingest->num_documents() == 0) {
    std::string why = "no documents in the input";
    for (const auto& [reason, count] : ingest->skipped_lines()) {
      why += ", " + std::to_string(count) + " lines skipped: " + reason;
    }
    SkippedFiles files = source_->skipped_files();
    files.Add(ingest->skipped_files());
    if (files.count > 0) {
      why += ", " + std::to_string(files.count) + " files skipped: " + files.messages[0];
    }
    return Status::BadInput(why);
  }
  if (num_documents == 0) return Status::BadInput("all documents are held out: none is left");
  if (appending_ && settings_.bags()) {
    return FindBagVocabulary(ingest->words(), given_words_, appending_->pipeline->first_number,
                             appending_->words);
  }
  if (!settings_.bags()) {
    return ChooseTextVocabulary(settings_, WordsOf(ingest), num_documents, given_words_);
  }
  ingest->words().Grow(given_words_.size());
  return ChooseBagVocabulary(settings_, ingest->words(), num_documents, given_words_, stopwords_);
}

// Splits words that are too frequent for one id: the further ids are added to the choice.
Result<WordParts> Preprocessor::SplitWords(const RawWords& raw, VocabularyChoice* choice) {
  std::vector<Count> frequencies(choice->words.size());
  for (std::size_t i = 0; i < choice->ids.size(); ++i) {
    if (choice->ids[i] != kDroppedWord) frequencies[choice->ids[i]] += raw.tokens()[i];
  }
  if (appending_) LIGHTLDA_RETURN_IF_ERROR(CheckFrequencies(*appending_, frequencies));
  const WordParts parts(frequencies, config_.seed);
  if (parts.num_ids() > kMaxWords) {
    return Status::BadInput(std::to_string(parts.num_ids()) +
                            " words and parts of words, more than the maximum of " +
                            std::to_string(kMaxWords));
  }
  for (const WordParts::Split& split : parts.splits()) {
    summary_.notes.push_back("'" + choice->words[split.word] + "' has " +
                             std::to_string(frequencies[split.word]) +
                             " tokens, too many for one count: it becomes " +
                             std::to_string(split.num_parts) + " words of one spelling");
  }
  parts.AppendSpellings(&choice->words);
  return parts;
}

Status Preprocessor::CheckHoldout() const {
  if (config_.holdout == 0 || summary_.num_held_out_tokens > 0) return {};
  return Status::BadInput(
      "the " + std::to_string(summary_.num_held_out_documents) + " held-out of " +
      std::to_string(summary_.num_documents + summary_.num_held_out_documents) +
      " documents have no token of the vocabulary; give a larger `holdout` or another `seed`");
}

Status Preprocessor::OpenWriters(std::size_t num_words, std::vector<Part>* corpora) const {
  CorpusShape shape;
  shape.num_documents = static_cast<std::uint64_t>(summary_.num_documents);
  shape.num_words = num_words;
  shape.num_tokens = static_cast<std::uint64_t>(summary_.num_tokens);
  shape.seed = config_.seed;
  shape.block_tokens = config_.block_tokens;
  shape.metadata.fields = settings_.metadata;
  if (settings_.snippets()) shape.metadata.snippet_bytes = config_.snippet_bytes;
  Part& first = corpora->front();
  if (appending_) {
    LIGHTLDA_ASSIGN_OR_RETURN(CorpusStart start,
                              StartAppend(appending_->base, first.staged.path()));
    shape.num_documents += start.num_documents;
    shape.num_tokens += start.num_tokens;
    first.writer = std::make_unique<CorpusWriter>(first.staged.path(), shape, std::move(start));
    return {};
  }
  first.writer = std::make_unique<CorpusWriter>(first.staged.path(), shape);
  if (corpora->size() == 1) return {};
  shape.num_documents = static_cast<std::uint64_t>(summary_.num_held_out_documents);
  shape.num_tokens = static_cast<std::uint64_t>(summary_.num_held_out_tokens);
  corpora->back().writer = std::make_unique<CorpusWriter>(corpora->back().staged.path(), shape);
  return {};
}

Status Preprocessor::WriteBlocks(const SpillWriter& spill, const VocabularyChoice& choice,
                                 const WordParts& parts, std::vector<Part>* corpora) {
  LIGHTLDA_ASSIGN_OR_RETURN(SpillReader reader,
                            SpillReader::Open(spill.path(), settings_.Spilled()));
  SpilledDocument document;
  std::vector<WordId> words;
  for (Count d = 0; d < spill.num_documents(); ++d) {
    if (d % kDocumentsBetweenChecks == 0) {
      LIGHTLDA_RETURN_IF_ERROR(CheckInterrupt());
      Show("writing blocks", d, source_->stored_size(), false);
    }
    LIGHTLDA_RETURN_IF_ERROR(reader.Next(&document));
    if (refinement_) refinement_->Rewrite(&document.tokens);
    Part& part = holdout_.Has(static_cast<DocId>(d)) ? corpora->back() : corpora->front();
    const auto index = static_cast<DocId>(part.num_documents++);
    words.clear();
    for (const std::uint32_t raw : document.tokens) {
      if (choice.ids[raw] == kDroppedWord) continue;
      words.push_back(parts.Id(choice.ids[raw], index));
    }
    for (const BagEntry& entry : document.entries) {
      if (choice.ids[entry.word] == kDroppedWord) continue;
      words.insert(words.end(), entry.count, parts.Id(choice.ids[entry.word], index));
    }
    part.num_empty += words.empty() ? 1 : 0;
    if (table_) document.metadata = table_->Take(document.name);
    LIGHTLDA_RETURN_IF_ERROR(part.writer->Add(
        document.name, words, {std::move(document.metadata), std::move(document.snippet)}));
  }
  Show("writing blocks", spill.num_documents(), source_->stored_size(), true);
  return {};
}

Status Preprocessor::FinishWriters(std::vector<std::string> words, std::vector<Part>* corpora) {
  nlohmann::ordered_json settings = SettingsToJson(settings_);
  const std::string pipeline =
      appending_ ? appending_->base.corpus.text_pipeline() : FormatTextPipeline(*pipeline_);
  if (corpora->size() > 1) {
    nlohmann::ordered_json of_held_out = settings;
    of_held_out["held_out"] = true;
    LIGHTLDA_RETURN_IF_ERROR(corpora->back().writer->Finish(
        words, pipeline, of_held_out, {{"num_empty_documents", corpora->back().num_empty}}));
  }
  summary_.num_empty_documents = corpora->front().num_empty;
  CorpusWriter* const writer = corpora->front().writer.get();
  summary_.metadata_fields = writer->metadata_schema().fields;
  nlohmann::ordered_json summary = SummaryToJson(summary_);
  if (appending_) {
    summary = SummaryWithAppended(*appending_, summary_, std::move(summary));
    settings = *appending_->base.settings;
  }
  LIGHTLDA_RETURN_IF_ERROR(writer->Finish(std::move(words), pipeline, settings, summary));
  summary_.num_blocks = writer->num_blocks();  // with the last one
  return {};
}

Result<PreprocessSummary> Preprocessor::Run() {
  LIGHTLDA_RETURN_IF_ERROR(Prepare());
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<Part> corpora, MakeParts());
  LIGHTLDA_ASSIGN_OR_RETURN(
      std::optional<SpillWriter> spill,
      SpillWriter::Create(JoinPath(corpora.front().staged.path(), "spill.tmp")));
  Ingest ingest(settings_.format, config_.on_bad_line, given_words_.size(), holdout_, &*spill);
  if (appending_) {
    LIGHTLDA_RETURN_IF_ERROR(AddKnownNames(appending_->base.corpus, &ingest));
  }
  LIGHTLDA_RETURN_IF_ERROR(ReadInputs(&ingest));
  LIGHTLDA_RETURN_IF_ERROR(spill->Finish());
  LIGHTLDA_RETURN_IF_ERROR(Refine(ingest, *spill));
  LIGHTLDA_ASSIGN_OR_RETURN(VocabularyChoice choice, ChooseVocabulary(&ingest));
  LIGHTLDA_ASSIGN_OR_RETURN(const WordParts parts, SplitWords(WordsOf(&ingest), &choice));
  FinishPipeline(choice);
  const PreprocessRun run = RunOf(ingest, choice);
  Summarise(run, table_ ? &*table_ : nullptr, &summary_);
  if (appending_) {
    summary_.num_documents_before = appending_->base.corpus.num_documents();
    summary_.num_tokens_before = appending_->base.corpus.num_tokens();
  }
  NoteNames(ingest, &summary_);
  if (pipeline_->words == TextPipelineSettings::Words::kChosen && given_words_.empty()) {
    LIGHTLDA_RETURN_IF_ERROR(AdviseStopwords(run, &summary_));
  }
  LIGHTLDA_RETURN_IF_ERROR(CheckHoldout());
  ingest.words() = RawWords();

  LIGHTLDA_RETURN_IF_ERROR(OpenWriters(choice.words.size(), &corpora));
  LIGHTLDA_RETURN_IF_ERROR(WriteBlocks(*spill, choice, parts, &corpora));
  if (table_ && table_->num_unknown() > 0) {
    summary_.notes.push_back(config_.metadata_file + ": " + FormatCount(table_->num_unknown()) +
                             " documents are not in it and have no metadata");
  }
  spill.reset();
  LIGHTLDA_RETURN_IF_ERROR(FinishWriters(std::move(choice.words), &corpora));
  LIGHTLDA_RETURN_IF_ERROR(CheckInterrupt());
  std::vector<StagedDirectory*> staged;
  for (Part& part : corpora) staged.push_back(&part.staged);
  LIGHTLDA_RETURN_IF_ERROR(StagedDirectory::CommitAll(staged));
  summary_.seconds = Seconds();
  return std::move(summary_);
}

}  // namespace

Result<PreprocessSummary> Preprocess(const PreprocessConfig& config,
                                     const PreprocessObserver& observer, StopToken stop) {
  return CatchBadAlloc([&] { return Preprocessor(config, observer, std::move(stop)).Run(); });
}

}  // namespace lightlda
