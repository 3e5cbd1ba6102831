// Trains the LDA of tomotopy's C++ core on one thread and prints the seconds of train() alone;
// tomotopy itself is unchanged. Run by bench/compare.py.
//
// usage: tomotopy_run TEXT TOPICS ITERATIONS ALPHA BETA SEED EVERY DUMP|-
//   TEXT   one line per document: two fields that are skipped, then words
//   ALPHA  prior of a topic in a document, per topic
//   EVERY  iterations between likelihoods; 0: only at the end
//   DUMP   file for the topics: one line per document, WORD:TOPIC for every token
// Prints one line per iteration: "iter I train_s SECONDS [ll JOINT_LOG_LIKELIHOOD_PER_TOKEN]",
// seconds cumulative.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "TopicModel/LDA.h"

namespace {

using Document = tomoto::DocumentLDA<tomoto::TermWeight::one>;

double Now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

void AddDocuments(const char* path, tomoto::ILDAModel* model) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string word;
    fields >> word >> word;
    tomoto::RawDoc document;
    while (fields >> word) document.rawWords.push_back(word);
    if (!document.rawWords.empty()) model->addDoc(document);
  }
}

void Train(int iterations, int every, tomoto::ILDAModel* model) {
  double trained = 0;
  for (int iteration = 1; iteration <= iterations; ++iteration) {
    const double start = Now();
    model->train(1, /*numWorkers=*/1);
    trained += Now() - start;
    std::printf("iter %d train_s %.6f", iteration, trained);
    if (iteration == iterations || (every > 0 && iteration % every == 0)) {
      std::printf(" ll %.6f", static_cast<double>(model->getLLPerWord()));
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

bool Dump(const tomoto::ILDAModel& model, const char* path) {
  std::ofstream out(path);
  const auto& words = model.getVocabDict();
  for (std::size_t d = 0; d < model.getNumDocs(); ++d) {
    const auto& document = static_cast<const Document&>(*model.getDoc(d));
    for (std::size_t i = 0; i < document.words.size(); ++i) {
      out << (i > 0 ? " " : "") << words.toWord(document.words[i]) << ':' << document.Zs[i];
    }
    out << '\n';
  }
  return static_cast<bool>(out.flush());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) {
    std::fprintf(stderr,
                 "usage: tomotopy_run TEXT TOPICS ITERATIONS ALPHA BETA SEED EVERY DUMP|-\n");
    return 64;
  }
  tomoto::LDAArgs args;
  args.k = std::strtoul(argv[2], nullptr, 10);
  args.alpha = {static_cast<tomoto::Float>(std::atof(argv[4]))};
  args.eta = static_cast<tomoto::Float>(std::atof(argv[5]));
  args.seed = std::strtoul(argv[6], nullptr, 10);
  const auto model = tomoto::ILDAModel::create(tomoto::TermWeight::one, args);
  model->setOptimInterval(0);
  AddDocuments(argv[1], model.get());
  model->prepare();
  Train(std::atoi(argv[3]), std::atoi(argv[7]), model.get());
  return std::string(argv[8]) == "-" || Dump(*model, argv[8]) ? 0 : 73;
}
