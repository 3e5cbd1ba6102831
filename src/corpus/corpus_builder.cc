#include "lightlda/corpus_builder.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "base/file.h"
#include "base/out_of_memory.h"
#include "corpus/corpus_format.h"
#include "corpus/corpus_writer.h"
#include "corpus/open_corpus.h"
#include "corpus/string_table.h"
#include "text/text_pipeline.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

struct TextHash : std::hash<std::string_view> {
  using is_transparent = void;
};

// Why `word` cannot be one of a vocabulary; empty if it can.
std::string WhatIsWrong(std::string_view word) {
  if (word.empty()) return "an empty word";
  if (FindInvalidUtf8(word)) return "word " + QuoteBytes(word) + " is not UTF-8";
  return {};
}

}  // namespace

struct LIGHTLDA_NO_EXPORT CorpusBuilder::Impl {
  // The id of a word, a new one if it is not known and new ones may be.
  Result<WordId> IdOf(std::string_view word);
  Status Learn(std::string_view word);
  // Appends a document. REQUIRES: nothing of it can be refused any more.
  void Append(std::string_view name, std::span<const WordId> tokens);
  template <typename Word>
  Status AddWords(std::string_view name, std::span<const Word> document);
  // No other call may follow.
  Result<Corpus> Build();

  CorpusBuilderOptions options;
  bool fixed = false;  // no new words
  std::unordered_map<std::string, WordId, TextHash, std::equal_to<>> ids;
  std::vector<std::string> words;
  StringTable names;
  std::vector<std::uint64_t> begins = {0};  // [documents + 1], into tokens
  std::vector<WordId> tokens;
  std::vector<WordId> document;  // scratch
};

Status CorpusBuilder::Impl::Learn(std::string_view word) {
  const std::string wrong = WhatIsWrong(word);
  if (!wrong.empty()) return Status::BadInput(wrong);
  if (words.size() == kMaxWords) {
    return Status::BadInput("more than " + std::to_string(kMaxWords) + " words");
  }
  ids.emplace(word, static_cast<WordId>(words.size()));
  words.emplace_back(word);
  return {};
}

Result<WordId> CorpusBuilder::Impl::IdOf(std::string_view word) {
  if (const auto found = ids.find(word); found != ids.end()) return found->second;
  if (fixed) return Status::BadInput("word " + QuoteBytes(word) + " is not in the vocabulary");
  LIGHTLDA_RETURN_IF_ERROR(Learn(word));
  return static_cast<WordId>(words.size() - 1);
}

void CorpusBuilder::Impl::Append(std::string_view name, std::span<const WordId> added) {
  names.Add(name);
  tokens.insert(tokens.end(), added.begin(), added.end());
  begins.push_back(tokens.size());
}

template <typename Word>
Status CorpusBuilder::Impl::AddWords(std::string_view name, std::span<const Word> added) {
  const std::size_t known = words.size();
  document.clear();
  Status status;
  if (added.size() > kMaxBlockTokens) {
    status = Status::BadInput("more than " + std::to_string(kMaxBlockTokens) + " tokens");
  }
  for (std::size_t i = 0; i < added.size() && status.ok(); ++i) {
    const Result<WordId> id = IdOf(added[i]);
    status = id.status();
    if (id.ok()) document.push_back(id.value());
  }
  if (!status.ok()) {  // as if nothing had been
    for (; words.size() > known; words.pop_back()) ids.erase(words.back());
    return status.WithContext("document " + QuoteBytes(name));
  }
  Append(name, document);
  return {};
}

CorpusBuilder::CorpusBuilder(CorpusBuilderOptions options)
    : CorpusBuilder(std::make_unique<Impl>()) {
  impl_->options = options;
}
CorpusBuilder::CorpusBuilder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CorpusBuilder::CorpusBuilder(CorpusBuilder&&) noexcept = default;
CorpusBuilder& CorpusBuilder::operator=(CorpusBuilder&&) noexcept = default;
CorpusBuilder::~CorpusBuilder() = default;

Result<CorpusBuilder> CorpusBuilder::WithVocabulary(std::vector<std::string> words,
                                                    CorpusBuilderOptions options) {
  return CatchBadAlloc([&]() -> Result<CorpusBuilder> {
    CorpusBuilder builder(options);
    if (words.empty()) return Status::BadInput("a vocabulary without words");
    for (const std::string& word : words) {
      if (builder.impl_->ids.contains(word)) {
        return Status::BadInput("word " + QuoteBytes(word) + " is in the vocabulary twice");
      }
      LIGHTLDA_RETURN_IF_ERROR(builder.impl_->Learn(word));
    }
    builder.impl_->fixed = true;
    return builder;
  });
}

