#include "synthetic.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <string>

#include "base/rng.h"

namespace lightlda::bench {
namespace {

// The purposes of random numbers: the fourth word of the counter.
enum class Purpose : std::uint32_t { kToken = 0, kLength = 1, kUrn = 2 };

// Four numbers per call: of (purpose, which document or topic, index).
class Numbers {
 public:
  Numbers(std::uint64_t seed, Purpose purpose, std::uint64_t id)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        purpose_(static_cast<std::uint32_t>(purpose)),
        low_(static_cast<std::uint32_t>(id)),
        high_(static_cast<std::uint32_t>(id >> 32)) {}

  PhiloxBlock At(std::uint32_t index) const { return Philox({index, low_, high_, purpose_}, key_); }

 private:
  PhiloxKey key_;
  std::uint32_t purpose_;
  std::uint32_t low_;
  std::uint32_t high_;
};

// In (0, 1): has a logarithm.
double ToOpenUnit(std::uint32_t uniform) { return (uniform + 0.5) * 0x1p-32; }

// Knuth's product of uniforms, in steps whose exp(-mean) is far from underflow.
std::uint32_t DrawPoisson(const Numbers& numbers, double mean) {
  constexpr double kStep = 500;
  std::uint32_t total = 0;
  std::uint32_t index = 0;
  for (double rest = mean; rest > 0; rest -= kStep) {
    const double limit = std::exp(-std::min(rest, kStep));
    PhiloxBlock block = numbers.At(index++);
    std::size_t used = 0;
    double product = ToOpenUnit(block[used++]);
    for (; product > limit; ++total) {
      if (used == block.size()) {
        block = numbers.At(index++);
        used = 0;
      }
      product *= ToOpenUnit(block[used++]);
    }
  }
  return total;
}

// One document's words to one of the formats.
class BagText {
 public:
  BagText(BagFormat format, const std::function<Status(std::string_view)>& sink)
      : format_(format), sink_(sink) {}

  void AppendLine(std::uint64_t number) {
    AppendNumber(number);
    text_ += '\n';
  }

  // words: sorted.
  Status AppendDocument(std::uint64_t document, const std::vector<WordId>& words,
                        std::uint64_t num_distinct) {
    if (format_ == BagFormat::kLdac) AppendNumber(num_distinct);
    for (std::size_t begin = 0; begin < words.size();) {
      std::size_t end = begin + 1;
      while (end < words.size() && words[end] == words[begin]) ++end;
      AppendEntry(document, words[begin], end - begin);
      begin = end;
    }
    if (format_ == BagFormat::kLdac) text_ += '\n';
    return text_.size() >= kFlushBytes ? Flush() : Status();
  }

  Status Flush() {
    const Status status = sink_(text_);
    text_.clear();
    return status;
  }

 private:
  static constexpr std::size_t kFlushBytes = std::size_t{1} << 20;

  void AppendEntry(std::uint64_t document, WordId word, std::uint64_t count) {
    if (format_ == BagFormat::kLdac) {
      text_ += ' ';
      AppendNumber(word);
      text_ += ':';
      AppendNumber(count);
    } else {
      AppendNumber(document + 1);
      text_ += ' ';
      AppendNumber(std::uint64_t{word} + 1);
      text_ += ' ';
      AppendLine(count);
    }
  }

  void AppendNumber(std::uint64_t number) {
    char digits[20];
    const auto result = std::to_chars(digits, digits + sizeof(digits), number);
    text_.append(digits, result.ptr);
  }

  BagFormat format_;
  const std::function<Status(std::string_view)>& sink_;
  std::string text_;
};

// Counts distinct words without sorting them. One thread.
class DistinctCounter {
 public:
  explicit DistinctCounter(std::uint32_t num_words) : last_seen_(num_words, 0) {}

  std::uint64_t CountOf(const std::vector<WordId>& words) {
    ++round_;
    std::uint64_t distinct = 0;
    for (const WordId word : words) {
      distinct += last_seen_[word] != round_ ? 1 : 0;
      last_seen_[word] = round_;
    }
    return distinct;
  }

