// The groups that the values of a field make.
#ifndef LIGHTLDA_REPORT_GROUP_VALUES_H_
#define LIGHTLDA_REPORT_GROUP_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "lightlda/corpus.h"
#include "lightlda/document_tables.h"
#include "lightlda/metadata.h"
#include "lightlda/status.h"
#include "report/metadata_text.h"

namespace lightlda {

// Number of the bin that a day is in, ascending with time, and its name. REQUIRES: not kAuto.
std::int64_t DateBinOf(DateBin bin, std::int32_t days);
std::string DateBinName(DateBin bin, std::int64_t number);

// Knows which values of a field are there, and numbers them in ascending order. Immutable; any
// number of threads may read.
class GroupValues {
 public:
  // Reads all metadata of the corpus. Errors: kBadInput; kUsage for a field that is not there or
  // options that do not go with it.
  static Result<GroupValues> Create(const Corpus& corpus, const MetadataText& text,
                                    const std::string& field, const GroupOptions& options);

  const std::vector<std::string>& names() const { return names_; }

  // Replaces *values by the numbers of what a document has, each once; none: it is missing.
  void Of(const BlockMetadata& metadata, std::uint32_t row,
          std::vector<std::uint32_t>* values) const;

 private:
  // What there is of dates: all their days, by precision.
  struct DateRange {
    std::int32_t first = 0;
    std::int32_t last = 0;
    DatePrecision coarsest = DatePrecision::kMissing;  // kMissing: there is no date
  };

  GroupValues(std::size_t field, MetadataType type, const GroupOptions& options)
      : field_(field), type_(type), date_bin_(options.date_bin), bin_width_(options.bin_width) {}

  Status ChooseDateBin(const Corpus& corpus);
  Status FindBins(const Corpus& corpus);
  void NumberStrings(const std::vector<std::string>& values);
  bool BinOf(const BlockMetadata& metadata, std::uint32_t row, double* bin) const;

  std::size_t field_;
  MetadataType type_;
  DateBin date_bin_;
  double bin_width_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> number_of_code_;                         // categories and lists
  std::map<double, std::uint32_t> number_of_bin_;                     // dates and numbers
  std::map<std::string, std::uint32_t, std::less<>> number_of_text_;  // texts
};

}  // namespace lightlda

#endif  // LIGHTLDA_REPORT_GROUP_VALUES_H_
