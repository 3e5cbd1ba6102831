#include "train/time_limit.h"

#include <algorithm>

namespace lightlda {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kSlack = 1.25;        // the next may be longer than any before
constexpr double kMostHours = 1e5;     // more is no limit
constexpr double kLeastHours = 1e-12;  // 0 would be no limit

}  // namespace

TimeLimit::TimeLimit(double hours, Clock::time_point begin) {
  if (hours <= 0 || hours > kMostHours) return;
  end_ = begin + std::chrono::duration_cast<Clock::duration>(Seconds(hours * 3600));
}

void TimeLimit::NoteIteration(double seconds) {
  longest_iteration_ = std::max(longest_iteration_, seconds);
}

void TimeLimit::NoteSave(double seconds) { longest_save_ = std::max(longest_save_, seconds); }

bool TimeLimit::IsShort(Clock::time_point now, double iterations) const {
  if (end_ == Clock::time_point::max()) return false;
  const double save = longest_save_ > 0 ? longest_save_ : longest_iteration_;
  return Seconds(end_ - now).count() < kSlack * (iterations * longest_iteration_ + save);
}

TrainConfig WithTimeLeft(TrainConfig config, TimeLimit::Clock::time_point begin) {
  if (config.max_hours > 0) {
    const Seconds spent = TimeLimit::Clock::now() - begin;
    config.max_hours = std::max(kLeastHours, config.max_hours - spent.count() / 3600);
  }
  return config;
}

}  // namespace lightlda
