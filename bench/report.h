// The results of lightlda-bench as text tables and as a JSON document.
#ifndef LIGHTLDA_BENCH_REPORT_H_
#define LIGHTLDA_BENCH_REPORT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace lightlda::bench {

// Columns as wide as their widest cell, the first flush left and the others flush right; rows[0] is
// the heading. REQUIRES: all rows have as many cells as the first.
std::string AlignedTable(const std::vector<std::vector<std::string>>& rows);

// results: an array of what MeasureThroughput and MeasureQuality return. A measure without results
// has no table.
std::string ThroughputTable(const nlohmann::ordered_json& results);
std::string QualityTable(const nlohmann::ordered_json& results);

// {"machine": {"cpu", "cores", "kernels"}, "results": results}.
nlohmann::ordered_json MakeDocument(const nlohmann::ordered_json& results);

}  // namespace lightlda::bench

#endif  // LIGHTLDA_BENCH_REPORT_H_
