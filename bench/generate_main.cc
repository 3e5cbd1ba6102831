// lightlda-generate: writes a synthetic corpus (bench/synthetic.h) as a bag of words.
#include <gflags/gflags.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/progress.h"
#include "synthetic.h"
#include "tool_util.h"

DEFINE_string(output, "", "file to write; - is stdout");
DEFINE_string(format, "uci", "uci or ldac");
DEFINE_uint64(num_documents, 1000, "documents");
DEFINE_uint32(num_words, 10'000, "size of the vocabulary; word 1 is the most frequent");
DEFINE_uint32(num_topics, 100, "topics to draw from");
DEFINE_double(mean_length, 100, "mean tokens per document");
DEFINE_string(length, "lognormal", "lognormal or poisson: distribution of the lengths");
DEFINE_double(length_sigma, 0.5, "lognormal: standard deviation of the length's logarithm");
DEFINE_double(zipf_exponent, 1.08, "s of the word probabilities (rank + q)^-s");
DEFINE_double(zipf_shift, 30, "q of the word probabilities (rank + q)^-s");
DEFINE_double(alpha_sum, 5, "K alpha of the documents' topics; small: few topics per document");
DEFINE_double(topic_concentration, 500, "V beta of the topics' words; small: topics far apart");
DEFINE_uint32(urn_size, 4096, "draws that make up a topic, 4 bytes each");
DEFINE_uint64(seed, 1, "the corpus is a function of the flags");

namespace lightlda::bench {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-generate", __FILE__,
    "lightlda-generate --output=FILE [flags]\n"
    "\n"
    "Draws a corpus from LDA with Zipf-Mandelbrot words and writes it as a bag of words.\n"
    "\n"
    "Example:\n"
    "  lightlda-generate --num_documents=100000 --num_words=100000 --num_topics=1000 \\\n"
    "    --mean_length=330 --output=syn33.docword.txt\n"};

Result<SyntheticOptions> OptionsOfFlags() {
  SyntheticOptions options;
  options.num_documents = FLAGS_num_documents;
  options.num_words = FLAGS_num_words;
  options.num_topics = FLAGS_num_topics;
  options.mean_length = FLAGS_mean_length;
  if (FLAGS_length != "lognormal" && FLAGS_length != "poisson") {
    return Status::Usage("--length=" + FLAGS_length + ": expected lognormal or poisson");
  }
  options.length_law = FLAGS_length == "poisson" ? LengthLaw::kPoisson : LengthLaw::kLogNormal;
  options.length_sigma = FLAGS_length_sigma;
  options.zipf_exponent = FLAGS_zipf_exponent;
  options.zipf_shift = FLAGS_zipf_shift;
  options.alpha_sum = FLAGS_alpha_sum;
  options.topic_concentration = FLAGS_topic_concentration;
  options.urn_size = FLAGS_urn_size;
  options.seed = FLAGS_seed;
  LIGHTLDA_RETURN_IF_ERROR(options.Validate());
  return options;
}

Status WriteToStdout(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return Status::CannotWrite(ErrnoMessage("stdout", errno));
  }
  return {};
}

Result<SyntheticSummary> Write(const SyntheticCorpus& corpus, BagFormat format) {
  if (FLAGS_output == "-") return WriteSynthetic(corpus, format, WriteToStdout);
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(FLAGS_output));
  LIGHTLDA_ASSIGN_OR_RETURN(
      const SyntheticSummary summary,
      WriteSynthetic(corpus, format, [&file](std::string_view text) { return file.Append(text); }));
  LIGHTLDA_RETURN_IF_ERROR(file.Close());
  return summary;
}

Status Run() {
  if (FLAGS_output.empty()) return Status::Usage("--output is missing; try --help");
  if (FLAGS_format != "uci" && FLAGS_format != "ldac") {
    return Status::Usage("--format=" + FLAGS_format + ": expected uci or ldac");
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const SyntheticOptions options, OptionsOfFlags());
  const auto start = std::chrono::steady_clock::now();
  const SyntheticCorpus corpus(options);
  LIGHTLDA_ASSIGN_OR_RETURN(
      const SyntheticSummary summary,
      Write(corpus, FLAGS_format == "uci" ? BagFormat::kUci : BagFormat::kLdac));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::fprintf(stderr, "%s documents, %s tokens, %s entries in %s: %s tokens/s\n",
               FormatCount(static_cast<std::int64_t>(options.num_documents)).c_str(),
               FormatCount(summary.num_tokens).c_str(), FormatCount(summary.num_entries).c_str(),
               FormatDuration(seconds.count()).c_str(),
               FormatCount(static_cast<std::int64_t>(static_cast<double>(summary.num_tokens) /
                                                     seconds.count()))
                   .c_str());
  return {};
}

}  // namespace
}  // namespace lightlda::bench

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::bench::kProgram, argc, argv, lightlda::bench::Run);
}
