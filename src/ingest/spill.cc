#include "ingest/spill.h"

#include <cerrno>

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
  Put(name.size());
  buffer_.append(name);
  Put(num_items);
}

Status SpillWriter::FlushIfFull() {
  if (buffer_.size() < kBufferBytes) return {};
  Status status = file_.Append(buffer_);
  buffer_.clear();
  return status;
}

Status SpillWriter::AddText(std::string_view name, std::span<const std::uint32_t> tokens,
                            std::span<const std::uint32_t> raw_ids) {
  Begin(name, tokens.size());
  for (const std::uint32_t token : tokens) Put(raw_ids[token]);
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

Result<SpillReader> SpillReader::Open(const std::string& path, bool bags) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return Status::Failure(ErrnoMessage(path, errno));
  std::setvbuf(file, nullptr, _IOFBF, kBufferBytes);
  return SpillReader(path, file, bags);
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

Status SpillReader::Next(SpilledDocument* document) {
  document->tokens.clear();
  document->entries.clear();
  std::uint64_t size = 0;
  bool good = Get(&size);
  document->name.resize(good ? size : 0);
  good = good && std::fread(document->name.data(), 1, size, file_.get()) == size && Get(&size);
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
  return good ? Status() : Status::Failure(path_ + ": cannot read back the temporary file");
}

}  // namespace lightlda
