// Text to topics through the public API: train_and_print TEXT_FILE WORK_DIRECTORY NUM_TOPICS
//
// TEXT_FILE has one document per line. WORK_DIRECTORY, which must not exist, gets corpus/ and
// model/. Prints the likelihood as training goes and the top words of every topic.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "lightlda/model.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"

namespace {

class LikelihoodPrinter : public lightlda::TrainObserver {
 public:
  void OnIteration(const lightlda::IterationMetrics& metrics) override {
    if (!metrics.log_likelihood_per_token.has_value()) return;
    std::cout << lightlda::ToString(metrics) << ": log-likelihood per token "
              << *metrics.log_likelihood_per_token << "\n";
  }
};

lightlda::Status TrainAndPrint(const std::string& text_file, const std::string& work_directory,
                               std::uint32_t num_topics) {
  lightlda::PreprocessConfig preprocess;
  preprocess.inputs = {text_file};
  preprocess.output = work_directory + "/corpus";
  preprocess.format = lightlda::InputFormat::kText;
  preprocess.min_df = "1";  // keep every word: the example's text may be tiny
  preprocess.max_df = "1.0";
  LIGHTLDA_ASSIGN_OR_RETURN(const lightlda::PreprocessSummary summary,
                            lightlda::Preprocess(preprocess));
  std::cout << summary.num_documents << " documents, " << summary.num_words << " words, "
            << summary.num_tokens << " tokens\n";

  lightlda::TrainConfig train;
  train.corpus = preprocess.output;
  train.model = work_directory + "/model";
  train.num_topics = num_topics;
  train.num_iterations = 50;
  train.likelihood_interval = 10;
  LikelihoodPrinter printer;
  LIGHTLDA_ASSIGN_OR_RETURN(const lightlda::TrainResult result, lightlda::Train(train, &printer));
  std::cout << "model " << result.model_hash << "\n";

  LIGHTLDA_ASSIGN_OR_RETURN(const lightlda::Model model, lightlda::Model::Load(train.model));
  const auto topics = model.TopWords(5);
  for (std::size_t topic = 0; topic < topics.size(); ++topic) {
    std::cout << "topic " << topic << " (" << model.topic_totals()[topic] << " tokens):";
    for (const lightlda::TopWord& top : topics[topic]) {
      std::cout << " " << model.vocabulary().word(top.word);
    }
    std::cout << "\n";
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const int num_topics = argc == 4 ? std::atoi(argv[3]) : 0;
  if (num_topics < 2) {
    std::cerr << "usage: train_and_print TEXT_FILE WORK_DIRECTORY NUM_TOPICS (2 or more)\n";
    return lightlda::ExitCode(lightlda::StatusCode::kUsage);
  }
  std::error_code error;
  if (!std::filesystem::create_directory(argv[2], error)) {
    std::cerr << argv[2] << ": " << (error ? error.message() : "exists already") << "\n";
    return lightlda::ExitCode(lightlda::StatusCode::kCannotWrite);
  }
  const lightlda::Status status =
      TrainAndPrint(argv[1], argv[2], static_cast<std::uint32_t>(num_topics));
  if (!status.ok()) std::cerr << status.message() << "\n";
  return status.exit_code();
}
