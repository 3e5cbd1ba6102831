#include "infer/document_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "corpus/corpus_format.h"
#include "ingest/chunk_reader.h"
#include "ingest/preprocess_settings.h"
#include "ingest/word_list.h"

namespace lightlda {
namespace {

constexpr WordId kUnknownWord = 0xFFFFFFFFu;
constexpr char kPipelineOfModel[] = "the model's text_pipeline.json";

PreprocessConfig SourceConfig(const DocumentInput& input) {
  PreprocessConfig config;
  config.inputs = input.inputs;
  config.format = input.format;
  config.text_field = input.text_field;
  config.id_field = input.id_field;
  config.columns = input.columns;
  config.encoding = input.encoding;
  config.on_bad_line = input.on_bad_line;
  config.max_line_bytes = input.max_line_bytes;
  return config;
}

// Word n of the input is the model's word that is named n + first_number.
std::vector<WordId> IdsByNumber(const Vocabulary& vocabulary, std::uint32_t first_number) {
  std::vector<WordId> ids;
  for (std::size_t i = vocabulary.size(); i-- > 0;) {  // of several with one name the first wins
    const auto word = static_cast<WordId>(i);
    const auto number = ParseUnsigned(vocabulary.word(word), first_number, kMaxWords);
    if (!number) continue;
    const std::size_t place = *number - first_number;
    if (ids.size() <= place) ids.resize(place + 1, kUnknownWord);
    ids[place] = word;
  }
  return ids;
}

}  // namespace

void DocumentBatch::Clear() {
  names.Clear();
  begins.assign(1, 0);
  words.clear();
  num_unknown.clear();
}

void DocumentBatch::EndDocument(std::string_view name, std::uint32_t unknown) {
  names.Add(name);
  begins.push_back(words.size());
  num_unknown.push_back(unknown);
}

void AddTexts(const ParsedChunk& chunk, const Vocabulary& vocabulary, DocumentBatch* batch) {
  std::vector<WordId> ids;  // of the chunk's words
  ids.reserve(chunk.words.words.size());
  for (std::size_t i = 0; i < chunk.words.words.size(); ++i) {
    ids.push_back(vocabulary.Find(chunk.words.words[i]).value_or(kUnknownWord));
  }
  auto token = chunk.tokens.begin();
  for (std::size_t d = 0; d < chunk.sizes.size(); ++d) {
    std::uint32_t unknown = 0;
    for (const auto end = token + chunk.sizes[d]; token != end; ++token) {
      if (ids[*token] == kUnknownWord) {
        ++unknown;
      } else {
        batch->words.push_back(ids[*token]);
      }
    }
    batch->EndDocument(chunk.names[d], unknown);
  }
}

Result<std::unique_ptr<DocumentReader>> DocumentReader::Open(const Model& model,
                                                             const DocumentInput& input,
                                                             StopToken stop) {
  std::unique_ptr<DocumentReader> reader(new DocumentReader(model, input, std::move(stop)));
  LIGHTLDA_ASSIGN_OR_RETURN(TextPipelineSettings settings,
                            ParseTextPipeline(kPipelineOfModel, model.text_pipeline()));
  reader->pipeline_ = std::make_shared<const TextPipelineSettings>(std::move(settings));
  LIGHTLDA_ASSIGN_OR_RETURN(reader->source_,
                            ChunkSource::Open(SourceConfig(input), reader->stop_, /*prompt=*/true));
  reader->notes_ = reader->source_->notes();
  LIGHTLDA_RETURN_IF_ERROR(IsBagFormat(reader->format()) ? reader->PrepareBags()
                                                         : reader->PrepareText());
  return reader;
}

Status DocumentReader::PrepareText() {
  if (!input_.vocab_file.empty()) {
    return Status::Usage("`vocab_file`: only for bags of words; the words of text are its own");
  }
  if (pipeline_->input == TextPipelineSettings::Input::kText) return {};
  return Status::BadInput(
      "the model was trained on bags of words, so it does not know how text becomes its words; "
      "expected uci, ldac or libsvm, found " +
      std::string(FormatName(format())));
}

Status DocumentReader::PrepareBags() {
  const Vocabulary& vocabulary = model_.vocabulary();
  if (!input_.vocab_file.empty()) {
    LIGHTLDA_ASSIGN_OR_RETURN(WordList list, ReadWordList(input_.vocab_file, /*bags=*/true));
    notes_.insert(notes_.end(), list.notes.begin(), list.notes.end());
    for (const std::string& word : list.words) {
      ids_.push_back(vocabulary.Find(word).value_or(kUnknownWord));
    }
  } else if (pipeline_->words == TextPipelineSettings::Words::kNumbers) {
    ids_ = IdsByNumber(vocabulary, pipeline_->first_number);
  } else {
    return Status::Usage(
        "`vocab_file` is needed: the words of the model have names, and those of the input are "
        "numbers; give the list whose line n names word n");
  }
  const std::size_t given_words = input_.vocab_file.empty() ? 0 : ids_.size();
  uci_ = std::make_unique<UciAssembler>(
      input_.on_bad_line, given_words,
      [this](std::string_view name, std::span<const BagEntry> entries) {
        AddBag(name, entries);
        return Status();
      },
      &skipped_lines_);
  return {};
}

Status DocumentReader::ReadAll(const std::function<Status(const DocumentBatch&)>& visit) {
  ChunkReaderOptions options;
  options.parser.format = format();
  options.parser.on_bad_line = input_.on_bad_line;
  options.parser.text_fields = TextFields(input_.text_field);
  options.parser.id_field = input_.id_field;
  options.parser.pipeline = pipeline_;
  options.max_words = input_.vocab_file.empty() ? kMaxWords : ids_.size();
  options.num_threads = input_.num_threads;
  return ReadChunks(source_.get(), options, [&](ParsedChunk* parsed) -> Status {
    if (stop_.stop_requested()) return Status::Cancelled("interrupted");
    batch_.Clear();
    const Status added = Add(*parsed);
    // What came before a bad line is answered.
    if (batch_.size() > 0) LIGHTLDA_RETURN_IF_ERROR(visit(batch_));
    return added;
  });
}

Status DocumentReader::Add(const ParsedChunk& chunk) {
  for (const auto& [reason, count] : chunk.skipped_lines) AddReason(&skipped_lines_, reason, count);
  if (format() == InputFormat::kUci) return uci_->Add(chunk);
  if (!IsBagFormat(format())) {
    AddTexts(chunk, model_.vocabulary(), &batch_);
    return chunk.error;
  }
  const std::span<const BagEntry> entries(chunk.entries);
  std::size_t start = 0;
  for (std::size_t d = 0; d < chunk.sizes.size(); ++d) {
    AddBag(chunk.names[d], entries.subspan(start, chunk.sizes[d]));
    start += chunk.sizes[d];
  }
  return chunk.error;
}

void DocumentReader::AddBag(std::string_view name, std::span<const BagEntry> entries) {
  std::uint32_t unknown = 0;
  for (const BagEntry& entry : entries) {
    const WordId id = entry.word < ids_.size() ? ids_[entry.word] : kUnknownWord;
    if (id == kUnknownWord) {
      unknown += entry.count;
    } else {
      batch_.words.insert(batch_.words.end(), entry.count, id);
    }
  }
  batch_.EndDocument(name, unknown);
}

}  // namespace lightlda
