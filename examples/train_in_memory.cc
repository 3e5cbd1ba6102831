// Words to topics without a file: train_in_memory
//
// Builds a corpus from documents in memory, trains step by step, and prints the top words of every
// topic and the topics of every document.
#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/corpus_builder.h"
#include "lightlda/document_topics.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/trainer.h"

namespace {

using Words = std::vector<std::string>;

// Each theme has words of its own; a document has the words of one theme.
const std::vector<Words> kThemes = {{"dough", "oven", "flour", "yeast", "crust"},
                                    {"sail", "anchor", "harbour", "tide", "mast"}};
constexpr std::size_t kDocuments = 40;
constexpr std::size_t kTokens = 30;

lightlda::Result<lightlda::Corpus> MakeCorpus() {
  lightlda::CorpusBuilder builder;
  for (std::size_t d = 0; d < kDocuments; ++d) {
    const Words& theme = kThemes[d % kThemes.size()];
    Words document;
    for (std::size_t i = 0; i < kTokens; ++i) document.push_back(theme[(d + i * i) % theme.size()]);
    LIGHTLDA_RETURN_IF_ERROR(builder.AddWords("document " + std::to_string(d), document));
  }
  return std::move(builder).Build();
}

lightlda::Result<lightlda::Model> Train(const lightlda::Corpus& corpus) {
  lightlda::TrainConfig config;  // without directories: nothing is written
  config.num_topics = static_cast<std::uint32_t>(kThemes.size());
  config.num_iterations = 50;
  LIGHTLDA_ASSIGN_OR_RETURN(lightlda::Trainer trainer, lightlda::Trainer::Start(corpus, config));
  while (!trainer.done()) LIGHTLDA_RETURN_IF_ERROR(trainer.Step().status());
  return trainer.CurrentModel();
}

void PrintTopics(const lightlda::Model& model) {
  const auto topics = model.TopWords(5);
  for (std::size_t topic = 0; topic < topics.size(); ++topic) {
    std::cout << "topic " << topic << ":";
    for (const lightlda::TopWord& top : topics[topic]) {
      std::cout << " " << model.vocabulary().word(top.word);
    }
    std::cout << "\n";
  }
}

void PrintTheta(const lightlda::DocumentTopics& documents) {
  std::vector<double> theta(documents.num_documents() * documents.num_topics());
  documents.FillTheta(theta);
  for (std::size_t d = 0; d < documents.num_documents(); ++d) {
    std::cout << documents.names()[d] << ":";
    for (std::size_t topic = 0; topic < documents.num_topics(); ++topic) {
      std::cout << " " << theta[d * documents.num_topics() + topic];
    }
    std::cout << "\n";
  }
}

lightlda::Status Run() {
  LIGHTLDA_ASSIGN_OR_RETURN(const lightlda::Corpus corpus, MakeCorpus());
  LIGHTLDA_ASSIGN_OR_RETURN(const lightlda::Model model, Train(corpus));
  PrintTopics(model);
  LIGHTLDA_ASSIGN_OR_RETURN(const lightlda::DocumentTopics documents,
                            lightlda::DocumentTopics::Read(model, corpus));
  PrintTheta(documents);
  return {};
}

}  // namespace

int main() {
  const lightlda::Status status = Run();
  if (!status.ok()) std::cerr << status.message() << "\n";
  return status.exit_code();
}