Status CorpusBuilder::AddWords(std::string_view name, std::span<const std::string> words) {
  return CatchBadAlloc([&] { return impl_->AddWords(name, words); });
}

Status CorpusBuilder::AddWords(std::string_view name, std::span<const std::string_view> words) {
  return CatchBadAlloc([&] { return impl_->AddWords(name, words); });
}

Status CorpusBuilder::AddTokens(std::string_view name, std::span<const WordId> tokens) {
  if (tokens.size() > kMaxBlockTokens) {
    return Status::BadInput("document " + QuoteBytes(name) + ": more than " +
                            std::to_string(kMaxBlockTokens) + " tokens");
  }
  for (const WordId word : tokens) {
    if (word < num_words()) continue;
    return Status::BadInput("document " + QuoteBytes(name) + ": word id " + std::to_string(word) +
                            " of " + std::to_string(num_words()) + " words");
  }
  return CatchBadAlloc([&] {
    impl_->Append(name, tokens);
    return Status();
  });
}

Status CorpusBuilder::AddCounts(std::string_view name, std::span<const WordCount> counts) {
  std::uint64_t total = 0;
  for (const WordCount& entry : counts) total += entry.count;
  if (total > kMaxBlockTokens) {
    return Status::BadInput("document " + QuoteBytes(name) + ": more than " +
                            std::to_string(kMaxBlockTokens) + " tokens");
  }
  return CatchBadAlloc([&] {
    std::vector<WordId>& tokens = impl_->document;
    tokens.clear();
    for (const WordCount& entry : counts) tokens.insert(tokens.end(), entry.count, entry.word);
    return AddTokens(name, tokens);
  });
}

Count CorpusBuilder::num_documents() const { return static_cast<Count>(impl_->names.size()); }
Count CorpusBuilder::num_tokens() const { return static_cast<Count>(impl_->tokens.size()); }
std::size_t CorpusBuilder::num_words() const { return impl_->words.size(); }

Result<Corpus> CorpusBuilder::Build() && {
  const std::unique_ptr<Impl> parts = std::move(impl_);
  return CatchBadAlloc([&] { return parts->Build(); });
}

Result<Corpus> CorpusBuilder::Impl::Build() {
  if (tokens.empty()) return Status::BadInput("the corpus in memory has no tokens");
  CorpusShape shape;
  shape.num_documents = names.size();
  shape.num_words = words.size();
  shape.num_tokens = tokens.size();
  shape.seed = options.seed;
  shape.block_tokens = options.block_tokens;
  const FilePath directory = FilePath::NewInMemory("the corpus in memory");
  CorpusWriter writer(directory, shape);
  for (std::size_t d = 0; d < names.size(); ++d) {
    const std::uint64_t begin = begins[d];
    LIGHTLDA_RETURN_IF_ERROR(
        writer.Add(names[d], std::span(tokens).subspan(begin, begins[d + 1] - begin)));
  }
  const auto empty = nlohmann::ordered_json::object();
  LIGHTLDA_RETURN_IF_ERROR(
      writer.Finish(std::move(words), FormatTextPipeline(BagsOfNamedWords()), empty, empty));
  return OpenCorpus(directory);
}

Result<Corpus> CorpusFromTokens(const DocumentsView& documents, std::vector<std::string> words,
                                std::span<const std::string> names, CorpusBuilderOptions options) {
  const auto begins = documents.begins;
  if (begins.empty() || begins.front() != 0 || begins.back() != documents.words.size() ||
      !std::ranges::is_sorted(begins)) {
    return Status::BadInput("`begins`: expected numbers ascending from 0 to " +
                            std::to_string(documents.words.size()));
  }
  if (!documents.counts.empty() && documents.counts.size() != documents.words.size()) {
    return Status::BadInput("`counts`: expected " + std::to_string(documents.words.size()) +
                            ", found " + std::to_string(documents.counts.size()));
  }
  const std::size_t num_documents = begins.size() - 1;
  if (!names.empty() && names.size() != num_documents) {
    return Status::BadInput("`names`: expected " + std::to_string(num_documents) + ", found " +
                            std::to_string(names.size()));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(CorpusBuilder builder,
                            CorpusBuilder::WithVocabulary(std::move(words), options));
  std::vector<WordCount> entries;
  for (std::size_t d = 0; d < num_documents; ++d) {
    const std::string name = names.empty() ? std::to_string(d) : names[d];
    entries.clear();
    for (std::uint64_t i = begins[d]; i < begins[d + 1]; ++i) {
      entries.push_back({documents.words[i], documents.counts.empty() ? 1 : documents.counts[i]});
    }
    LIGHTLDA_RETURN_IF_ERROR(builder.AddCounts(name, entries));
  }
  return std::move(builder).Build();
}

}  // namespace lightlda
