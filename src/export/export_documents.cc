// Topics of documents and of their tokens, in input order, a block at a time.
#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "model/export.h"

namespace lightlda {
namespace {

constexpr int kTextDigits = 4;

// One document, valid during a call.
struct DocumentView {
  const std::string& name;
  std::span<const std::uint32_t> positions;  // of its tokens in the block, in token order
  std::span<const TopicId> topics;           // of the block, by position
  std::size_t block;
  const Block& tokens;
};

using DocumentWriter = std::function<void(const DocumentView&)>;

// Numbers of the block's documents, ordered by their index in the input.
std::vector<std::uint32_t> InputOrder(const Block& block) {
  std::vector<std::uint32_t> order(block.num_documents());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {}, [&](std::uint32_t d) { return block.document_index[d]; });
  return order;
}

// Calls `write` for every active document in input order. The blocks of a corpus follow the input,
// so only one is open at a time.
Status ForEachDocument(const Model& model, const Corpus& corpus, const TextOutput& out,
                       ExportedDocuments* documents, const DocumentWriter& write) {
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    // The topics first: they tell whether this is the right corpus.
    LIGHTLDA_ASSIGN_OR_RETURN(const auto topics, model.ReadTopics(corpus, b));
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    LIGHTLDA_ASSIGN_OR_RETURN(const auto names, corpus.ReadDocumentNames(b));
    for (const std::uint32_t d : InputOrder(*block)) {
      if (block->levels[d] < model.active_level()) {
        ++documents->inactive;
        continue;
      }
      const std::uint32_t start = block->document_offsets[d];
      const std::uint32_t length = block->document_offsets[d + 1] - start;
      write({names[d], block->positions.subspan(start, length), topics, b, *block});
      ++documents->written;
      if (!out.status().ok()) return out.status();
    }
  }
  return out.status();
}

// Topic mixtures: counts a document's topics, and turns them into probabilities.
class Mixture {
 public:
  explicit Mixture(const Model& model)
      : alpha_(model.alpha()),
        alpha_sum_(std::accumulate(alpha_.begin(), alpha_.end(), 0.0)),
        max_alpha_(*std::ranges::max_element(alpha_)),
        counts_(alpha_.size()) {}

  void Count(const DocumentView& document) {
    for (const TopicId topic : present_) counts_[topic] = 0;
    present_.clear();
    for (const std::uint32_t position : document.positions) {
      const TopicId topic = document.topics[position];
      if (counts_[topic]++ == 0) present_.push_back(topic);
    }
    total_ = static_cast<double>(document.positions.size()) + alpha_sum_;
  }

  std::uint32_t count(TopicId topic) const { return counts_[topic]; }
  double Probability(TopicId topic) const {
    return (static_cast<double>(counts_[topic]) + alpha_[topic]) / total_;
  }

  // Topics at least this probable, most probable first, ties by id.
  const std::vector<TopicId>& AtLeast(double probability) {
    selected_.clear();
    if (max_alpha_ / total_ < probability) {  // only topics with tokens can be
      selected_ = present_;
    } else {
      selected_.resize(counts_.size());
      std::iota(selected_.begin(), selected_.end(), TopicId{0});
    }
    std::erase_if(selected_, [&](TopicId topic) { return Probability(topic) < probability; });
    std::ranges::sort(selected_, [&](TopicId a, TopicId b) {
      const double pa = Probability(a);
      const double pb = Probability(b);
      return pa != pb ? pa > pb : a < b;
    });
    return selected_;
  }

 private:
  std::span<const double> alpha_;
  double alpha_sum_;
  double max_alpha_;
  double total_ = 0;
  std::vector<std::uint32_t> counts_;  // [num_topics]
  std::vector<TopicId> present_;
  std::vector<TopicId> selected_;
};

void PutMixtureText(const DocumentView& document, double min_probability, Mixture* mixture,
                    TextOutput* out) {
  PutEscaped(document.name, /*escape_spaces=*/false, out);
  char before = '\t';
  for (const TopicId topic : mixture->AtLeast(min_probability)) {
    out->Put(std::exchange(before, ' '));
    out->PutInt(topic);
    out->Put(':');
    out->PutNumber(mixture->Probability(topic), kTextDigits);
  }
  if (before == '\t') out->Put('\t');  // no topic: the line keeps its two fields
  out->Put('\n');
}

void PutMixtureJson(const DocumentView& document, double min_probability, Mixture* mixture,
                    TextOutput* out) {
  out->Put("{\"document\":");
  out->Put(JsonString(document.name));
  out->Put(",\"tokens\":");
  out->PutInt(document.positions.size());
  out->Put(",\"topics\":[");
  bool first = true;
  for (const TopicId topic : mixture->AtLeast(min_probability)) {
    out->Put(std::exchange(first, false) ? "{\"topic\":" : ",{\"topic\":");
    out->PutInt(topic);
    out->Put(",\"probability\":");
    out->PutNumber(mixture->Probability(topic));
    out->Put(",\"count\":");
    out->PutInt(mixture->count(topic));
    out->Put('}');
  }
  out->Put("]}\n");
}

