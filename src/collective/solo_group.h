// The group of a process that is alone.
#ifndef LIGHTLDA_COLLECTIVE_SOLO_GROUP_H_
#define LIGHTLDA_COLLECTIVE_SOLO_GROUP_H_

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lightlda/process_group.h"

namespace lightlda {

class SoloGroup final : public ProcessGroup {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  Result<std::vector<std::string>> AllGather(const std::string& mine) override {
    return std::vector<std::string>{mine};
  }
  Status Sum(std::span<Count>) override { return {}; }
  Status Sum(std::span<double>) override { return {}; }
  void StartSum(std::vector<Count> values) override { started_.push_back(std::move(values)); }
  Result<std::vector<Count>> FinishSum() override {
    std::vector<Count> values = std::move(started_.front());
    started_.pop_front();
    return values;
  }
  void Progress() override {}
  std::unique_ptr<ProcessGroup> Split(bool member) override {
    return member ? std::make_unique<SoloGroup>() : nullptr;
  }

 private:
  std::deque<std::vector<Count>> started_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_COLLECTIVE_SOLO_GROUP_H_
