// A sweep as a table that grows.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "export/record_writer.h"
#include "export/text_writer.h"
#include "lightlda/sweep.h"

namespace lightlda {
namespace {

constexpr int kDigits = 4;  // of numbers in text, after the point

// Writes rows as they come, and passes on what the observer is told.
class RowWriter final : public SweepObserver {
 public:
  RowWriter(ExportFormat format, const ExportSink& sink, SweepObserver* observer)
      : format_(format), observer_(observer), out_(sink) {
    shape_.heads = {{"topics"},     {"models"},    {"held_out_log_likelihood_per_token"},
                    {"perplexity"}, {"u_mass"},    {"c_npmi"},
                    {"c_v"},        {"diversity"}, {"stability"},
                    {"seconds"}};
    shape_.json_columns = true;  // of no items
    shape_.lead = ' ';
    records_ = MakeRecordWriter(format_, shape_, &out_);
    records_->Begin();
    if (format_ != ExportFormat::kText) return;
    std::vector<Value> names;
    for (const Field& field : shape_.heads) names.emplace_back(std::string_view(field.name));
    records_->Put(names, {});
  }

  Status OnRow(const SweepRow& row) override {
    // First: it may have to make room on a terminal.
    if (observer_ != nullptr) LIGHTLDA_RETURN_IF_ERROR(observer_->OnRow(row));
    Put(row);
    return out_.Finish();
  }
  void OnProgress(const SweepProgress& progress) override {
    if (observer_ != nullptr) observer_->OnProgress(progress);
  }
  void OnMessage(const std::string& message) override {
    if (observer_ != nullptr) observer_->OnMessage(message);
  }

  Status Finish(const SweepResult& result) {
    records_->End();
    const SweepRecommendation& found = result.recommendation;
    if (format_ == ExportFormat::kText) {
      out_.Put("recommended\t");
      out_.PutInt(found.num_topics);
      out_.Put('\t');
      out_.PutEscaped(found.reason, /*escape_spaces=*/false);
      out_.Put('\n');
    } else if (format_ == ExportFormat::kJson) {
      out_.Put("{\"recommended\":");
      out_.PutInt(found.num_topics);
      out_.Put(found.within_bound ? ",\"within_bound\":true" : ",\"within_bound\":false");
      out_.Put(result.stopped_early ? ",\"stopped_early\":true" : ",\"stopped_early\":false");
      out_.Put(",\"reason\":");
      out_.PutJsonString(found.reason);
      out_.Put("}\n");
    }
    return out_.Finish();
  }

 private:
  void Put(const SweepRow& row) {
    const std::optional<double> numbers[] = {row.held_out_log_likelihood_per_token,
                                             row.perplexity,
                                             row.u_mass,
                                             row.c_npmi,
                                             row.c_v,
                                             row.diversity,
                                             row.stability,
                                             row.seconds};
    std::vector<std::string> texts;  // that the values refer to
    texts.reserve(std::size(numbers));
    std::vector<Value> values = {std::uint64_t{row.num_topics},
                                 static_cast<std::uint64_t>(row.num_models)};
    for (const std::optional<double>& number : numbers) {
      if (!number) {
        values.emplace_back(std::monostate());
      } else if (format_ == ExportFormat::kText) {
        values.emplace_back(std::string_view(texts.emplace_back(FormatFixed(*number, kDigits))));
      } else {
        values.emplace_back(*number);
      }
    }
    records_->Put(values, {});
  }

  ExportFormat format_;
  SweepObserver* observer_;
  RecordShape shape_;
  TextWriter out_;
  std::unique_ptr<RecordWriter> records_;
};

}  // namespace

Result<SweepResult> ExportSweep(const Corpus& corpus, const Corpus& held_out,
                                const SweepConfig& config, ExportFormat format,
                                const ExportSink& sink, SweepObserver* observer, StopToken stop) {
  RowWriter rows(format, sink, observer);
  LIGHTLDA_ASSIGN_OR_RETURN(SweepResult result,
                            Sweep(corpus, held_out, config, &rows, std::move(stop)));
  LIGHTLDA_RETURN_IF_ERROR(rows.Finish(result));
  return result;
}

}  // namespace lightlda
