#include "flags.h"

#include "flag_values.h"
#include "lightlda/evaluate.h"
#include "lightlda/sweep.h"

// Flags have the defaults of the fields that they set.
const lightlda::DocumentInput kInput;
const lightlda::CoherenceOptions kOptions;
const lightlda::HeldOutOptions kHeldOut;
const lightlda::SweepConfig kSweep;

DEFINE_string(model, "", "model directory written by lightlda (needed, but for sweep)");
DEFINE_string(format, "text",
              "of the output: text, json, csv or tsv (completion, left_to_right, diversity: text "
              "or json)");
DEFINE_string(corpus, "",
              "completion, left_to_right: corpus directory of held-out documents, instead of "
              "--input; words are matched by name. coherence: corpus directory in which words are "
              "counted. Default: the one that the model was trained on. sweep: to train on");
DEFINE_uint64(top_words, kOptions.top_words, "coherence, sweep: words per topic");
DEFINE_bool(gensim_windows, kOptions.gensim_windows,
            "coherence: count windows as gensim does, to compare with its figures");
DEFINE_string(input, "",
              "completion, left_to_right: held-out documents, files or directories, "
              "comma-separated; - is stdin");
DEFINE_string(input_format, lightlda::FormatName(kInput.format),
              "of --input: auto, text, jsonl, json, csv, tsv, uci, ldac or libsvm");
DEFINE_string(vocab, "", "of --input, bags of words: the names of the ids, one word per line");
DEFINE_string(
    text_field, kInput.text_field,
    "of --input, jsonl, json, csv, tsv: member or column with the text; several with commas "
    "between are joined");
DEFINE_string(columns, "",
              "of --input, csv and tsv without a header: names of the columns, comma-separated");
DEFINE_string(encoding, kInput.encoding,
              "of --input, where it has no byte order mark. Default: UTF-8");
DEFINE_int32(particles, kHeldOut.num_particles,
             "left_to_right: particles per document; the estimate is better with more");
DEFINE_uint64(seed, kHeldOut.seed,
              "completion: of the halving of documents; left_to_right: of the particles");
DEFINE_int32(num_threads, kHeldOut.num_threads,
             "threads; 0: one per core. Does not change the result");

DEFINE_string(held_out, "",
              "sweep: corpus directory of held-out documents, as lightlda-preprocess --holdout "
              "makes it (needed)");
DEFINE_string(output, "",
              "sweep: directory in which the models are kept, and found again (needed)");
DEFINE_string(topics, "", "sweep: numbers of topics to try, comma-separated (needed)");
DEFINE_int32(seeds, kSweep.seeds,
             "sweep: models of each number of topics; with 2 or more their stability is known");
DEFINE_string(num_iterations,
              lightlda::tools::AutoOrNumberText(static_cast<int>(kSweep.training.num_iterations),
                                                0),
              "sweep: as of lightlda");
DEFINE_string(alpha, lightlda::tools::AutoOrPositiveText(kSweep.training.alpha),
              "sweep: as of lightlda, but for files");
DEFINE_string(beta, lightlda::tools::AutoOrPositiveText(kSweep.training.beta),
              "sweep: as of lightlda");
DEFINE_string(optimize_interval,
              lightlda::tools::AutoOrNumberText(kSweep.training.optimize_interval, -1),
              "sweep: as of lightlda");
DEFINE_double(min_gain, kSweep.min_gain,
              "sweep: it ends when two numbers of topics in a row predict held-out documents by "
              "less than this better than the best before, in nats per token");
DEFINE_bool(stop_early, kSweep.stop_early,
            "sweep: end so; --nostop_early tries all numbers of topics. Default: it ends so");

namespace lightlda::tools {

const char* const kFlagsSource = __FILE__;

}  // namespace lightlda::tools
