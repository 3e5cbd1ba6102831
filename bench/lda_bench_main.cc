// lightlda-bench: trains named workloads and reports speed, time to likelihood and memory.
#include <gflags/gflags.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/progress.h"
#include "child_process.h"
#include "measurement.h"
#include "report.h"
#include "tool_util.h"
#include "workload.h"

DEFINE_bool(list, false, "list the workloads and end");
DEFINE_string(workloads, "smoke", "comma-separated names, or all");
DEFINE_string(measure, "throughput,quality", "throughput, quality or both, comma-separated");
DEFINE_string(threads, "1", "comma-separated numbers of threads");
DEFINE_string(mh_steps, "1,2", "comma-separated proposals per visit; throughput only");
DEFINE_int32(repeats, 1, "runs of each kind; medians are reported");
DEFINE_string(corpora, "", "directory with one folder per corpus");
DEFINE_string(scratch, "",
              "directory for corpora, made at first use and kept, and for models, which are "
              "removed. Default: lightlda-bench in the system's temporary directory");
DEFINE_string(json, "", "file to write all results to, also after every one");
DEFINE_string(curves, "", "existing directory for the metrics of quality runs; see plot.py");

namespace lightlda::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr tools::Program kProgram = {
    "lightlda-bench", __FILE__,
    "lightlda-bench --workloads=NAME[,NAME...] [flags]\n"
    "\n"
    "Trains named workloads, each run in a process of its own: tokens per second without growth, "
    "and\n"
    "seconds of training to given joint log-likelihoods per token as the trainer runs by default.\n"
    "\n"
    "Example:\n"
    "  lightlda-bench --workloads=nips-k100,nips-k1000 --corpora=DIR --threads=1,2 --repeats=5 \\\n"
    "    --json=results.json\n"};

Result<std::vector<int>> ParseNumbers(const char* flag, const std::string& text) {
  std::vector<int> numbers;
  for (const std::string& item : SplitList(text)) {
    int number = 0;
    const char* end = item.data() + item.size();
    const auto parsed = std::from_chars(item.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || number < 1) {
      return Status::Usage("--" + std::string(flag) + ": expected numbers from 1, found " + item);
    }
    numbers.push_back(number);
  }
  if (numbers.empty()) return Status::Usage("--" + std::string(flag) + ": expected a number");
  return numbers;
}

struct Settings {
  std::vector<Workload> workloads;
  std::vector<int> threads;
  std::vector<int> mh_steps;
  bool throughput = false;
  bool quality = false;
  BenchPaths paths;
};

Result<Settings> ReadFlags() {
  Settings settings;
  LIGHTLDA_ASSIGN_OR_RETURN(settings.workloads, FindWorkloads(FLAGS_workloads));
  LIGHTLDA_ASSIGN_OR_RETURN(settings.threads, ParseNumbers("threads", FLAGS_threads));
  LIGHTLDA_ASSIGN_OR_RETURN(settings.mh_steps, ParseNumbers("mh_steps", FLAGS_mh_steps));
  if (FLAGS_repeats < 1) return Status::Usage("--repeats: expected at least 1");
  for (const std::string& measure : SplitList(FLAGS_measure)) {
    if (measure != "throughput" && measure != "quality") {
      return Status::Usage("--measure: expected throughput or quality, found " + measure);
    }
    (measure == "quality" ? settings.quality : settings.throughput) = true;
  }
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  settings.paths.scratch =
      FLAGS_scratch.empty() ? (temporary / "lightlda-bench").string() : FLAGS_scratch;
  settings.paths.collection = FLAGS_corpora;
  settings.paths.source_tree = LIGHTLDA_SOURCE_DIR;
  for (const Workload& workload : settings.workloads) {
    if (workload.corpus.place == CorpusSource::Place::kCollection && FLAGS_corpora.empty()) {
      return Status::Usage("workload " + workload.name + " needs --corpora=DIR");
    }
  }
  return settings;
}

// Collects results; the JSON file is rewritten with every one, so that a long run that is cut short
// leaves what it had.
class Results {
 public:
  Status Add(Json result) {
    all_.push_back(std::move(result));
    if (FLAGS_json.empty()) return {};
    return WriteFileAtomic(FLAGS_json, MakeDocument(all_).dump(1) + "\n");
  }
  const Json& all() const { return all_; }

 private:
  Json all_ = Json::array();
};

void Announce(const std::string& what) { std::fprintf(stderr, "%s\n", what.c_str()); }

Status MeasureAll(const Workload& workload, const Settings& settings, Results* results) {
  RunSettings run;
  run.scratch = settings.paths.scratch;
  run.repeats = FLAGS_repeats;
  run.curves = FLAGS_curves;
  Announce(workload.name + ": corpus");
  // In a child too, as its memory would count for every later one.
  LIGHTLDA_ASSIGN_OR_RETURN(const ChildResult prepared, RunInChild([&]() -> Result<Json> {
                              LIGHTLDA_ASSIGN_OR_RETURN(
                                  std::string corpus,
                                  PrepareCorpus(workload.corpus, settings.paths));
                              return Json(std::move(corpus));
                            }));
  run.corpus = prepared.value->get<std::string>();
  for (const int threads : settings.threads) {
    run.num_threads = threads;
    const std::string with = workload.name + ": " + std::to_string(threads) + " threads, ";
    for (const int mh_steps : settings.throughput ? settings.mh_steps : std::vector<int>()) {
      Announce(with + "throughput at M = " + std::to_string(mh_steps));
      LIGHTLDA_ASSIGN_OR_RETURN(Json result, MeasureThroughput(workload, run, mh_steps));
      LIGHTLDA_RETURN_IF_ERROR(results->Add(std::move(result)));
    }
    if (!settings.quality) continue;
    Announce(with + "quality");
    LIGHTLDA_ASSIGN_OR_RETURN(Json result, MeasureQuality(workload, run));
    LIGHTLDA_RETURN_IF_ERROR(results->Add(std::move(result)));
  }
  return {};
}

void List() {
  for (const Workload& workload : AllWorkloads()) {
    std::string targets;
    for (const Target& target : workload.targets) {
      targets += (targets.empty() ? "" : ", ") + FormatFixed(target.log_likelihood_per_token, 3);
    }
    std::printf("%-18s %-21s K = %-7u until %s\n", workload.name.c_str(),
                workload.corpus.name.c_str(), workload.num_topics,
                targets.empty() ? (std::to_string(workload.max_iterations) + " iterations").c_str()
                                : targets.c_str());
  }
}

Status Run() {
  if (FLAGS_list) return List(), Status();
  LIGHTLDA_ASSIGN_OR_RETURN(const Settings settings, ReadFlags());
  if (!PathExists(settings.paths.scratch)) {
    LIGHTLDA_RETURN_IF_ERROR(CreateDirectory(settings.paths.scratch));
  }
  Results results;
  Status status;
  for (const Workload& workload : settings.workloads) {
    status = MeasureAll(workload, settings, &results).WithContext(workload.name);
    if (!status.ok()) break;
  }
  const std::string throughput = ThroughputTable(results.all());
  const std::string quality = QualityTable(results.all());
  std::printf("%s%s%s", throughput.c_str(), throughput.empty() || quality.empty() ? "" : "\n",
              quality.c_str());
  return status;
}

}  // namespace
}  // namespace lightlda::bench

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::bench::kProgram, argc, argv, lightlda::bench::Run);
}