void PutMixtureTable(const DocumentView& document, const ExportOptions& options, Mixture* mixture,
                     TextOutput* out) {
  const char separator = Separator(options.format);
  for (const TopicId topic : mixture->AtLeast(options.min_probability)) {
    PutField(document.name, options.format, out);
    out->Put(separator);
    out->PutInt(topic);
    out->Put(separator);
    out->PutNumber(mixture->Probability(topic));
    out->Put(separator);
    out->PutInt(mixture->count(topic));
    out->Put('\n');
  }
}

void PutMixtureDense(const DocumentView& document, ExportFormat format, std::uint32_t num_topics,
                     const Mixture& mixture, TextOutput* out) {
  PutField(document.name, format, out);
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    out->Put(Separator(format));
    out->PutNumber(mixture.Probability(topic));
  }
  out->Put('\n');
}

void PutMixtureHeader(const ExportOptions& options, std::uint32_t num_topics, TextOutput* out) {
  if (!options.dense) return PutHeader("document,topic,probability,count", options.format, out);
  out->Put("document");
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    out->Put(Separator(options.format));
    out->Put("topic_");
    out->PutInt(topic);
  }
  out->Put('\n');
}

// word_of[position] for a block, made when the block changes.
class WordsByPosition {
 public:
  std::span<const WordId> Of(const DocumentView& document) {
    if (block_ == document.block + 1) return words_;
    block_ = document.block + 1;
    words_.clear();
    words_.reserve(document.tokens.num_tokens());
    const auto offsets = document.tokens.word_offsets;
    for (std::size_t word = 0; word + 1 < offsets.size(); ++word) {
      words_.resize(offsets[word + 1], static_cast<WordId>(word));
    }
    return words_;
  }

 private:
  std::size_t block_ = 0;  // number of the block + 1; 0: none
  std::vector<WordId> words_;
};

void PutAssignmentsText(const DocumentView& document, std::span<const WordId> words,
                        TextOutput* out) {
  PutEscaped(document.name, /*escape_spaces=*/false, out);
  out->Put('\t');
  bool first = true;
  for (const std::uint32_t position : document.positions) {
    if (!std::exchange(first, false)) out->Put(' ');
    out->PutInt(words[position]);
    out->Put(':');
    out->PutInt(document.topics[position]);
  }
  out->Put('\n');
}

// json_words: the words as JSON strings.
void PutAssignmentsJson(const DocumentView& document, std::span<const WordId> words,
                        std::span<const std::string> json_words, TextOutput* out) {
  out->Put("{\"document\":");
  out->Put(JsonString(document.name));
  out->Put(",\"words\":[");
  bool first = true;
  for (const std::uint32_t position : document.positions) {
    if (!std::exchange(first, false)) out->Put(',');
    out->Put(json_words[words[position]]);
  }
  out->Put("],\"topics\":[");
  first = true;
  for (const std::uint32_t position : document.positions) {
    if (!std::exchange(first, false)) out->Put(',');
    out->PutInt(document.topics[position]);
  }
  out->Put("]}\n");
}

}  // namespace

Status ExportDocTopic(const Model& model, const Corpus& corpus, const ExportOptions& options,
                      TextOutput* out, ExportedDocuments* documents) {
  const ExportFormat format = options.format;
  const bool table = format == ExportFormat::kCsv || format == ExportFormat::kTsv;
  if (table) PutMixtureHeader(options, model.num_topics(), out);
  Mixture mixture(model);
  return ForEachDocument(model, corpus, *out, documents, [&](const DocumentView& document) {
    mixture.Count(document);
    if (format == ExportFormat::kText) {
      PutMixtureText(document, options.min_probability, &mixture, out);
    } else if (format == ExportFormat::kJson) {
      PutMixtureJson(document, options.min_probability, &mixture, out);
    } else if (options.dense) {
      PutMixtureDense(document, format, model.num_topics(), mixture, out);
    } else {
      PutMixtureTable(document, options, &mixture, out);
    }
  });
}

Status ExportAssignments(const Model& model, const Corpus& corpus, const ExportOptions& options,
                         TextOutput* out, ExportedDocuments* documents) {
  const bool json = options.format == ExportFormat::kJson;
  std::vector<std::string> json_words;
  if (json) {
    for (const std::string& word : model.vocabulary().words()) {
      json_words.push_back(JsonString(word));
    }
  }
  WordsByPosition words;
  return ForEachDocument(model, corpus, *out, documents, [&](const DocumentView& document) {
    if (json) {
      PutAssignmentsJson(document, words.Of(document), json_words, out);
    } else {
      PutAssignmentsText(document, words.Of(document), out);
    }
  });
}

}  // namespace lightlda
