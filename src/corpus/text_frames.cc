#include "corpus/text_frames.h"

#include <glog/logging.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace lightlda {
namespace {

constexpr int kCompressionLevel = 1;

// Of a decompressed frame. Its bytes are aligned by the allocator.
std::span<const std::uint32_t> Offsets(const std::vector<std::byte>& frame, std::size_t num_texts) {
  return {reinterpret_cast<const std::uint32_t*>(frame.data()), num_texts + 1};
}

std::size_t OffsetBytes(std::size_t num_texts) { return (num_texts + 1) * sizeof(std::uint32_t); }

void Compress(std::span<const std::byte> raw, std::vector<std::byte>* frames) {
  const std::size_t start = frames->size();
  frames->resize(start + ZSTD_compressBound(raw.size()));
  const std::size_t size = ZSTD_compress(frames->data() + start, frames->size() - start, raw.data(),
                                         raw.size(), kCompressionLevel);
  CHECK(!ZSTD_isError(size)) << ZSTD_getErrorName(size);
  frames->resize(start + size);
}

// A frame of `num_texts` texts, decompressed.
Result<std::vector<std::byte>> ReadFrame(std::span<const std::byte> compressed,
                                         std::size_t num_texts) {
  const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  // Values for "unknown" and "not a frame" are huge.
  if (size < OffsetBytes(num_texts) || size > kMaxFrameBytes) {
    return Status::BadInput("is no frame of " + std::to_string(num_texts) + " texts");
  }
  std::vector<std::byte> frame(size);
  const std::size_t found =
      ZSTD_decompress(frame.data(), frame.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(found) || found != frame.size()) {
    return Status::BadInput("does not decompress to " + std::to_string(size) + " bytes");
  }
  const std::span<const std::uint32_t> offsets = Offsets(frame, num_texts);
  if (offsets.front() != 0 || offsets.back() != size - OffsetBytes(num_texts) ||
      !std::ranges::is_sorted(offsets)) {
    return Status::BadInput("has offsets that do not span its texts");
  }
  return frame;
}

}  // namespace

Result<PackedTexts> PackTexts(std::span<const std::string_view> texts) {
  PackedTexts packed;
  packed.offsets.push_back(0);
  std::vector<std::uint32_t> offsets;
  std::vector<std::byte> raw;
  for (std::size_t first = 0; first < texts.size(); first += kFrameDocuments) {
    const auto frame = texts.subspan(first, std::min(kFrameDocuments, texts.size() - first));
    std::uint64_t size = 0;
    offsets.assign(1, 0);
    for (const std::string_view text : frame) {
      size += text.size();
      if (size > kMaxFrameBytes - OffsetBytes(kFrameDocuments)) {
        return Status::BadInput("texts of " + std::to_string(frame.size()) +
                                " documents have more than " + std::to_string(kMaxFrameBytes) +
                                " bytes: expected shorter ones");
      }
      offsets.push_back(static_cast<std::uint32_t>(size));
    }
    raw.resize(OffsetBytes(frame.size()) + size);
    std::memcpy(raw.data(), offsets.data(), OffsetBytes(frame.size()));
    std::byte* out = raw.data() + OffsetBytes(frame.size());
    for (const std::string_view text : frame) {
      out = std::copy_n(reinterpret_cast<const std::byte*>(text.data()), text.size(), out);
    }
    Compress(raw, &packed.frames);
    packed.offsets.push_back(packed.frames.size());
  }
  return packed;
}

Result<TextColumn> TextColumn::Read(const SectionFile& file, std::size_t section,
                                    std::size_t num_texts) {
  const auto corrupted = [&file](const std::string& what) {
    return Status::BadInput(file.path() + ": corrupted: " + what);
  };
  LIGHTLDA_ASSIGN_OR_RETURN(auto offsets, file.Section<std::uint64_t>(section));
  LIGHTLDA_ASSIGN_OR_RETURN(auto frames, file.Section<std::byte>(section + 1));
  const std::size_t num_frames = (num_texts + kFrameDocuments - 1) / kFrameDocuments;
  if (offsets.size() != num_frames + 1) {
    return corrupted(std::to_string(offsets.size()) + " offsets of frames, expected " +
                     std::to_string(num_frames + 1));
  }
  if (offsets.front() != 0 || offsets.back() != frames.size() || !std::ranges::is_sorted(offsets)) {
    return corrupted("offsets do not span the frames");
  }
  TextColumn column;
  for (std::size_t f = 0; f < num_frames; ++f) {
    const std::size_t texts = std::min(kFrameDocuments, num_texts - f * kFrameDocuments);
    auto frame = ReadFrame(frames.subspan(offsets[f], offsets[f + 1] - offsets[f]), texts);
    if (!frame.ok()) {
      return corrupted("frame " + std::to_string(f) + " " + frame.status().message());
    }
    column.frames_.push_back(std::move(*frame));
  }
  column.num_texts_ = num_texts;
  return column;
}

std::string_view TextColumn::operator[](std::size_t index) const {
  DCHECK_LT(index, num_texts_);
  const std::size_t first = index / kFrameDocuments * kFrameDocuments;
  const std::vector<std::byte>& frame = frames_[index / kFrameDocuments];
  const std::size_t texts = std::min(kFrameDocuments, num_texts_ - first);
  const std::span<const std::uint32_t> offsets = Offsets(frame, texts);
  const char* const bytes = reinterpret_cast<const char*>(frame.data()) + OffsetBytes(texts);
  return {bytes + offsets[index - first], offsets[index - first + 1] - offsets[index - first]};
}

}  // namespace lightlda
