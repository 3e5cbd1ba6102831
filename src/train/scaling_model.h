// What an iteration on many machines takes: seconds, bytes on the wire, memory; from the sizes of
// the job and what was measured on one machine. docs/lab/007-scaling-model.md compares it with
// measurements.
#ifndef LIGHTLDA_TRAIN_SCALING_MODEL_H_
#define LIGHTLDA_TRAIN_SCALING_MODEL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "lightlda/types.h"
#include "sampler/draws.h"

namespace lightlda {

// Processor time of the steps of an iteration, measured on one core of an Intel Xeon (AVX-512, 2
// MiB L2) by the command above each; other machines differ by a factor that is much the same for
// all.
struct MachineModel {
  // lightlda-bench --measure=throughput --workloads=arxiv527k-k1000 --mh_steps=1,2 --threads=1,2
  double token_ns = 7;       // of a token whatever the number of proposals
  double proposal_ns = 5.2;  // more for each proposal of both kinds
  // lightlda --mh_steps=0 on arXiv 100k and UCI NIPS, K = 100 and 200; AMD Zen 4 (AVX-512)
  double conditional_ns = 15;          // of a token drawn from its full conditional, ...
  double conditional_topic_ns = 0.17;  // ... and more for each topic
  double thread_exponent = 0.91;       // T threads do what T^this do
  double document_share = 0.5;         // of that time in the document pass, which waits for no rows
  // lightlda-ps-wire --num_topics=1000,10000 --processes=1,2,4,8,16 on arXiv 100k
  double pack_change_ns = 9.5;  // worker: an entry of its changes
  double apply_change_ns = 6;   // shard: the same
  double apply_entry_ns = 3;    // shard: an entry of a row that a push changes, for each push
  double apply_row_ns = 23;     // shard: such a row
  double answer_entry_ns = 6;   // shard: an entry of an answer
  // bench/scaling.py processors on arXiv 100k, K = 100, 1000, 10000; one, two and four processes
  double read_row_ns = 325;    // worker: a row that it has tokens of, each time it is read
  double read_entry_ns = 4;    // worker: an entry of such a row, each time
  double build_entry_ns = 12;  // worker: the same, until proposals can be drawn from it
  // lightlda-ps-transport over tcp, 3.3 GB/s with both ends on one core
  double wire_byte_ns = 0.15;  // either end: a byte sent or received
};

// A training job and the machines it runs on.
struct ScalingJob {
  std::span<const Count> frequencies;  // [V], tokens of each word
  Count num_documents = 0;
  std::uint32_t num_topics = 2;
  Draws draws = Draws::kProposals;
  int mh_steps = 2;               // proposals of each kind per token; 0 with kConditionals
  std::uint32_t num_workers = 1;  // processes that sample
  std::uint32_t processes_per_machine = 1;
  std::uint32_t num_servers = 0;  // dedicated ones; 0: every worker's process has a shard
  Count busiest_tokens = 0;       // of the worker with the most; 0: an equal share
  int num_threads = 1;            // of each process, a core each
  std::uint32_t staleness = 0;
  double link_bits_per_second = 0;  // of a machine, each way; 0: no limit
  double round_trip_seconds = 0;
  std::uint32_t num_slices = 1;
};

// What the words' rows come to, once training has settled: estimates, fitted to models of arXiv
// abstracts (7.3 and 38.9 M tokens, K = 100 to 1,000,000) after 20 iterations over all documents.
// Topics of a word with `frequency` of num_tokens tokens. Within 10 % in sum where a topic has more
// than 1,000 tokens, 25 % elsewhere.
double ExpectedEntries(double frequency, double num_tokens, std::uint32_t num_topics);
// Entries of that word's row that one of num_workers workers changes in an iteration, of which an
// exchange tells the part `share`. Within 15 % in sum.
double ExpectedChanges(double frequency, double num_tokens, std::uint32_t num_topics,
                       std::uint32_t num_workers, double share = 1);

struct ScalingPrediction {
  enum class Limit { kSampling, kRows, kShard, kNetwork };

  double seconds = 0;  // an iteration over all documents; what is below overlaps in part
  Limit limit = Limit::kSampling;  // what would have to be faster
  double tokens_per_second = 0;    // all processes
  double sampling_seconds = 0;     // a worker, all its threads at work
  double row_seconds = 0;          // a worker: packing, reading rows, building proposals
  double shard_seconds = 0;        // a shard, which is one thread: applying and answering
  double network_seconds = 0;      // a machine's link, one way

  double row_entries = 0;  // non-zero entries of the word-topic table
  double row_bytes = 0;    // of all rows packed
  // Of a process in an iteration, to and from other processes. Of a job with dedicated servers:
  // a worker's; what all servers send is what all workers receive.
  double pushed_bytes = 0;
  double pulled_bytes = 0;
  double wire_bytes_per_token = 0;  // all that passes between processes

  double worker_memory_bytes = 0;  // the shard of a combined process included
  double server_memory_bytes = 0;  // 0: no dedicated servers
};

// REQUIRES: num_workers, num_threads, num_slices >= 1; mh_steps >= 0; num_topics >= 2;
// frequencies >= 0 with a positive sum. Pure; O(V).
ScalingPrediction PredictIteration(const ScalingJob& job, const MachineModel& machine = {});

// Frequencies of num_words words and about num_tokens tokens, the r-th in proportion to
// (r + shift)^-exponent. Each is at least 1.
std::vector<Count> ZipfFrequencies(std::uint32_t num_words, double num_tokens,
                                   double exponent = 1.0, double shift = 30);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_SCALING_MODEL_H_
