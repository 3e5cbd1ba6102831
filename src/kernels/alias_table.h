// Walker's alias table over sparse weights.
#ifndef LIGHTLDA_KERNELS_ALIAS_TABLE_H_
#define LIGHTLDA_KERNELS_ALIAS_TABLE_H_

#include <cstdint>
#include <vector>

#include "kernels/kernels.h"
#include "lightlda/types.h"

namespace lightlda {

// Reusable: Build replaces the content and keeps the memory. Not thread-safe while building.
class AliasTable {
 public:
  void Clear();
  // Adds a bin. REQUIRES: weight > 0. `topic` may be kUniformTopic.
  void Add(TopicId topic, double weight);
  // Ends the building. The table is a function of the sequence of bins alone. REQUIRES: a bin.
  void Finish();

  // Arrays are valid until the next Clear.
  AliasView view() const {
    return {threshold_.data(), topic_.data(), alias_.data(),
            static_cast<std::uint32_t>(topic_.size())};
  }

 private:
  std::vector<double> weight_;
  std::vector<std::uint32_t> threshold_;
  std::vector<TopicId> topic_;
  std::vector<TopicId> alias_;
  std::vector<std::uint32_t> small_;  // bins below the average weight
  std::vector<std::uint32_t> large_;  // the others
};

}  // namespace lightlda

#endif  // LIGHTLDA_KERNELS_ALIAS_TABLE_H_