 private:
  std::vector<std::uint64_t> last_seen_;  // [num_words]
  std::uint64_t round_ = 0;
};

SyntheticSummary Summarize(const SyntheticCorpus& corpus) {
  SyntheticSummary summary;
  DistinctCounter counter(corpus.options().num_words);
  std::vector<WordId> words;
  std::vector<TopicId> topics;
  for (std::uint64_t d = 0; d < corpus.options().num_documents; ++d) {
    corpus.Draw(d, &words, &topics);
    summary.num_tokens += static_cast<Count>(words.size());
    summary.num_entries += static_cast<Count>(counter.CountOf(words));
  }
  return summary;
}

}  // namespace

Status SyntheticOptions::Validate() const {
  const auto expect = [](bool ok, const char* what) {
    return ok ? Status() : Status::Usage(std::string("expected ") + what);
  };
  LIGHTLDA_RETURN_IF_ERROR(expect(num_documents >= 1, "at least 1 document"));
  LIGHTLDA_RETURN_IF_ERROR(expect(num_words >= 1, "at least 1 word"));
  LIGHTLDA_RETURN_IF_ERROR(expect(num_topics >= 1, "at least 1 topic"));
  LIGHTLDA_RETURN_IF_ERROR(
      expect(mean_length > 0 && mean_length <= 1e6, "a mean length in (0, 1e6]"));
  LIGHTLDA_RETURN_IF_ERROR(
      expect(length_sigma >= 0 && length_sigma <= 2, "a length sigma in [0, 2]"));
  LIGHTLDA_RETURN_IF_ERROR(
      expect(zipf_exponent >= 0 && zipf_exponent <= 10, "a Zipf exponent in [0, 10]"));
  LIGHTLDA_RETURN_IF_ERROR(
      expect(zipf_shift >= 0 && zipf_shift <= 1e9, "a Zipf shift in [0, 1e9]"));
  LIGHTLDA_RETURN_IF_ERROR(expect(alpha_sum > 0 && alpha_sum <= 1e6, "alpha_sum in (0, 1e6]"));
  LIGHTLDA_RETURN_IF_ERROR(expect(topic_concentration > 0 && topic_concentration <= 1e9,
                                  "a topic concentration in (0, 1e9]"));
  return expect(urn_size >= 1 && urn_size <= (1u << 24), "an urn size in [1, 2^24]");
}

SyntheticCorpus::SyntheticCorpus(const SyntheticOptions& options) : options_(options) {
  marginal_.Clear();
  for (WordId w = 0; w < options_.num_words; ++w) {
    const double weight = std::pow(w + 1 + options_.zipf_shift, -options_.zipf_exponent);
    marginal_sum_ += weight;
    marginal_.Add(w, weight);
  }
  marginal_.Finish();
  urns_.resize(std::size_t{options_.num_topics} * options_.urn_size);
  for (TopicId k = 0; k < options_.num_topics; ++k) FillUrn(k);
}

double SyntheticCorpus::Marginal(WordId word) const {
  return std::pow(word + 1 + options_.zipf_shift, -options_.zipf_exponent) / marginal_sum_;
}

// The upper end of the number picks the bin, a spread of it decides within the bin.
WordId SyntheticCorpus::DrawFromMarginal(std::uint32_t uniform) const {
  const AliasView view = marginal_.view();
  const std::uint32_t bin = ScaleTo(uniform, view.num_bins);
  return SpreadUniform(uniform) < view.threshold[bin] ? view.topic[bin] : view.alias[bin];
}

void SyntheticCorpus::FillUrn(TopicId topic) {
  const Numbers numbers(options_.seed, Purpose::kUrn, topic);
  WordId* urn = urns_.data() + std::size_t{topic} * options_.urn_size;
  for (std::uint32_t i = 0; i < options_.urn_size; ++i) {
    const PhiloxBlock block = numbers.At(i);
    const double ball = block[0] * 0x1p-32 * (i + options_.topic_concentration);
    urn[i] = ball < i ? urn[static_cast<std::uint32_t>(ball)] : DrawFromMarginal(block[1]);
  }
}

std::uint32_t SyntheticCorpus::DrawLength(std::uint64_t document) const {
  const Numbers numbers(options_.seed, Purpose::kLength, document);
  if (options_.length_law == LengthLaw::kPoisson) {
    return DrawPoisson(numbers, options_.mean_length);
  }
  const PhiloxBlock block = numbers.At(0);
  const double normal = std::sqrt(-2 * std::log(ToOpenUnit(block[0]))) *
                        std::cos(2 * std::numbers::pi * ToOpenUnit(block[1]));
  const double sigma = options_.length_sigma;
  const double length = options_.mean_length * std::exp(sigma * normal - sigma * sigma / 2);
  return static_cast<std::uint32_t>(std::lround(length));
}

void SyntheticCorpus::Draw(std::uint64_t document, std::vector<WordId>* words,
                           std::vector<TopicId>* topics) const {
  const std::uint32_t length = DrawLength(document);
  const Numbers numbers(options_.seed, Purpose::kToken, document);
  const double urn_mass = options_.urn_size + options_.topic_concentration;
  words->resize(length);
  topics->resize(length);
  for (std::uint32_t i = 0; i < length; ++i) {
    const PhiloxBlock block = numbers.At(i);
    const double earlier = block[0] * 0x1p-32 * (i + options_.alpha_sum);
    const TopicId topic = earlier < i ? (*topics)[static_cast<std::uint32_t>(earlier)]
                                      : ScaleTo(block[1], options_.num_topics);
    const double ball = block[2] * 0x1p-32 * urn_mass;
    (*topics)[i] = topic;
    (*words)[i] =
        ball < options_.urn_size
            ? urns_[std::size_t{topic} * options_.urn_size + static_cast<std::uint32_t>(ball)]
            : DrawFromMarginal(block[3]);
  }
}

Result<SyntheticSummary> WriteSynthetic(const SyntheticCorpus& corpus, BagFormat format,
                                        const std::function<Status(std::string_view)>& sink) {
  BagText text(format, sink);
  if (format == BagFormat::kUci) {
    text.AppendLine(corpus.options().num_documents);
    text.AppendLine(corpus.options().num_words);
    text.AppendLine(static_cast<std::uint64_t>(Summarize(corpus).num_entries));
  }
  SyntheticSummary summary;
  DistinctCounter counter(corpus.options().num_words);
  std::vector<WordId> words;
  std::vector<TopicId> topics;
  for (std::uint64_t d = 0; d < corpus.options().num_documents; ++d) {
    corpus.Draw(d, &words, &topics);
    const std::uint64_t num_distinct = counter.CountOf(words);
    std::sort(words.begin(), words.end());
    LIGHTLDA_RETURN_IF_ERROR(text.AppendDocument(d, words, num_distinct));
    summary.num_tokens += static_cast<Count>(words.size());
    summary.num_entries += static_cast<Count>(num_distinct);
  }
  LIGHTLDA_RETURN_IF_ERROR(text.Flush());
  return summary;
}

}  // namespace lightlda::bench
