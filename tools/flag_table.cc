#include "flag_table.h"

#include <gflags/gflags.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>

namespace lightlda::tools {
namespace {

struct Row {
  std::string_view flag;
  FlagGroup group;
  const char* value;
};

constexpr Row kPreprocess[] = {
    {"output", FlagGroup::kRequired, "CORPUS"},
    {"input", FlagGroup::kInput, "FILE,..."},
    {"format", FlagGroup::kInput, "auto|text|jsonl|json|csv|tsv|uci|ldac|libsvm"},
    {"text_field", FlagGroup::kInput, "NAME,..."},
    {"id_field", FlagGroup::kInput, "NAME"},
    {"columns", FlagGroup::kInput, "NAME,..."},
    {"encoding", FlagGroup::kInput, "NAME"},
    {"strip", FlagGroup::kInput, "html|email|latex|url,..."},
    {"metadata_fields", FlagGroup::kInput, "auto|none|SPEC,..."},
    {"metadata", FlagGroup::kInput, "FILE"},
    {"metadata_key", FlagGroup::kInput, "NAME"},
    {"snippet_bytes", FlagGroup::kInput, "N"},
    {"on_bad_line", FlagGroup::kInput, "fail|skip"},
    {"on_bad_file", FlagGroup::kInput, "fail|skip"},
    {"max_line_bytes", FlagGroup::kInput, "N"},
    {"like", FlagGroup::kWords, "CORPUS|MODEL"},
    {"vocab", FlagGroup::kWords, "FILE"},
    {"min_df", FlagGroup::kWords, "N|X"},
    {"max_df", FlagGroup::kWords, "N|X"},
    {"max_vocab", FlagGroup::kWords, "N"},
    {"stopwords", FlagGroup::kWords, "none|auto|de|en|es|fr|it|nl|pt|NAME|FILE,..."},
    {"stemmer", FlagGroup::kWords, "none|english|german|french|spanish|italian|NAME"},
    {"min_token_length", FlagGroup::kWords, "N"},
    {"token_regex", FlagGroup::kWords, "REGEX"},
    {"replace", FlagGroup::kWords, "FILE"},
    {"phrases", FlagGroup::kWords, "none|npmi"},
    {"phrase_min_count", FlagGroup::kWords, "N"},
    {"phrase_threshold", FlagGroup::kWords, "X"},
    {"seed", FlagGroup::kRun, "N"},
    {"num_threads", FlagGroup::kRun, "N"},
    {"holdout", FlagGroup::kOutput, "X"},
    {"holdout_output", FlagGroup::kOutput, "CORPUS"},
    {"block_tokens", FlagGroup::kOutput, "N"},
    {"overwrite", FlagGroup::kOutput, ""},
};

constexpr Row kTrain[] = {
    {"corpus", FlagGroup::kRequired, "CORPUS"},
    {"model", FlagGroup::kRequired, "MODEL"},
    {"num_topics", FlagGroup::kRequired, "N"},
    {"alpha", FlagGroup::kModel, "auto|X|FILE"},
    {"alpha_sum", FlagGroup::kModel, "X"},
    {"beta", FlagGroup::kModel, "auto|X"},
    {"optimize_interval", FlagGroup::kModel, "auto|N"},
    {"seed_words", FlagGroup::kModel, "FILE"},
    {"init_model", FlagGroup::kModel, "MODEL"},
    {"init_weight", FlagGroup::kModel, "auto|X"},
    {"frozen_topics", FlagGroup::kModel, "all|N,..."},
    {"seed", FlagGroup::kModel, "N"},
    {"num_iterations", FlagGroup::kRun, "auto|N"},
    {"num_threads", FlagGroup::kRun, "N"},
    {"memory_budget", FlagGroup::kRun, "SIZE"},
    {"scratch", FlagGroup::kRun, "DIR"},
    {"mh_steps", FlagGroup::kRun, "auto|N"},
    {"growth_stages", FlagGroup::kRun, "auto|N"},
    {"growth_iterations", FlagGroup::kRun, "auto|N"},
    {"growth_beta", FlagGroup::kRun, "auto|X"},
    {"dry_run", FlagGroup::kRun, ""},
    {"resume", FlagGroup::kStopping, "no|auto|yes"},
    {"checkpoint_interval", FlagGroup::kStopping, "X"},
    {"max_hours", FlagGroup::kStopping, "X"},
    {"save_wait", FlagGroup::kStopping, "X"},
    {"fallback_model", FlagGroup::kStopping, "MODEL"},
    {"overwrite", FlagGroup::kOutput, ""},
    {"likelihood_interval", FlagGroup::kOutput, "N"},
    {"evaluate", FlagGroup::kOutput, "CORPUS"},
    {"preview_interval", FlagGroup::kOutput, "N"},
    {"staleness", FlagGroup::kCluster, "N"},
    {"server_processes", FlagGroup::kCluster, "N"},
    {"secure", FlagGroup::kCluster, ""},
    {"bind_interface", FlagGroup::kCluster, "NETWORK"},
    {"transport", FlagGroup::kCluster, "auto|ipc|tcp"},
    {"stall_timeout", FlagGroup::kCluster, "X"},
};

constexpr Row kDump[] = {
    {"model", FlagGroup::kRequired, "MODEL"},
    {"corpus", FlagGroup::kInput, "CORPUS"},
    {"other", FlagGroup::kInput, "MODEL"},
    {"top_words", FlagGroup::kTopics, "N"},
    {"weight", FlagGroup::kTopics, "probability|relevance|frex|lift|score"},
    {"lambda", FlagGroup::kTopics, "X"},
    {"frex_weight", FlagGroup::kTopics, "X"},
    {"min_count", FlagGroup::kTopics, "N"},
    {"sort", FlagGroup::kTopics, "id|size|coherence"},
    {"num", FlagGroup::kTopics, "N"},
    {"word", FlagGroup::kTopics, "WORD"},
    {"prefix", FlagGroup::kTopics, ""},
    {"max_distance", FlagGroup::kTopics, "X"},
    {"on", FlagGroup::kTopics, "documents|words"},
    {"clusters", FlagGroup::kTopics, "N"},
    {"min_probability", FlagGroup::kDocuments, "X"},
    {"dense", FlagGroup::kDocuments, ""},
    {"metadata", FlagGroup::kDocuments, "auto|NAME,..."},
    {"min_document_tokens", FlagGroup::kDocuments, "N"},
    {"min_share", FlagGroup::kDocuments, "X"},
    {"and_topic", FlagGroup::kDocuments, "N"},
    {"by", FlagGroup::kDocuments, "NAME,..."},
    {"bin", FlagGroup::kDocuments, "auto|year|quarter|month|week|day"},
    {"bin_width", FlagGroup::kDocuments, "X"},
    {"name", FlagGroup::kDocuments, "NAME"},
    {"index", FlagGroup::kDocuments, "N"},
    {"set", FlagGroup::kLabels, "N:LABEL,..."},
    {"hide", FlagGroup::kLabels, "N,..."},
    {"show", FlagGroup::kLabels, "N,..."},
    {"match_labels", FlagGroup::kLabels, "MODEL"},
    {"keep_labels", FlagGroup::kLabels, ""},
    {"topics", FlagGroup::kLabels, "N,N;..."},
    {"num_threads", FlagGroup::kRun, "N"},
    {"format", FlagGroup::kOutput, "text|json|csv|tsv|html"},
    {"output", FlagGroup::kOutput, "FILE"},
    {"overwrite", FlagGroup::kOutput, ""},
    {"of", FlagGroup::kOutput, "phi|theta|counts|word_topic|doc_topic|corpus|words|documents"},
    {"title", FlagGroup::kOutput, "TEXT"},
    {"labels", FlagGroup::kOutput, "FILE"},
    {"snippet_bytes", FlagGroup::kOutput, "N"},
    {"max_bytes", FlagGroup::kOutput, "SIZE"},
    {"dtype", FlagGroup::kOutput, "auto|float32|float64|int32|int64"},
};

constexpr Row kInfer[] = {
    {"model", FlagGroup::kRequired, "MODEL"},
    {"input", FlagGroup::kInput, "FILE,..."},
    {"input_format", FlagGroup::kInput, "auto|text|jsonl|json|csv|tsv|uci|ldac|libsvm"},
    {"vocab", FlagGroup::kInput, "FILE"},
    {"text_field", FlagGroup::kInput, "NAME,..."},
    {"id_field", FlagGroup::kInput, "NAME"},
    {"columns", FlagGroup::kInput, "NAME,..."},
    {"encoding", FlagGroup::kInput, "NAME"},
    {"on_bad_line", FlagGroup::kInput, "fail|skip"},
    {"max_line_bytes", FlagGroup::kInput, "N"},
    {"num_threads", FlagGroup::kRun, "N"},
    {"output", FlagGroup::kOutput, "FILE"},
    {"overwrite", FlagGroup::kOutput, ""},
    {"format", FlagGroup::kOutput, "text|json|csv|tsv"},
    {"top", FlagGroup::kOutput, "N"},
    {"min_probability", FlagGroup::kOutput, "X"},
    {"words", FlagGroup::kOutput, ""},
    {"dense", FlagGroup::kOutput, ""},
};

constexpr Row kServe[] = {
    {"model", FlagGroup::kInput, "MODEL,..."},
    {"watch", FlagGroup::kInput, "MODEL"},
    {"listen", FlagGroup::kRun, "ADDRESS"},
    {"token_file", FlagGroup::kRun, "FILE"},
    {"ui", FlagGroup::kRun, ""},
    {"reload", FlagGroup::kRun, "watch|signal"},
    {"num_threads", FlagGroup::kRun, "N"},
    {"max_body", FlagGroup::kLimits, "SIZE"},
    {"max_header", FlagGroup::kLimits, "N"},
    {"max_documents", FlagGroup::kLimits, "N"},
    {"max_document_tokens", FlagGroup::kLimits, "N"},
    {"max_connections", FlagGroup::kLimits, "N"},
    {"queue", FlagGroup::kLimits, "N"},
    {"request_timeout", FlagGroup::kLimits, "X"},
    {"drain_timeout", FlagGroup::kLimits, "X"},
};

constexpr Row kEvaluate[] = {
    {"model", FlagGroup::kRequired, "MODEL"},
    {"input", FlagGroup::kInput, "FILE,..."},
    {"input_format", FlagGroup::kInput, "auto|text|jsonl|json|csv|tsv|uci|ldac|libsvm"},
    {"vocab", FlagGroup::kInput, "FILE"},
    {"text_field", FlagGroup::kInput, "NAME,..."},
    {"columns", FlagGroup::kInput, "NAME,..."},
    {"encoding", FlagGroup::kInput, "NAME"},
    {"corpus", FlagGroup::kInput, "CORPUS"},
    {"top_words", FlagGroup::kTopics, "N"},
    {"gensim_windows", FlagGroup::kTopics, ""},
    {"particles", FlagGroup::kDocuments, "N"},
    {"held_out", FlagGroup::kSweep, "CORPUS"},
    {"output", FlagGroup::kSweep, "DIR"},
    {"topics", FlagGroup::kSweep, "N,..."},
    {"seeds", FlagGroup::kSweep, "N"},
    {"num_iterations", FlagGroup::kSweep, "auto|N"},
    {"alpha", FlagGroup::kSweep, "auto|X"},
    {"beta", FlagGroup::kSweep, "auto|X"},
    {"optimize_interval", FlagGroup::kSweep, "auto|N"},
    {"min_gain", FlagGroup::kSweep, "X"},
    {"stop_early", FlagGroup::kSweep, ""},
    {"seed", FlagGroup::kRun, "N"},
    {"num_threads", FlagGroup::kRun, "N"},
    {"format", FlagGroup::kOutput, "text|json|csv|tsv"},
};

constexpr Row kImport[] = {
    {"input", FlagGroup::kRequired, "FILE|DIR"},
    {"output", FlagGroup::kRequired, "MODEL"},
    {"vocab", FlagGroup::kInput, "FILE"},
    {"alpha", FlagGroup::kModel, "X,..."},
    {"beta", FlagGroup::kModel, "X"},
    {"num_topics", FlagGroup::kModel, "N"},
    {"corpus_output", FlagGroup::kOutput, "CORPUS"},
    {"overwrite", FlagGroup::kOutput, ""},
};

struct ProgramRow {
  std::string_view name;
  const char* summary;
  std::span<const Row> flags;
};

constexpr ProgramRow kPrograms[] = {
    {"lightlda-preprocess", "reads text or bags of words for lightlda", kPreprocess},
    {"lightlda", "trains topic models, on one machine or many", kTrain},
    {"lightlda-dump", "shows what a topic model has learned", kDump},
    {"lightlda-infer", "finds the topics of new documents", kInfer},
    {"lightlda-serve", "answers over HTTP, and shows a run as it trains", kServe},
    {"lightlda-evaluate", "says how good a topic model is", kEvaluate},
    {"lightlda-import", "makes models of what other tools have trained", kImport},
};

const ProgramRow* FindProgram(std::string_view name) {
  const auto* const row =
      std::ranges::find_if(kPrograms, [&](const ProgramRow& known) { return known.name == name; });
  return row == std::end(kPrograms) ? nullptr : row;
}

// gflags prints the double 0.1 as 0.10000000000000001.
std::string NumberText(const std::string& value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.10g", std::strtod(value.c_str(), nullptr));
  return text;
}

// The value of a flag that the table does not have.
std::string ValueOfType(const std::string& type) {
  if (type == "bool") return "";
  if (type == "string") return "TEXT";
  return type == "double" ? "X" : "N";
}

Flag MakeFlag(const gflags::CommandLineFlagInfo& info, const ProgramRow* program) {
  Flag flag{.name = info.name,
            .type = info.type,
            .description = info.description,
            .default_text = info.default_value,
            .value = ValueOfType(info.type)};
  if (program != nullptr) {
    for (const Row& row : program->flags) {
      if (flag.name == row.flag) std::tie(flag.group, flag.value) = std::tie(row.group, row.value);
    }
  }
  if (flag.type == "double") flag.default_text = NumberText(info.default_value);
  // A description that says "Default: ..." itself has the last word.
  if (flag.type == "bool" || flag.group == FlagGroup::kRequired ||
      flag.description.find("Default: ") != std::string::npos) {
    flag.default_text.clear();
  }
  return flag;
}

// The least number of letters that are put in, left out, replaced or swapped with the next.
std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

const char* GroupTitle(FlagGroup group) {
  constexpr std::array<const char*, kNumFlagGroups> kTitles = {
      "Required", "Input", "Words",          "Model",  "Topics", "Documents", "Labels",
      "Sweep",    "Run",   "Stop and go on", "Limits", "Output", "Cluster",   "Other flags"};
  return kTitles[static_cast<std::size_t>(group)];
}

std::vector<Flag> FlagsOf(const Program& program) {
  std::vector<gflags::CommandLineFlagInfo> all;
  gflags::GetAllFlags(&all);
  std::vector<Flag> flags;
  const ProgramRow* const row = FindProgram(program.name);
  for (const auto& info : all) {
    if (info.filename == program.source) flags.push_back(MakeFlag(info, row));
  }
  const auto place = [row](const Flag& flag) {
    if (row == nullptr) return std::size_t{0};
    const auto listed = std::ranges::find(row->flags, flag.name, &Row::flag);
    return static_cast<std::size_t>(listed - row->flags.begin());
  };
  std::ranges::stable_sort(flags, {}, place);
  return flags;
}

std::vector<std::string> ProgramNames() {
  std::vector<std::string> names;
  for (const ProgramRow& row : kPrograms) names.emplace_back(row.name);
  return names;
}

const char* SummaryOf(std::string_view program) {
  const ProgramRow* const row = FindProgram(program);
  return row == nullptr ? "" : row->summary;
}

std::optional<std::string_view> KindOfValue(std::string_view kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kKinds = {
      {{"N", "a whole number"},
       {"X", "a number, as 0.01"},
       {"SIZE", "bytes, as 500M or 8G"},
       {"FILE", "a file"},
       {"DIR", "a directory"},
       {"CORPUS", "a directory made by lightlda-preprocess"},
       {"MODEL", "a directory made by lightlda"},
       {"ADDRESS", "ADDRESS:PORT or unix:PATH"},
       {"NAME", "a name"}}};
  for (const auto& [name, meaning] : kKinds) {
    if (name == kind) return meaning;
  }
  return std::nullopt;
}

std::vector<std::string> Alternatives(const std::string& value) {
  std::vector<std::string> found;
  for (std::size_t begin = 0; begin < value.size();) {
    const std::size_t end = std::min(value.find('|', begin), value.size());
    std::string one = value.substr(begin, end - begin);
    found.push_back(one.substr(0, one.find_first_of(",;")));
    begin = end + 1;
  }
  return found;
}

bool IsWord(std::string_view alternative) {
  return !alternative.empty() && std::islower(static_cast<unsigned char>(alternative[0])) != 0;
}

std::string NearestFlag(const Program& program, const std::string& name) {
  std::string wanted = name;
  std::ranges::replace(wanted, '-', '_');
  std::string nearest;
  // One letter in three may be wrong.
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const Flag& flag : FlagsOf(program)) {
    const std::size_t distance = EditDistance(wanted, flag.name);
    // What was not written to its end, as --num_iter, is nearer than what has other letters.
    const bool is_begun = wanted.size() >= 3 && flag.name.starts_with(wanted);
    if (is_begun ? least > 1 : distance < least) {
      least = is_begun ? 1 : distance;
      nearest = "--" + flag.name;
    }
  }
  return nearest;
}

}  // namespace lightlda::tools
