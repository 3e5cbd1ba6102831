#include "report/group_values.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

namespace lightlda {
namespace {

constexpr std::int64_t kMaxAutoBins = 60;

using std::chrono::year_month_day;

year_month_day DateOf(std::int32_t days) {
  return year_month_day{std::chrono::sys_days(std::chrono::days(days))};
}

std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// The least precision that a date needs to have a place in the bins.
DatePrecision PrecisionOf(DateBin bin) {
  switch (bin) {
    case DateBin::kAuto:
    case DateBin::kYear:
      return DatePrecision::kYear;
    case DateBin::kQuarter:
    case DateBin::kMonth:
      return DatePrecision::kMonth;
    case DateBin::kWeek:
    case DateBin::kDay:
      return DatePrecision::kDay;
  }
  return DatePrecision::kDay;
}

std::string WeekName(std::int64_t number) {
  // The year of a week is that of its Thursday; 1970-01-01 was one.
  const auto thursday = static_cast<std::int32_t>(number * 7);
  const int year = static_cast<int>(DateOf(thursday).year());
  const std::chrono::sys_days first{std::chrono::year(year) / 1 / 1};
  const auto day_of_year = thursday - first.time_since_epoch().count();
  char text[32];
  std::snprintf(text, sizeof(text), "%04d-W%02d", year, static_cast<int>(day_of_year / 7 + 1));
  return text;
}

}  // namespace

std::int64_t DateBinOf(DateBin bin, std::int32_t days) {
  const year_month_day date = DateOf(days);
  const std::int64_t year = static_cast<int>(date.year());
  const std::int64_t month = static_cast<unsigned>(date.month()) - 1;
  switch (bin) {
    case DateBin::kAuto:
    case DateBin::kYear:
      return year;
    case DateBin::kQuarter:
      return year * 4 + month / 3;
    case DateBin::kMonth:
      return year * 12 + month;
    case DateBin::kWeek:
      return FloorDivide(std::int64_t{days} + 3, 7);  // from Monday
    case DateBin::kDay:
      return days;
  }
  return 0;
}

std::string DateBinName(DateBin bin, std::int64_t number) {
  char text[48];
  switch (bin) {
    case DateBin::kAuto:
    case DateBin::kYear:
      std::snprintf(text, sizeof(text), "%04d", static_cast<int>(number));
      return text;
    case DateBin::kQuarter:
      std::snprintf(text, sizeof(text), "%04d-Q%d", static_cast<int>(FloorDivide(number, 4)),
                    static_cast<int>(number - FloorDivide(number, 4) * 4 + 1));
      return text;
    case DateBin::kMonth:
      std::snprintf(text, sizeof(text), "%04d-%02d", static_cast<int>(FloorDivide(number, 12)),
                    static_cast<int>(number - FloorDivide(number, 12) * 12 + 1));
      return text;
    case DateBin::kWeek:
      return WeekName(number);
    case DateBin::kDay:
      return FormatDate({static_cast<std::int32_t>(number), DatePrecision::kDay});
  }
  return "";
}

Result<GroupValues> GroupValues::Create(const Corpus& corpus, const MetadataText& text,
                                        const std::string& field, const GroupOptions& options) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t index, text.Find(field));
  GroupValues values(index, text.fields()[index].type, options);
  switch (values.type_) {
    case MetadataType::kCategory:
    case MetadataType::kList:
      values.NumberStrings(text.values(index));
      return values;
    case MetadataType::kDate:
      if (options.date_bin == DateBin::kAuto) {
        LIGHTLDA_RETURN_IF_ERROR(values.ChooseDateBin(corpus));
      }
      break;
    case MetadataType::kNumber:
    case MetadataType::kText:
      break;
  }
  LIGHTLDA_RETURN_IF_ERROR(values.FindBins(corpus));
  return values;
}

void GroupValues::NumberStrings(const std::vector<std::string>& values) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {}, [&](std::uint32_t code) { return std::string_view(values[code]); });
  number_of_code_.resize(values.size());
  for (const std::uint32_t code : order) {
    number_of_code_[code] = static_cast<std::uint32_t>(names_.size());
    names_.push_back(values[code]);
  }
}

