#include "corpus/metadata_file.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_set>
#include <utility>

#include "corpus/corpus_format.h"
#include "corpus/string_table.h"
#include "corpus/text_frames.h"

namespace lightlda {
namespace {

constexpr std::string_view kValuesMagic = "LLDAMTD\n";
constexpr std::string_view kBlockMagic = "LLDAMET\n";
constexpr std::uint32_t kVersion = 1;

using Bytes = std::span<const std::byte>;

std::size_t NumSections(MetadataType type) {
  return type == MetadataType::kCategory || type == MetadataType::kNumber ? 1 : 2;
}

std::size_t NumBlockSections(const MetadataSchema& schema) {
  std::size_t sections = schema.snippet_bytes != 0 ? 3 : 1;
  for (const MetadataField& field : schema.fields) sections += NumSections(field.type);
  return sections;
}

std::array<std::uint64_t, 4> Counts(const MetadataSchema& schema, const MetadataFacts& facts) {
  return {facts.block, facts.num_documents, schema.fields.size(),
          static_cast<std::uint64_t>(schema.snippet_bytes)};
}

Status Corrupted(const SectionFile& file, const std::string& what) {
  return Status::BadInput(file.path() + ": corrupted: " + what);
}

// The sections of a block's file, which refer to what must stay in place until they are written.
class BlockSections {
 public:
  explicit BlockSections(std::size_t num_columns) { packed_.reserve(num_columns); }

  template <typename T>
  void Add(const T& array) {
    sections_.push_back(std::as_bytes(std::span(array)));
  }
  Status AddTexts(std::span<const std::string_view> texts) {
    LIGHTLDA_ASSIGN_OR_RETURN(PackedTexts packed, PackTexts(texts));
    packed_.push_back(std::move(packed));
    Add(packed_.back().offsets);
    Add(packed_.back().frames);
    return {};
  }
  Status AddColumn(MetadataType type, const MetadataColumn& column) {
    switch (type) {
      case MetadataType::kDate:
        Add(column.days);
        Add(column.precisions);
        break;
      case MetadataType::kCategory:
        Add(column.codes);
        break;
      case MetadataType::kNumber:
        Add(column.numbers);
        break;
      case MetadataType::kList:
        Add(column.list_offsets);
        Add(column.codes);
        break;
      case MetadataType::kText:
        return AddTexts(column.texts);
    }
    return {};
  }

  std::span<const Bytes> sections() const { return sections_; }

 private:
  std::vector<Bytes> sections_;
  std::vector<PackedTexts> packed_;
};

// A verified column of a file.
struct ReadColumn {
  MetadataType type = MetadataType::kText;
  std::span<const std::int32_t> days;
  std::span<const DatePrecision> precisions;
  std::span<const double> numbers;
  std::span<const std::uint32_t> codes;
  std::span<const std::uint32_t> list_offsets;
  TextColumn texts;
};

}  // namespace

struct LIGHTLDA_NO_EXPORT BlockMetadata::Impl {
  explicit Impl(SectionFile from) : file(std::move(from)) {}

  Status Read(const MetadataSchema& schema, const MetadataFacts& facts);
  Result<ReadColumn> Column(const MetadataField& field, std::size_t section) const;
  template <typename T>
  Result<std::span<const T>> Array(const MetadataField& field, std::size_t section,
                                   std::size_t size) const;
  Status CheckDates(const MetadataField& field, const ReadColumn& column) const;
  Status CheckLists(const MetadataField& field, const ReadColumn& column) const;
  Status CheckCodes(const MetadataField& field, std::span<const std::uint32_t> codes) const;
  Status Wrong(const MetadataField& field, std::size_t document, const std::string& what) const {
    return Corrupted(
        file, "field '" + field.name + "' of document " + std::to_string(document) + " " + what);
  }
  // A field of the type that its reader is for.
  const ReadColumn& At(std::size_t field, MetadataType type) const {
    CHECK_LT(field, columns.size());
    CHECK(columns[field].type == type) << "field " << field << " is of another type";
    return columns[field];
  }

  SectionFile file;
  std::uint32_t num_documents = 0;
  std::vector<ReadColumn> columns;
  std::optional<TextColumn> snippets;
};

template <typename T>
Result<std::span<const T>> BlockMetadata::Impl::Array(const MetadataField& field,
                                                      std::size_t section, std::size_t size) const {
  LIGHTLDA_ASSIGN_OR_RETURN(auto array, file.Section<T>(section));
  if (array.size() == size) return array;
  return Corrupted(file, "field '" + field.name + "' has " + std::to_string(array.size()) +
                             " entries, expected " + std::to_string(size));
}

Status BlockMetadata::Impl::CheckDates(const MetadataField& field, const ReadColumn& column) const {
  for (std::size_t d = 0; d < num_documents; ++d) {
    const bool missing = column.precisions[d] == DatePrecision::kMissing;
    if (column.precisions[d] > DatePrecision::kDay || missing != (column.days[d] == kMissingDate)) {
      return Wrong(field, d, "is no date");
    }
  }
  return {};
}

Status BlockMetadata::Impl::CheckCodes(const MetadataField& field,
                                       std::span<const std::uint32_t> codes) const {
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] < static_cast<std::uint64_t>(field.num_values)) continue;
    if (codes[i] == kMissingCategory && field.type == MetadataType::kCategory) continue;
    return Corrupted(file, "field '" + field.name + "' has the value " + std::to_string(codes[i]) +
                               " of " + std::to_string(field.num_values));
  }
  return {};
}

