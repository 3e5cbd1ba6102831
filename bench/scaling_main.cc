// lightlda-scaling: what the scaling model says of a job, one JSON object per line.
#include <gflags/gflags.h>

#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "lightlda/corpus.h"
#include "tool_util.h"
#include "train/scaling_model.h"
#include "train/schedule.h"

DEFINE_string(corpus, "", "corpus directory; else a Zipf-Mandelbrot law, of");
DEFINE_double(tokens, 2e11, "so many tokens, in");
DEFINE_double(documents, 1e9, "so many documents, over");
DEFINE_uint32(words, 1'000'000, "so many words");
DEFINE_uint32(num_topics, 1000, "K");
DEFINE_int32(mh_steps, 2, "proposals of each kind per token; 0: full conditionals");
DEFINE_uint32(workers, 1, "processes that sample");
DEFINE_uint32(processes_per_machine, 1, "processes that share a link");
DEFINE_uint32(servers, 0, "dedicated servers; 0: every worker's process has a shard");
DEFINE_int32(num_threads, 1, "threads of a process, a core each");
DEFINE_uint32(staleness, 1, "as of lightlda");
DEFINE_double(gbits, 0, "of a machine's link each way, in Gbit/s; 0: no limit");
DEFINE_double(round_trip, 0, "milliseconds");
DEFINE_uint32(slices, 24, "slices of the vocabulary");
DEFINE_double(slowdown, 1,
              "how much slower a core is than that of the model, or shared by so many");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-scaling", __FILE__,
    "lightlda-scaling predicts an iteration on many machines (src/train/scaling_model.h).\n"
    "\n"
    "  lightlda-scaling --corpus=CORPUS --num_topics=1000 --workers=4 --gbits=1\n"
    "  lightlda-scaling --tokens=2e11 --words=1000000 --num_topics=1000000 --workers=8 \\\n"
    "    --num_threads=20 --gbits=10\n"};

const char* Name(ScalingPrediction::Limit limit) {
  switch (limit) {
    case ScalingPrediction::Limit::kSampling:
      return "sampling";
    case ScalingPrediction::Limit::kRows:
      return "rows";
    case ScalingPrediction::Limit::kShard:
      return "shard";
    case ScalingPrediction::Limit::kNetwork:
      return "network";
  }
  return "?";
}

Status ReadFrequencies(std::vector<Count>* frequencies, Count* documents) {
  if (FLAGS_corpus.empty()) {
    *frequencies = ZipfFrequencies(FLAGS_words, FLAGS_tokens);
    *documents = static_cast<Count>(FLAGS_documents);
    return {};
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const Corpus corpus, Corpus::Open(FLAGS_corpus));
  for (WordId word = 0; word < corpus.num_words(); ++word) {
    frequencies->push_back(corpus.vocabulary().frequency(word));
  }
  *documents = corpus.num_documents();
  return {};
}

MachineModel SlowMachine(double slowdown) {
  MachineModel machine;
  for (double* ns : {&machine.token_ns, &machine.proposal_ns, &machine.pack_change_ns,
                     &machine.apply_change_ns, &machine.apply_entry_ns, &machine.apply_row_ns,
                     &machine.answer_entry_ns, &machine.read_row_ns, &machine.read_entry_ns,
                     &machine.build_entry_ns, &machine.wire_byte_ns}) {
    *ns *= slowdown;
  }
  return machine;
}

Status Main() {
  if (FLAGS_num_topics < 2 || FLAGS_mh_steps < 0 || FLAGS_workers < 1 ||
      FLAGS_processes_per_machine < 1 || FLAGS_num_threads < 1 || FLAGS_slices < 1 ||
      FLAGS_words < 1 || !(FLAGS_tokens >= 1)) {
    return Status::Usage("a number that is too small; try --help");
  }
  std::vector<Count> frequencies;
  ScalingJob job;
  LIGHTLDA_RETURN_IF_ERROR(ReadFrequencies(&frequencies, &job.num_documents));
  job.frequencies = frequencies;
  job.num_topics = FLAGS_num_topics;
  job.draws = DrawsOf(FLAGS_mh_steps);
  job.mh_steps = FLAGS_mh_steps;
  job.num_workers = FLAGS_workers;
  job.processes_per_machine = FLAGS_processes_per_machine;
  job.num_servers = FLAGS_servers;
  job.num_threads = FLAGS_num_threads;
  job.staleness =
      UsableStaleness(FLAGS_staleness, std::accumulate(frequencies.begin(), frequencies.end(), 0.0),
                      FLAGS_num_topics);
  job.link_bits_per_second = FLAGS_gbits * 1e9;
  job.round_trip_seconds = FLAGS_round_trip / 1e3;
  job.num_slices = FLAGS_slices;
  const ScalingPrediction result = PredictIteration(job, SlowMachine(FLAGS_slowdown));
  const nlohmann::ordered_json line = {{"workers", FLAGS_workers},
                                       {"servers", FLAGS_servers},
                                       {"seconds", result.seconds},
                                       {"limit", Name(result.limit)},
                                       {"tokens_per_second", result.tokens_per_second},
                                       {"sampling_seconds", result.sampling_seconds},
                                       {"row_seconds", result.row_seconds},
                                       {"shard_seconds", result.shard_seconds},
                                       {"network_seconds", result.network_seconds},
                                       {"row_entries", result.row_entries},
                                       {"row_bytes", result.row_bytes},
                                       {"pushed_bytes", result.pushed_bytes},
                                       {"pulled_bytes", result.pulled_bytes},
                                       {"wire_bytes_per_token", result.wire_bytes_per_token},
                                       {"worker_memory_bytes", result.worker_memory_bytes},
                                       {"server_memory_bytes", result.server_memory_bytes}};
  std::printf("%s\n", line.dump().c_str());
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::kProgram, argc, argv, lightlda::Main);
}
