#include "ingest/spill.h"

#include <algorithm>
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
                            std::span<const MetadataValue> metadata,
                            std::optional<std::string_view> snippet) {
  Begin(name, tokens.size());
  for (const std::uint32_t token : tokens) Put(raw_ids[token]);
  for (const MetadataValue& value : metadata) PutMetadata(value);
  if (snippet) PutBytes(*snippet);
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

Result<SpillReader> SpillReader::Open(const std::string& path, const SpillContents& contents) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return Status::Failure(ErrnoMessage(path, errno));
  std::setvbuf(file, nullptr, _IONBF, 0);
  return SpillReader(path, file, contents);
}

bool SpillReader::Fill(std::size_t bytes) {
  if (buffer_.size() - at_ >= bytes) return true;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t have = buffer_.size();
  buffer_.resize(std::max(bytes, kBufferBytes));
  const std::size_t got = std::fread(buffer_.data() + have, 1, buffer_.size() - have, file_.get());
  buffer_.resize(have + got);
  return buffer_.size() >= bytes;
}

bool SpillReader::Get(std::uint64_t* value) {
  constexpr std::size_t kLongest = 10;
  if (buffer_.size() - at_ < kLongest) Fill(kLongest);
  *value = 0;
  for (int shift = 0; shift < 64 && at_ < buffer_.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(buffer_[at_++]);
    *value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool SpillReader::GetBytes(std::string* bytes) {
  std::uint64_t size = 0;
  if (!Get(&size) || !Fill(size)) return false;
  if (bytes != nullptr) bytes->assign(buffer_, at_, size);
  at_ += size;
  return true;
}

bool SpillReader::GetTokens(std::vector<std::uint32_t>* tokens) {
  std::uint64_t size = 0;
  if (!Get(&size)) return false;
  tokens->clear();
  for (std::uint64_t i = 0; i < size; ++i) {
    std::uint64_t token = 0;
    if (!Get(&token)) return false;
    tokens->push_back(static_cast<std::uint32_t>(token));
  }
  return true;
}

bool SpillReader::GetEntries(std::vector<BagEntry>* entries) {
  std::uint64_t size = 0;
  if (!Get(&size)) return false;
  entries->clear();
  std::uint64_t word = 0;
  for (std::uint64_t i = 0; i < size; ++i) {
    std::uint64_t distance = 0;
    std::uint64_t count = 0;
    if (!Get(&distance) || !Get(&count)) return false;
    word += distance;
    entries->push_back({static_cast<WordId>(word), static_cast<std::uint32_t>(count)});
  }
  return true;
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

bool SpillReader::SkipMetadata() {
  std::uint64_t kind = 0;
  std::uint64_t number = 0;
  if (!Get(&kind)) return false;
  if (kind == 0) return true;
  if (kind == 3) return GetBytes(nullptr);
  if (!Get(&number)) return false;
  if (kind == 1) return Get(&number);
  for (std::uint64_t i = 0; kind == 4 && i < number; ++i) {
    if (!GetBytes(nullptr)) return false;
  }
  return true;
}

Status SpillReader::Broken() const {
  return Status::Failure(path_ + ": cannot read back the temporary file");
}

Status SpillReader::NextTokens(std::vector<std::uint32_t>* tokens) {
  bool good = GetBytes(nullptr) && GetTokens(tokens);
  for (std::size_t f = 0; f < contents_.num_metadata; ++f) good = good && SkipMetadata();
  if (contents_.snippets) good = good && GetBytes(nullptr);
  return good ? Status() : Broken();
}

Status SpillReader::Next(SpilledDocument* document) {
  document->metadata.resize(contents_.num_metadata);
  bool good = GetBytes(&document->name) &&
              (contents_.bags ? GetEntries(&document->entries) : GetTokens(&document->tokens));
  for (MetadataValue& value : document->metadata) good = good && GetMetadata(&value);
  if (contents_.snippets) good = good && GetBytes(&document->snippet);
  return good ? Status() : Broken();
}

}  // namespace lightlda