Status BlockMetadata::Impl::CheckLists(const MetadataField& field, const ReadColumn& column) const {
  if (column.list_offsets.front() != 0 || column.list_offsets.back() != column.codes.size() ||
      !std::ranges::is_sorted(column.list_offsets)) {
    return Corrupted(file, "field '" + field.name + "': offsets do not span its lists");
  }
  return CheckCodes(field, column.codes);
}

Result<ReadColumn> BlockMetadata::Impl::Column(const MetadataField& field,
                                               std::size_t section) const {
  ReadColumn column;
  column.type = field.type;
  switch (field.type) {
    case MetadataType::kDate: {
      LIGHTLDA_ASSIGN_OR_RETURN(column.days, Array<std::int32_t>(field, section, num_documents));
      LIGHTLDA_ASSIGN_OR_RETURN(column.precisions,
                                Array<DatePrecision>(field, section + 1, num_documents));
      LIGHTLDA_RETURN_IF_ERROR(CheckDates(field, column));
      break;
    }
    case MetadataType::kCategory: {
      LIGHTLDA_ASSIGN_OR_RETURN(column.codes, Array<std::uint32_t>(field, section, num_documents));
      LIGHTLDA_RETURN_IF_ERROR(CheckCodes(field, column.codes));
      break;
    }
    case MetadataType::kNumber: {
      LIGHTLDA_ASSIGN_OR_RETURN(column.numbers, Array<double>(field, section, num_documents));
      for (std::size_t d = 0; d < num_documents; ++d) {
        if (std::isinf(column.numbers[d])) return Wrong(field, d, "is infinite");
      }
      break;
    }
    case MetadataType::kList: {
      LIGHTLDA_ASSIGN_OR_RETURN(
          column.list_offsets,
          Array<std::uint32_t>(field, section, std::size_t{num_documents} + 1));
      LIGHTLDA_ASSIGN_OR_RETURN(column.codes, file.Section<std::uint32_t>(section + 1));
      LIGHTLDA_RETURN_IF_ERROR(CheckLists(field, column));
      break;
    }
    case MetadataType::kText: {
      LIGHTLDA_ASSIGN_OR_RETURN(column.texts, TextColumn::Read(file, section, num_documents));
      break;
    }
  }
  return column;
}

Status BlockMetadata::Impl::Read(const MetadataSchema& schema, const MetadataFacts& facts) {
  LIGHTLDA_ASSIGN_OR_RETURN(auto counts, file.Section<std::uint64_t>(0));
  if (!std::ranges::equal(counts, Counts(schema, facts))) {
    return Corrupted(file, "its counts differ from the manifest's");
  }
  num_documents = static_cast<std::uint32_t>(facts.num_documents);
  std::size_t section = 1;
  for (const MetadataField& field : schema.fields) {
    LIGHTLDA_ASSIGN_OR_RETURN(ReadColumn column, Column(field, section));
    columns.push_back(std::move(column));
    section += NumSections(field.type);
  }
  if (schema.snippet_bytes == 0) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(snippets, TextColumn::Read(file, section, num_documents));
  for (std::uint32_t d = 0; schema.snippet_bytes > 0 && d < num_documents; ++d) {
    if ((*snippets)[d].size() <= static_cast<std::uint64_t>(schema.snippet_bytes)) continue;
    return Corrupted(file, "the snippet of document " + std::to_string(d) + " has more than " +
                               std::to_string(schema.snippet_bytes) + " bytes");
  }
  return {};
}

