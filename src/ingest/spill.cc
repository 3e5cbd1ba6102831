#include "ingest/spill.h"

#include <bit>
#include <cerrno>
#include <utility>
#include <variant>

namespace lightlda {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

}  // namespace

Result<SpillWriter> SpillWriter::Create(const std::string& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(path));
  return SpillWriter(path, std::move(file));
}

void SpillWriter::Put(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) buffer_.push_back(static_cast<char>(value | 0x80));
  buffer_.push_back(static_cast<char>(value));
}

void SpillWriter::Begin(std::string_view name, std::size_t num_items) {
  ++num_documents_;
  PutBytes(name);
  Put(num_items);
}

void SpillWriter::PutBytes(std::string_view bytes) {
  Put(bytes.size());
  buffer_.append(bytes);
}

void SpillWriter::PutMetadata(const MetadataValue& value) {
  Put(value.index());
  if (const auto* date = std::get_if<MetadataDate>(&value)) {
    Put(std::bit_cast<std::uint32_t>(date->days));
    Put(static_cast<std::uint64_t>(date->precision));
  } else if (const auto* number = std::get_if<double>(&value)) {
    Put(std::bit_cast<std::uint64_t>(*number));
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    PutBytes(*text);
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    Put(list->size());
    for (const std::string& item : *list) PutBytes(item);
  }
}

Status SpillWriter::FlushIfFull() {
  if (buffer_.size() < kBufferBytes) return {};
  Status status = file_.Append(buffer_);
  buffer_.clear();
  return status;
}

Status SpillWriter::AddText(std::string_view name, std::span<const std::uint32_t> tokens,
                            std::span<const std::uint32_t> raw_ids,
                            std::span<const MetadataValue> metadata) {
  Begin(name, tokens.size());
  for (const std::uint32_t token : tokens) Put(raw_ids[token]);
  for (const MetadataValue& value : metadata) PutMetadata(value);
  return FlushIfFull();
}

Status SpillWriter::AddBag(std::string_view name, std::span<const BagEntry> entries) {
  Begin(name, entries.size());
  WordId previous = 0;
  for (const BagEntry& entry : entries) {
    Put(entry.word - previous);
    Put(entry.count);
    previous = entry.word;
  }
  return FlushIfFull();
}

Status SpillWriter::Finish() {
  LIGHTLDA_RETURN_IF_ERROR(file_.Append(buffer_));
  buffer_ = std::string();
  return file_.Flush();
}

Result<SpillReader> SpillReader::Open(const std::string& path, bool bags,
                                      std::size_t num_metadata) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return Status::Failure(ErrnoMessage(path, errno));
  std::setvbuf(file, nullptr, _IOFBF, kBufferBytes);
  return SpillReader(path, file, bags, num_metadata);
}

bool SpillReader::Get(std::uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const int byte = getc_unlocked(file_.get());
    if (byte == EOF) return false;
    *value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool SpillReader::GetBytes(std::string* bytes) {
  std::uint64_t size = 0;
  if (!Get(&size)) return false;
  bytes->resize(size);
  return std::fread(bytes->data(), 1, size, file_.get()) == size;
}

bool SpillReader::GetMetadata(MetadataValue* value) {
  std::uint64_t kind = 0;
  std::uint64_t number = 0;
  if (!Get(&kind)) return false;
  switch (kind) {
    case 0:
      *value = {};
      return true;
    case 1: {
      std::uint64_t precision = 0;
      if (!Get(&number) || !Get(&precision)) return false;
      *value = MetadataDate{std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(number)),
                            static_cast<DatePrecision>(precision)};
      return true;
    }
    case 2:
      if (!Get(&number)) return false;
      *value = std::bit_cast<double>(number);
      return true;
    case 3:
      return GetBytes(&value->emplace<std::string>());
    default: {
      auto& list = value->emplace<std::vector<std::string>>();
      if (!Get(&number)) return false;
      for (std::uint64_t i = 0; i < number; ++i) {
        if (!GetBytes(&list.emplace_back())) return false;
      }
      return true;
    }
  }
}

Status SpillReader::Next(SpilledDocument* document) {
  document->tokens.clear();
  document->entries.clear();
  document->metadata.resize(num_metadata_);
  std::uint64_t size = 0;
  bool good = GetBytes(&document->name) && Get(&size);
  std::uint64_t word = 0;
  for (std::uint64_t i = 0; good && i < size; ++i) {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    good = Get(&first) && (!bags_ || Get(&count));
    if (bags_) {
      word += first;
      document->entries.push_back({static_cast<WordId>(word), static_cast<std::uint32_t>(count)});
    } else {
      document->tokens.push_back(static_cast<std::uint32_t>(first));
    }
  }
  for (MetadataValue& value : document->metadata) good = good && GetMetadata(&value);
  return good ? Status() : Status::Failure(path_ + ": cannot read back the temporary file");
}

}  // namespace lightlda
