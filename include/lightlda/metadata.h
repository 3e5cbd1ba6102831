// Metadata of documents: dates, categories, numbers, texts, lists, and the start of their text.
//
// Metadata is for who looks at a model. Training never reads it. A corpus may be without.
#ifndef LIGHTLDA_METADATA_H_
#define LIGHTLDA_METADATA_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lightlda/export.h"
#include "lightlda/types.h"

namespace lightlda {

enum class MetadataType : std::uint8_t {
  kDate,      // a day, a month or a year
  kCategory,  // one of a set of strings
  kNumber,
  kText,
  kList,  // any number of strings of a set
};

// "date", "category", "number", "text", "list".
LIGHTLDA_EXPORT std::string_view MetadataTypeName(MetadataType type);

// A field that every document of a corpus may have a value of.
struct MetadataField {
  std::string name;
  MetadataType type = MetadataType::kText;
  std::string member;     // where the input had it, for the reader's information
  Count num_values = 0;   // distinct strings of a category or list; 0 for other types
  Count num_missing = 0;  // documents without a value; an empty text or list is none
};

// Which metadata a corpus has.
struct MetadataSchema {
  std::vector<MetadataField> fields;
  // Bytes kept of the text of each document at most; 0: none; -1: all.
  std::int64_t snippet_bytes = 0;

  bool empty() const { return fields.empty() && snippet_bytes == 0; }
};

enum class DatePrecision : std::uint8_t { kMissing = 0, kYear = 1, kMonth = 2, kDay = 3 };

struct MetadataDate {
  std::int32_t days = 0;  // since 1970-01-01, of the first day of a month or year
  DatePrecision precision = DatePrecision::kDay;

  friend bool operator==(const MetadataDate&, const MetadataDate&) = default;
};

// "2019", "2019-05" or "2019-05-03", as precise as it is; "" for a missing one.
LIGHTLDA_EXPORT std::string FormatDate(const MetadataDate& date);

// What a document has in a field: nothing, or what its type says. A date for kDate, a double for
// kNumber (finite), a string for kCategory and kText, strings for kList.
using MetadataValue =
    std::variant<std::monostate, MetadataDate, double, std::string, std::vector<std::string>>;

// The metadata of one document.
struct DocumentMetadata {
  std::vector<MetadataValue> values;  // [num_fields], or empty: all are missing
  std::string snippet;                // the start of its text; at most snippet_bytes
};

// How a missing value is stored.
inline constexpr std::int32_t kMissingDate = std::numeric_limits<std::int32_t>::min();
inline constexpr std::uint32_t kMissingCategory = std::numeric_limits<std::uint32_t>::max();

// The metadata of one block's documents, in the block's order. Movable. Spans and views stay valid
// for the life of the object, also when it is moved. Const methods may be called from any number of
// threads. Everything was verified when it was read. Memory: the texts and snippets of the block.
//
// Fields are those of Corpus::metadata_fields(), by index. REQUIRES of every method: the field is
// of the type that the method is for; document < num_documents().
class LIGHTLDA_EXPORT BlockMetadata {
 public:
  struct Impl;
  explicit BlockMetadata(std::unique_ptr<const Impl> impl);
  BlockMetadata(BlockMetadata&&) noexcept;
  BlockMetadata& operator=(BlockMetadata&&) noexcept;
  ~BlockMetadata();

  std::uint32_t num_documents() const;

  // [num_documents] each. kMissingDate and precision kMissing: none.
  std::span<const std::int32_t> Days(std::size_t field) const;
  std::span<const DatePrecision> Precisions(std::size_t field) const;
  // [num_documents]: codes, indices into Corpus::ReadMetadataValues(); kMissingCategory: none.
  std::span<const std::uint32_t> Categories(std::size_t field) const;
  // [num_documents]; NaN: none.
  std::span<const double> Numbers(std::size_t field) const;
  // Codes as of categories, in the document's own order.
  std::span<const std::uint32_t> List(std::size_t field, std::uint32_t document) const;
  // Empty: none.
  std::string_view Text(std::size_t field, std::uint32_t document) const;
  // Empty if the corpus keeps no snippets.
  std::string_view Snippet(std::uint32_t document) const;

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_METADATA_H_
