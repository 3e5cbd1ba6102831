#include "report.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/progress.h"
#include "kernels/kernels.h"

namespace lightlda::bench {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kLeftColumns = 1;

std::string Millions(const Json& value) { return FormatFixed(value.get<double>() / 1e6, 1); }

std::string Cell(const Json& value, int digits) {
  return value.is_null() ? "not reached" : FormatFixed(value.get<double>(), digits);
}

std::string CpuName() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

// A row for every target, or one that tells how far a run without targets came.
void AppendQuality(const Json& result, Rows* rows) {
  const std::vector<std::string> first = {result["workload"].get<std::string>(),
                                          result["num_topics"].dump(), result["threads"].dump()};
  const auto append = [&](const Json& likelihood, const Json& at, const std::string& peer) {
    std::vector<std::string> row = first;
    row.insert(row.end(),
               {Cell(likelihood, 3), Cell(at["seconds"], 2), Cell(at["work"], 1),
                Millions(result["peak_bytes"]), Cell(result["bytes_per_token"], 1), peer});
    rows->push_back(std::move(row));
  };
  for (const Json& target : result["targets"]) {
    append(target["log_likelihood_per_token"], target, target["peer"].get<std::string>());
  }
  if (result["targets"].empty()) append(result["best_log_likelihood_per_token"], result, "");
}

}  // namespace

std::string AlignedTable(const Rows& rows) {
  std::vector<std::size_t> width(rows[0].size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string fill(width[c] - row[c].size(), ' ');
      if (c > 0) line += "  ";
      line += c < kLeftColumns ? row[c] + fill : fill + row[c];
    }
    text += line + "\n";
  }
  return text;
}

std::string ThroughputTable(const Json& results) {
  Rows rows = {
      {"throughput", "K", "threads", "M", "Mtokens/s", "min", "max", "peak MB", "bytes/token"}};
  for (const Json& result : results) {
    if (result["measure"] != "throughput") continue;
    rows.push_back(
        {result["workload"].get<std::string>(), result["num_topics"].dump(),
         result["threads"].dump(), result["mh_steps"].dump(), Millions(result["tokens_per_second"]),
         Millions(result["tokens_per_second_min"]), Millions(result["tokens_per_second_max"]),
         Millions(result["peak_bytes"]), Cell(result["bytes_per_token"], 1)});
  }
  return rows.size() == 1 ? "" : AlignedTable(rows);
}

std::string QualityTable(const Json& results) {
  Rows rows = {{"time to likelihood", "K", "threads", "log p/token", "seconds", "work", "peak MB",
                "bytes/token", "peer's point"}};
  for (const Json& result : results) {
    if (result["measure"] == "quality") AppendQuality(result, &rows);
  }
  return rows.size() == 1 ? "" : AlignedTable(rows);
}

Json MakeDocument(const Json& results) {
  return {{"machine",
           {{"cpu", CpuName()},
            {"cores", std::thread::hardware_concurrency()},
            {"kernels", BestKernels().name}}},
          {"results", results}};
}

}  // namespace lightlda::bench
