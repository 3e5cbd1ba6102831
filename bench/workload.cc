#include "workload.h"

#include <sstream>

#include "base/file.h"
#include "lightlda/preprocess.h"

namespace lightlda::bench {
namespace {

CorpusSource Collected(const std::string& folder, const std::string& documents,
                       const std::string& vocabulary) {
  CorpusSource source;
  source.name = folder;
  source.documents = folder + "/" + documents;
  source.vocabulary = folder + "/" + vocabulary;
  return source;
}

CorpusSource Nips() {
  return Collected("uci-nips-trimmed", "docword.nips-trimmed.txt.gz", "vocab.nips-trimmed.txt");
}

CorpusSource Arxiv100k() {
  return Collected("arxiv-abstracts-100k", "docword.arxiv100k.txt.gz", "vocab.arxiv100k.txt");
}

CorpusSource Arxiv527k() {
  return Collected("arxiv-abstracts-527k", "docword.arxiv527k.txt.xz", "vocab.arxiv527k.txt.xz");
}

CorpusSource Synthetic33M() {
  CorpusSource source;
  source.name = "syn33";
  source.place = CorpusSource::Place::kSynthetic;
  source.synthetic.num_documents = 100'000;
  source.synthetic.num_words = 100'000;
  source.synthetic.num_topics = 1000;
  source.synthetic.mean_length = 330;
  return source;
}

CorpusSource DebianSample() {
  CorpusSource source;
  source.name = "debian-sample";
  source.place = CorpusSource::Place::kSourceTree;
  source.documents = "data/debian-descriptions-sample.jsonl.xz";
  return source;
}

// How speed and memory change with the number of topics; a peer was timed at 1000.
Workload LargeArxiv(std::uint32_t num_topics) {
  Workload workload;
  workload.name = "arxiv527k-k" + std::to_string(num_topics);
  workload.corpus = Arxiv527k();
  workload.num_topics = num_topics;
  workload.warmup_iterations = 3;
  workload.timed_iterations = 7;
  workload.max_iterations = 60;
  if (num_topics == 1000) workload.targets = {{-9.593, "WarpLDA"}};
  return workload;
}

// The targets are the likelihoods that a peer was timed to (docs/lab/011-other-systems.md).
std::vector<Workload> MakeWorkloads() {
  return {
      {.name = "smoke",
       .corpus = DebianSample(),
       .num_topics = 50,
       .warmup_iterations = 1,
       .timed_iterations = 3,
       .max_iterations = 20,
       .targets = {{-8.6, "none"}}},
      {.name = "nips-k100",
       .corpus = Nips(),
       .num_topics = 100,
       .targets = {{-8.33, "tomotopy"}, {-8.20, "Mallet"}}},
      {.name = "nips-k1000",
       .corpus = Nips(),
       .num_topics = 1000,
       .targets = {{-8.43, "WarpLDA"}, {-8.35, "Mallet"}, {-8.10, "Mallet"}}},
      {.name = "nips-k10000",
       .corpus = Nips(),
       .num_topics = 10'000,
       .targets = {{-8.96, "WarpLDA"}, {-8.77, "Mallet"}}},
      {.name = "arxiv100k-k1000",
       .corpus = Arxiv100k(),
       .num_topics = 1000,
       .targets = {{-9.531, "WarpLDA"}}},
      LargeArxiv(100),
      LargeArxiv(1000),
      LargeArxiv(10'000),
      LargeArxiv(100'000),
      LargeArxiv(1'000'000),
      {.name = "syn33-k1000",
       .corpus = Synthetic33M(),
       .num_topics = 1000,
       .warmup_iterations = 3,
       .timed_iterations = 7,
       .max_iterations = 40,
       .targets = {}},
  };
}

Status WriteToFile(const SyntheticOptions& options, const std::string& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(path));
  LIGHTLDA_RETURN_IF_ERROR(
      WriteSynthetic(SyntheticCorpus(options), BagFormat::kLdac, [&file](std::string_view text) {
        return file.Append(text);
      }).status());
  return file.Close();
}

}  // namespace

const std::vector<Workload>& AllWorkloads() {
  static const std::vector<Workload> workloads = MakeWorkloads();
  return workloads;
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream in(text);
  for (std::string item; std::getline(in, item, ',');) {
    if (!item.empty()) items.push_back(item);
  }
  return items;
}

Result<std::vector<Workload>> FindWorkloads(const std::string& names) {
  if (names == "all") return AllWorkloads();
  std::vector<Workload> found;
  for (const std::string& name : SplitList(names)) {
    const std::size_t before = found.size();
    for (const Workload& workload : AllWorkloads()) {
      if (workload.name == name) found.push_back(workload);
    }
    if (found.size() == before) return Status::Usage("unknown workload " + name + "; try --list");
  }
  if (found.empty()) return Status::Usage("--workloads names none; try --list");
  return found;
}

Result<std::string> PrepareCorpus(const CorpusSource& source, const BenchPaths& paths) {
  std::string target = JoinPath(paths.scratch, source.name);
  if (PathExists(target)) return target;
  PreprocessConfig config;
  config.output = target;
  const std::string generated = target + ".ldac";
  if (source.place == CorpusSource::Place::kSynthetic) {
    LIGHTLDA_RETURN_IF_ERROR(WriteToFile(source.synthetic, generated));
    config.inputs = {generated};
    config.format = InputFormat::kLdac;
  } else {
    const bool collected = source.place == CorpusSource::Place::kCollection;
    const std::string& top = collected ? paths.collection : paths.source_tree;
    config.inputs = {JoinPath(top, source.documents)};
    if (!source.vocabulary.empty()) config.vocab_file = JoinPath(top, source.vocabulary);
  }
  const Status made = Preprocess(config).status();
  LIGHTLDA_RETURN_IF_ERROR(RemoveTree(generated));
  LIGHTLDA_RETURN_IF_ERROR(made);
  return target;
}

}  // namespace lightlda::bench