Status GroupValues::ChooseDateBin(const Corpus& corpus) {
  DateRange range;
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const BlockMetadata metadata, corpus.ReadMetadata(block));
    for (std::uint32_t row = 0; row < metadata.num_documents(); ++row) {
      const DatePrecision precision = metadata.Precisions(field_)[row];
      if (precision == DatePrecision::kMissing) continue;
      const std::int32_t days = metadata.Days(field_)[row];
      const bool first = range.coarsest == DatePrecision::kMissing;
      range.first = first ? days : std::min(range.first, days);
      range.last = first ? days : std::max(range.last, days);
      range.coarsest = first ? precision : std::min(range.coarsest, precision);
    }
  }
  date_bin_ = DateBin::kYear;
  constexpr std::array kFinestFirst = {DateBin::kDay, DateBin::kWeek, DateBin::kMonth,
                                       DateBin::kQuarter};
  for (const DateBin bin : kFinestFirst) {
    const std::int64_t bins = DateBinOf(bin, range.last) - DateBinOf(bin, range.first) + 1;
    if (range.coarsest < PrecisionOf(bin) || bins > kMaxAutoBins) continue;
    date_bin_ = bin;
    break;
  }
  return {};
}

bool GroupValues::BinOf(const BlockMetadata& metadata, std::uint32_t row, double* bin) const {
  if (type_ == MetadataType::kDate) {
    if (metadata.Precisions(field_)[row] < PrecisionOf(date_bin_)) return false;
    *bin = static_cast<double>(DateBinOf(date_bin_, metadata.Days(field_)[row]));
    return true;
  }
  const double number = metadata.Numbers(field_)[row];
  if (std::isnan(number)) return false;
  *bin = bin_width_ > 0 ? std::floor(number / bin_width_) : number + 0.0;  // no -0
  return true;
}

Status GroupValues::FindBins(const Corpus& corpus) {
  double bin = 0;
  for (std::size_t block = 0; block < corpus.blocks().size(); ++block) {
    LIGHTLDA_ASSIGN_OR_RETURN(const BlockMetadata metadata, corpus.ReadMetadata(block));
    for (std::uint32_t row = 0; row < metadata.num_documents(); ++row) {
      if (type_ == MetadataType::kText) {
        const std::string_view text = metadata.Text(field_, row);
        if (!text.empty()) number_of_text_.emplace(text, 0);
      } else if (BinOf(metadata, row, &bin)) {
        number_of_bin_.emplace(bin, 0);
      }
    }
  }
  for (auto& [text, number] : number_of_text_) {
    number = static_cast<std::uint32_t>(names_.size());
    names_.push_back(text);
  }
  for (auto& [value, number] : number_of_bin_) {
    number = static_cast<std::uint32_t>(names_.size());
    names_.push_back(type_ == MetadataType::kDate
                         ? DateBinName(date_bin_, static_cast<std::int64_t>(value))
                         : NumberText(bin_width_ > 0 ? value * bin_width_ : value));
  }
  return {};
}

void GroupValues::Of(const BlockMetadata& metadata, std::uint32_t row,
                     std::vector<std::uint32_t>* values) const {
  values->clear();
  double bin = 0;
  switch (type_) {
    case MetadataType::kCategory: {
      const std::uint32_t code = metadata.Categories(field_)[row];
      if (code != kMissingCategory) values->push_back(number_of_code_[code]);
      break;
    }
    case MetadataType::kList:
      for (const std::uint32_t code : metadata.List(field_, row)) {
        values->push_back(number_of_code_[code]);
      }
      std::ranges::sort(*values);
      values->erase(std::ranges::unique(*values).begin(), values->end());
      break;
    case MetadataType::kText: {
      const auto found = number_of_text_.find(metadata.Text(field_, row));
      if (found != number_of_text_.end()) values->push_back(found->second);
      break;
    }
    case MetadataType::kDate:
    case MetadataType::kNumber:
      if (BinOf(metadata, row, &bin)) values->push_back(number_of_bin_.find(bin)->second);
      break;
  }
}

}  // namespace lightlda
