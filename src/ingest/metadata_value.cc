#include "ingest/metadata_value.h"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "corpus/metadata_date.h"
#include "ingest/metadata_spec.h"

namespace lightlda {

std::optional<MetadataValue> ReadTextMetadata(std::string_view text, MetadataType type) {
  if (text.empty()) return MetadataValue();
  switch (type) {
    case MetadataType::kDate: {
      const auto date = ParseDate(text);
      return date ? std::optional<MetadataValue>(*date) : std::nullopt;
    }
    case MetadataType::kNumber: {
      double number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
        return std::nullopt;
      }
      return MetadataValue(number);
    }
    case MetadataType::kList: {
      std::vector<std::string> items = SplitMetadataList(text);
      if (items.empty()) return MetadataValue();
      return MetadataValue(std::move(items));
    }
    case MetadataType::kCategory:
    case MetadataType::kText:
      return MetadataValue(std::string(text));
  }
  return std::nullopt;
}

}  // namespace lightlda