BlockMetadata::BlockMetadata(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
BlockMetadata::BlockMetadata(BlockMetadata&&) noexcept = default;
BlockMetadata& BlockMetadata::operator=(BlockMetadata&&) noexcept = default;
BlockMetadata::~BlockMetadata() = default;

std::uint32_t BlockMetadata::num_documents() const { return impl_->num_documents; }

std::span<const std::int32_t> BlockMetadata::Days(std::size_t field) const {
  return impl_->At(field, MetadataType::kDate).days;
}

std::span<const DatePrecision> BlockMetadata::Precisions(std::size_t field) const {
  return impl_->At(field, MetadataType::kDate).precisions;
}

std::span<const std::uint32_t> BlockMetadata::Categories(std::size_t field) const {
  return impl_->At(field, MetadataType::kCategory).codes;
}

std::span<const double> BlockMetadata::Numbers(std::size_t field) const {
  return impl_->At(field, MetadataType::kNumber).numbers;
}

std::span<const std::uint32_t> BlockMetadata::List(std::size_t field,
                                                   std::uint32_t document) const {
  CHECK_LT(document, impl_->num_documents);
  const ReadColumn& column = impl_->At(field, MetadataType::kList);
  const std::uint32_t begin = column.list_offsets[document];
  return column.codes.subspan(begin, column.list_offsets[document + 1] - begin);
}

std::string_view BlockMetadata::Text(std::size_t field, std::uint32_t document) const {
  CHECK_LT(document, impl_->num_documents);
  return impl_->At(field, MetadataType::kText).texts[document];
}

std::string_view BlockMetadata::Snippet(std::uint32_t document) const {
  CHECK_LT(document, impl_->num_documents);
  return impl_->snippets ? (*impl_->snippets)[document] : std::string_view();
}

std::string_view MetadataTypeName(MetadataType type) {
  constexpr std::array<std::string_view, 5> kNames = {"date", "category", "number", "text", "list"};
  return kNames[static_cast<std::size_t>(type)];
}

Result<FileStamp> WriteMetadataValues(const FilePath& path, const MetadataSchema& schema,
                                      const MetadataValues& values) {
  CHECK_EQ(values.size(), schema.fields.size());
  const std::array<std::uint64_t, 1> counts = {schema.fields.size()};
  std::vector<StringTable> tables(values.size());
  std::vector<Bytes> sections = {std::as_bytes(std::span(counts))};
  for (std::size_t f = 0; f < values.size(); ++f) {
    CHECK_EQ(static_cast<Count>(values[f].size()), schema.fields[f].num_values);
    if (!HasValues(schema.fields[f].type)) continue;
    for (const std::string& value : values[f]) tables[f].Add(value);
    sections.push_back(std::as_bytes(tables[f].offsets()));
    sections.push_back(std::as_bytes(tables[f].bytes()));
  }
  return WriteSectionFile(path, kValuesMagic, kVersion, sections);
}

Result<MetadataValues> ReadMetadataValues(const FilePath& path, const FileStamp& expected,
                                          const MetadataSchema& schema) {
  std::size_t sections = 1;
  for (const MetadataField& field : schema.fields) sections += HasValues(field.type) ? 2 : 0;
  LIGHTLDA_ASSIGN_OR_RETURN(SectionFile file,
                            SectionFile::Open(path, kValuesMagic, kVersion, sections));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  LIGHTLDA_ASSIGN_OR_RETURN(auto counts, file.Section<std::uint64_t>(0));
  if (counts.size() != 1 || counts[0] != schema.fields.size()) {
    return Corrupted(file, "its number of fields differs from the manifest's");
  }
  MetadataValues values(schema.fields.size());
  std::size_t section = 1;
  for (std::size_t f = 0; f < values.size(); ++f) {
    const MetadataField& field = schema.fields[f];
    if (!HasValues(field.type)) continue;
    LIGHTLDA_ASSIGN_OR_RETURN(
        values[f], ReadStrings(file, section, static_cast<std::uint64_t>(field.num_values)));
    section += 2;
    const std::unordered_set<std::string_view> distinct(values[f].begin(), values[f].end());
    if (distinct.size() == values[f].size()) continue;
    return Corrupted(file, "field '" + field.name + "' has a value twice");
  }
  return values;
}

Result<FileStamp> WriteBlockMetadata(const FilePath& path, const MetadataSchema& schema,
                                     const MetadataFacts& facts,
                                     std::span<const MetadataColumn> columns,
                                     std::span<const std::string_view> snippets) {
  CHECK_EQ(columns.size(), schema.fields.size());
  const auto counts = Counts(schema, facts);
  BlockSections sections(columns.size() + 1);
  sections.Add(counts);
  for (std::size_t f = 0; f < columns.size(); ++f) {
    const Status added = sections.AddColumn(schema.fields[f].type, columns[f]);
    LIGHTLDA_RETURN_IF_ERROR(added.WithContext("metadata field '" + schema.fields[f].name + "'"));
  }
  if (schema.snippet_bytes != 0) {
    CHECK_EQ(snippets.size(), facts.num_documents);
    LIGHTLDA_RETURN_IF_ERROR(sections.AddTexts(snippets).WithContext("snippets"));
  }
  return WriteSectionFile(path, kBlockMagic, kVersion, sections.sections());
}

Result<BlockMetadata> ReadBlockMetadata(const FilePath& path, const FileStamp& expected,
                                        const MetadataSchema& schema, const MetadataFacts& facts) {
  LIGHTLDA_ASSIGN_OR_RETURN(
      SectionFile file, SectionFile::Open(path, kBlockMagic, kVersion, NumBlockSections(schema)));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(file, expected));
  auto impl = std::make_unique<BlockMetadata::Impl>(std::move(file));
  LIGHTLDA_RETURN_IF_ERROR(impl->Read(schema, facts));
  return BlockMetadata(std::move(impl));
}

}  // namespace lightlda
