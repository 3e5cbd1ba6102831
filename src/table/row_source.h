// The rows of a word-topic table one after the other, wherever they come from.
#ifndef LIGHTLDA_TABLE_ROW_SOURCE_H_
#define LIGHTLDA_TABLE_ROW_SOURCE_H_

#include <cstdint>
#include <functional>
#include <span>

#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// packed: the row as table/row_codec.h packs it, valid during the call.
using PackedRowVisitor = std::function<void(WordId word, std::span<const std::uint8_t> packed)>;

// Calls visit for every word, in word order; gives the same rows each time. Errors: the source's.
using RowSource = std::function<Status(const PackedRowVisitor& visit)>;

}  // namespace lightlda

#endif  // LIGHTLDA_TABLE_ROW_SOURCE_H_
