// A column of texts as two sections of a section file: offsets of frames, and the frames.
//
// A frame is zstd of u32[n + 1] offsets and the bytes of n = kFrameDocuments texts, fewer in the
// last. So that one text can be read without the others.
#ifndef LIGHTLDA_CORPUS_TEXT_FRAMES_H_
#define LIGHTLDA_CORPUS_TEXT_FRAMES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/section_file.h"
#include "lightlda/status.h"

namespace lightlda {

inline constexpr std::size_t kFrameDocuments = 1024;
// Bytes of a frame, decompressed.
inline constexpr std::uint64_t kMaxFrameBytes = std::uint64_t{1} << 30;

// The sections of a column, to be written.
struct PackedTexts {
  std::vector<std::uint64_t> offsets;  // [number of frames + 1], of the frames' bytes
  std::vector<std::byte> frames;
};

// Errors: kBadInput if a frame's texts are too long. The same texts give the same bytes.
Result<PackedTexts> PackTexts(std::span<const std::string_view> texts);

// Texts that were read. Views stay valid for the life of the object, also when it is moved.
class TextColumn {
 public:
  // Reads and verifies sections `section` and `section` + 1 of `file`. Errors: kBadInput if they
  // are not num_texts texts.
  static Result<TextColumn> Read(const SectionFile& file, std::size_t section,
                                 std::size_t num_texts);

  // REQUIRES: index < num_texts.
  std::string_view operator[](std::size_t index) const;

 private:
  std::size_t num_texts_ = 0;
  // Decompressed: offsets [n + 1], then bytes.
  std::vector<std::vector<std::byte>> frames_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_CORPUS_TEXT_FRAMES_H_
