#include "sampler/token_state.h"

#include <algorithm>
#include <array>
#include <future>
#include <limits>
#include <utility>

#include "base/huge_buffer.h"
#include "base/scratch_file.h"
#include "base/thread.h"

namespace lightlda {
namespace {

// Ranges start on cache lines.
constexpr std::size_t kAlignment = 64;

constexpr std::size_t Padded(std::size_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

class ResidentState final : public TokenState {
 public:
  explicit ResidentState(const StateShape& shape) : windows_(shape.block_records.size()) {
    for (std::size_t b = 0; b < windows_.size(); ++b) {
      blocks_.emplace_back(shape.block_records[b] * shape.record_bytes);
      windows_[b].data = blocks_[b].data();
    }
  }

  Status Sweep(std::span<const StatePart> parts, Access, const Body& body) override {
    for (const StatePart& part : parts) body(part, windows_);
    return {};
  }

  void Release(std::size_t block) override {
    blocks_[block] = HugeBuffer<std::byte>();
    windows_[block].data = nullptr;
  }
  std::size_t part_bytes() const override { return std::numeric_limits<std::size_t>::max(); }

 private:
  std::vector<HugeBuffer<std::byte>> blocks_;
  std::vector<RecordWindow> windows_;
};

class StreamedState final : public TokenState {
 public:
  StreamedState(const StateShape& shape, ScratchFile file, std::size_t part_bytes)
      : record_bytes_(shape.record_bytes), file_(std::move(file)), part_bytes_(part_bytes) {
    std::uint64_t offset = 0;
    for (const std::uint32_t records : shape.block_records) {
      offsets_.push_back(offset);
      offset += std::uint64_t{records} * record_bytes_;
    }
  }

  Status Sweep(std::span<const StatePart> parts, Access access, const Body& body) override {
    if (parts.empty()) return {};
    LIGHTLDA_RETURN_IF_ERROR(Read(parts[0], &buffers_[0]));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool writes = access == Access::kUpdate && i > 0;
      const bool reads = i + 1 < parts.size();
      // Before the future, which on any way out waits for what uses it. Without a thread for it,
      // it is done when it is waited for.
      constexpr auto kBeside = std::launch::async | std::launch::deferred;
      std::future<Status> transfer = StartAsync(kBeside, [&, i, writes, reads] {
        if (writes) LIGHTLDA_RETURN_IF_ERROR(Write(parts[i - 1], buffers_[(i + 2) % 3]));
        if (writes && i > 1) Forget(parts[i - 2]);
        return reads ? Read(parts[i + 1], &buffers_[(i + 1) % 3]) : Status();
      });
      body(parts[i], Windows(parts[i], &buffers_[i % 3]));
      LIGHTLDA_RETURN_IF_ERROR(transfer.get());
    }
    if (access == Access::kRead) return {};
    return Write(parts.back(), buffers_[(parts.size() - 1) % 3]);
  }

  std::size_t part_bytes() const override { return part_bytes_; }

 private:
  using Buffer = HugeBuffer<std::byte>;

  std::size_t Bytes(const RecordRange& range) const { return range.count * record_bytes_; }
  std::uint64_t Offset(const RecordRange& range) const {
    return offsets_[range.block] + std::uint64_t{range.first} * record_bytes_;
  }

  Status Read(const StatePart& part, Buffer* buffer) const {
    std::size_t size = 0;
    for (const RecordRange& range : part.ranges) size += Padded(Bytes(range));
    if (buffer->size() < size) {
      *buffer = Buffer();  // first, so that never both are held
      *buffer = Buffer(std::max(size, std::min(part_bytes_, size + size / 4)));
    }
    std::size_t at = 0;
    for (const RecordRange& range : part.ranges) {
      LIGHTLDA_RETURN_IF_ERROR(file_.Read(Offset(range), {buffer->data() + at, Bytes(range)}));
      file_.Forget(Offset(range), Bytes(range));
      at += Padded(Bytes(range));
    }
    return {};
  }

  Status Write(const StatePart& part, const Buffer& buffer) {
    std::size_t at = 0;
    for (const RecordRange& range : part.ranges) {
      LIGHTLDA_RETURN_IF_ERROR(file_.Write(Offset(range), {buffer.data() + at, Bytes(range)}));
      at += Padded(Bytes(range));
    }
    return {};
  }

  // By now the part has reached the disk.
  void Forget(const StatePart& part) const {
    for (const RecordRange& range : part.ranges) file_.Forget(Offset(range), Bytes(range));
  }

  std::span<const RecordWindow> Windows(const StatePart& part, Buffer* buffer) {
    windows_.assign(offsets_.size(), {});
    std::size_t at = 0;
    for (const RecordRange& range : part.ranges) {
      windows_[range.block] = {buffer->data() + at, range.first};
      at += Padded(Bytes(range));
    }
    return windows_;
  }

  std::size_t record_bytes_;
  ScratchFile file_;
  std::size_t part_bytes_;
  std::vector<std::uint64_t> offsets_;  // [num_blocks], in the file
  std::array<Buffer, 3> buffers_;       // one is read into, one worked on, one written from
  std::vector<RecordWindow> windows_;   // [num_blocks]
};

}  // namespace

std::unique_ptr<TokenState> MakeResidentState(const StateShape& shape) {
  return std::make_unique<ResidentState>(shape);
}

Result<std::unique_ptr<TokenState>> MakeStreamedState(const StateShape& shape,
                                                      const std::string& directory,
                                                      std::size_t part_bytes) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t records : shape.block_records) {
    bytes += std::uint64_t{records} * shape.record_bytes;
  }
  LIGHTLDA_ASSIGN_OR_RETURN(ScratchFile file, ScratchFile::Create(directory, bytes));
  return std::unique_ptr<TokenState>(
      std::make_unique<StreamedState>(shape, std::move(file), part_bytes));
}

}  // namespace lightlda
