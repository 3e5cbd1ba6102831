// The row codec: a word's counts by topic in one to three bytes per entry.
//
// Ideas
//   1. A row is stored whole, in the smallest of several forms, each a function of the row alone.
//   So
//      there is nothing to tune, rows change form as they grow and shrink, and equal rows have
//      equal bytes: packed rows can be compared, hashed and sent as they are.
//   2. In a trained model nearly all entries of a row are small counts at small distances: head
//   words
//      occupy many topics (small distances), rare words few topics (counts of one or two). So an
//      entry is one byte, divided into bits for the distance and bits for the count, and the
//      division is chosen for each row. What does not fit goes into a varint behind that byte.
//   3. The sampler reads and writes a row once per iteration and works on its unpacked form, so the
//      packed one need not be searchable. Hash rows, made to be searched, take 8 to 16 bytes an
//      entry.
//
// Byte map
//   empty row    no bytes
//   tag 2 ... 7  sparse. The tag is g, the number of gap bits. Each entry, topics ascending:
//                  head  bits 0 ... g-2  low bits of gap = topic - (topic of the entry before) - 1,
//                                        for the first entry gap = topic
//                        bit g-1         set if the gap has further bits
//                        bits g ... 7    the count, or 0 if it is 2^(8-g) or more
//                  rest  varint of gap >> (g-1), if bit g-1 is set
//                  count varint, if the bits of the count are 0
//   tag 0x10+b   dense, b = 1, 2 or 4: num_topics counts of b bytes, little-endian
//   A varint has 7 bits per byte, the lowest first, and bit 7 set in all but its last byte.
//
// The form is the shortest one; among equals dense, then the largest g. Its size is exact before a
// byte is written: it follows from how many gaps and counts have how many bits, which takes one
// pass.
//
// Worked example, K = 1000: topic 3 once, 4 twice, 200 once, 203 300 times. Gaps 3, 0, 195, 2.
//   06        sparse, 6 gap bits (5 of the gap and the flag), 2 bits of the count
//   43        01 0 00011: count 1, gap 3
//   80        10 0 00000: count 2, gap 0
//   63 06     01 1 00011: count 1, gap 3 + 32 * 6 = 195
//   02 AC 02  00 0 00010: gap 2, count in a varint: 0x2C + 128 * 2 = 300
//
// Cost: bytes per entry, and nanoseconds per entry to pack and to unpack (one Zen 3 core), for a
// word whose tokens lie in topics by Zipf's law with exponent 1.1:
//
//            K     tokens    entries   tag   bytes   pack   unpack
//        1,000         10          8     7    2.00   11.4      2.4
//        1,000        100         48     6    1.38    4.2      1.4
//        1,000      1,000        296     4    1.06    3.0      1.1
//        1,000    100,000      1,000     2    1.26    3.4      1.1
//       10,000        100         73     7    1.75    4.1      1.8
//       10,000    100,000      7,402     3    1.05    3.1      1.1
//    1,000,000        100         72     7    2.72    4.9      2.6
//    1,000,000    100,000     24,193     7    1.42    5.7      4.2
//
// A trained model (527,036 abstracts, 66,185 words, K = 1000) takes 1.75 bytes for each of its 1.4
// million entries.
//
// Why these limits: with g = 1 no gap bit is left beside the flag, which a dense row does better,
// and with g = 8 no count. A flag with a rest, not an escape code with the whole gap: the rest
// keeps the low bits in the head, so two bytes reach a gap of 2^(g+6), which is what rare words at
// K = 10,000 need; an escape code would take three. Counts do the opposite, because a count that
// does not fit is rare.
#include "table/row_codec.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "base/scratch_array.h"
#include "base/varint.h"

namespace lightlda {
namespace {

constexpr int kMinGapBits = 2;
constexpr int kMaxGapBits = 7;
constexpr std::uint8_t kDenseTag = 0x10;  // plus the width
constexpr int kVarintBits = 7;
constexpr std::size_t kMaxWidth = 32;  // bits of a count

// Bytes of a varint of a number of this many bits, > 0.
constexpr std::uint64_t VarintBytes(int bits) {
  return static_cast<std::uint64_t>((bits + kVarintBits - 1) / kVarintBits);
}

// What an entry takes beyond its head byte, for every number of gap bits at once: lane g is for g.
using Lanes [[gnu::vector_size(16)]] = std::uint16_t;
constexpr std::size_t kNumLanes = 8;
constexpr std::size_t kLanesBlock = 4096;  // entries that cannot overflow a lane, at 10 bytes each

struct ExtraBytes {
  Lanes gap[kMaxWidth + 1];  // by the bits of the gap
  Lanes count[kMaxWidth + 1];
};

constexpr ExtraBytes MakeExtraBytes() {
  ExtraBytes extra = {};
  for (int width = 1; width <= static_cast<int>(kMaxWidth); ++width) {
    for (int gap_bits = kMinGapBits; gap_bits <= kMaxGapBits; ++gap_bits) {
      const int low_bits = gap_bits - 1;
      if (width > low_bits) {
        extra.gap[width][gap_bits] = static_cast<std::uint16_t>(VarintBytes(width - low_bits));
      }
      if (width > 8 - gap_bits) {
        extra.count[width][gap_bits] = static_cast<std::uint16_t>(VarintBytes(width));
      }
    }
  }
  return extra;
}
const ExtraBytes kExtraBytes = MakeExtraBytes();

// Sizes of all sparse forms, by gap bits, and the bits of the largest count.
struct RowSizes {
  std::array<std::uint64_t, kNumLanes> sparse{};  // bytes, tag included
  int largest_count = 0;
};

RowSizes FindSizes(std::span<const TopicCount> entries) {
  RowSizes sizes;
  sizes.sparse.fill(1 + entries.size());
  std::uint32_t all_counts = 0;  // an "or" has as many bits as the largest operand
  TopicId next = 0;
  while (!entries.empty()) {
    const auto block = entries.first(std::min(entries.size(), kLanesBlock));
    Lanes sum = {};
    for (const TopicCount& entry : block) {
      sum += kExtraBytes.gap[std::bit_width(entry.topic - next)] +
             kExtraBytes.count[std::bit_width(entry.count)];
      all_counts |= entry.count;
      next = entry.topic + 1;
    }
    for (std::size_t lane = 0; lane < kNumLanes; ++lane) sizes.sparse[lane] += sum[lane];
    entries = entries.subspan(block.size());
  }
  sizes.largest_count = static_cast<int>(std::bit_width(all_counts));
  return sizes;
}

// Bytes a count takes in a dense row whose largest count has this many bits.
std::size_t DenseWidth(int bits) { return bits <= 8 ? 1 : bits <= 16 ? 2 : 4; }

// In short rows, which entries have a rest or a long count follows no pattern: a branch would be
// guessed wrong every third time. So in both directions one byte of either is taken as if it were
// there, and the usual case, bytes below 0x80, takes no branch. In long rows most entries are one
// byte: four of those are unpacked at a time.
template <int kGapBits>
void PackSparse(std::span<const TopicCount> entries, std::span<std::uint8_t> packed,
                std::size_t slack) {
  constexpr int kLowBits = kGapBits - 1;
  constexpr std::uint32_t kLowMask = (1u << kLowBits) - 1;
  std::uint8_t* out = packed.data();
  const std::uint8_t* const end = out + packed.size() + slack;
  TopicId next = 0;
  for (const TopicCount& entry : entries) {
    const std::uint32_t gap = entry.topic - next;
    const std::uint32_t rest = gap >> kLowBits;
    const std::uint32_t has_rest = rest != 0;
    const std::uint32_t is_long = entry.count >> (8 - kGapBits) != 0;
    const std::uint32_t count = entry.count & -is_long;
    next = entry.topic + 1;
    *out++ = static_cast<std::uint8_t>((gap & kLowMask) | has_rest << kLowBits |
                                       (entry.count - count) << kGapBits);
    if ((rest | count) < 0x80 && end - out >= kRowSlack) {
      out[0] = static_cast<std::uint8_t>(rest);
      out[has_rest] = static_cast<std::uint8_t>(count);
      out += has_rest + is_long;
      continue;
    }
    if (has_rest != 0) out = PutVarint(rest, out);
    if (is_long != 0) out = PutVarint(count, out);
  }
}

// Takes in the numbers behind a head byte, of any length; false if they are malformed.
bool ReadRest(std::uint32_t head, int gap_bits, const std::uint8_t** at, const std::uint8_t* end,
              std::uint64_t* gap, std::uint64_t* count) {
  const int low_bits = gap_bits - 1;
  if ((head >> low_bits & 1) != 0) {
    std::uint64_t rest;
    if (!GetVarint<kMaxWidth>(at, end, &rest) || rest == 0) return false;
    *gap |= rest << low_bits;
  }
  if (*count != 0) return true;
  return GetVarint<kMaxWidth>(at, end, count) && *count >> (8 - gap_bits) != 0;
}

// Four entries of one byte each, in one word of four bytes.
template <int kGapBits>
struct FourHeads {
  static constexpr std::uint32_t kOnes = 0x01010101;
  static constexpr std::uint32_t kMore = kOnes << (kGapBits - 1);

  explicit FourHeads(const std::uint8_t* at) {
    std::memcpy(&word, at, sizeof(word));
    gaps = word & (kMore - kOnes);
    counts = word >> kGapBits & kOnes * ((1u << (8 - kGapBits)) - 1);
  }
  // No byte has a rest, or a count that does not fit it.
  bool AreAll() const {
    return (word & kMore) == 0 && ((counts - kOnes) & ~counts & (kOnes << 7)) == 0;
  }
  std::uint32_t SumOfGaps() const { return gaps * kOnes >> 24; }  // at most 4 * 63
  std::uint32_t gap(int i) const { return gaps >> (8 * i) & 0xFF; }
  std::uint32_t count(int i) const { return counts >> (8 * i) & 0xFF; }

  std::uint32_t word, gaps, counts;
};

// Returns the number of entries, or -1.
template <int kGapBits>
std::int64_t UnpackSparse(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
                          std::size_t slack, TopicCount* entries) {
  constexpr int kLowBits = kGapBits - 1;
  constexpr std::uint32_t kLeastLong = 1u << (8 - kGapBits);
  TopicCount* out = entries;
  const std::uint8_t* at = packed.data();
  const std::uint8_t* const end = at + packed.size();
  const std::uint8_t* const readable_end = end + slack;
  std::uint64_t next = 0;
  while (at < end) {
    if (end - at >= 4) {
      const FourHeads<kGapBits> heads(at);
      if (heads.AreAll() && next + heads.SumOfGaps() + 3 < num_topics) {
        for (int i = 0; i < 4; ++i) {
          const std::uint64_t topic = next + heads.gap(i);
          *out++ = {static_cast<TopicId>(topic), heads.count(i)};
          next = topic + 1;
        }
        at += 4;
        continue;
      }
    }
    const std::uint32_t head = *at++;
    std::uint64_t gap = head & ((1u << kLowBits) - 1);
    std::uint64_t count = head >> kGapBits;
    const std::uint32_t has_rest = head >> kLowBits & 1;
    const std::uint32_t is_long = count == 0;
    bool usual = readable_end - at >= kRowSlack;
    if (usual) {
      // The rest in 1 ... 0x7F and the count in kLeastLong ... 0x7F, if they are there.
      const std::uint32_t rest = at[0] & -has_rest;
      const std::uint32_t long_count = at[has_rest] & -is_long;
      usual = ((rest - has_rest) | (long_count - (kLeastLong & -is_long))) < 0x80;
      usual = usual && (rest | long_count) < 0x80;
      if (usual) {
        gap |= std::uint64_t{rest} << kLowBits;
        count |= long_count;
        at += has_rest + is_long;
      }
    }
    if (!usual && !ReadRest(head, kGapBits, &at, end, &gap, &count)) return -1;
    const std::uint64_t topic = next + gap;
    if (topic >= num_topics) return -1;
    *out++ = {static_cast<TopicId>(topic), static_cast<std::uint32_t>(count)};
    next = topic + 1;
  }
  // What looks like a number may have been read from behind the end.
  return out == entries || at != end ? -1 : out - entries;
}

// Calls visit(g), g a compile-time constant, for a number of gap bits known only at run time.
template <int kGapBits = kMinGapBits, typename Visit>
auto WithGapBits(int gap_bits, Visit&& visit) {
  if constexpr (kGapBits < kMaxGapBits) {
    if (gap_bits != kGapBits) return WithGapBits<kGapBits + 1>(gap_bits, visit);
  }
  return visit(std::integral_constant<int, kGapBits>());
}

template <typename T>
void PackDense(std::span<const TopicCount> entries, std::span<std::uint8_t> packed) {
  std::fill(packed.begin(), packed.end(), std::uint8_t{0});
  for (const TopicCount& entry : entries) {
    const T count = static_cast<T>(entry.count);
    std::memcpy(packed.data() + entry.topic * sizeof(T), &count, sizeof(T));
  }
}

template <typename T>
std::int64_t UnpackDense(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
                         TopicCount* entries) {
  if (packed.size() != std::size_t{num_topics} * sizeof(T)) return -1;
  TopicCount* out = entries;
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    T count;
    std::memcpy(&count, packed.data() + topic * sizeof(T), sizeof(T));
    *out = {topic, count};
    out += count != 0;
  }
  return out == entries ? -1 : out - entries;
}

}  // namespace

RowPlan PlanRow(std::span<const TopicCount> entries, std::uint32_t num_topics) {
  if (entries.empty()) return {};
  const RowSizes sizes = FindSizes(entries);
  const std::size_t width = DenseWidth(sizes.largest_count);
  std::uint64_t best = 1 + std::uint64_t{num_topics} * width;
  auto tag = static_cast<std::uint8_t>(kDenseTag + width);
  for (int gap_bits = kMaxGapBits; gap_bits >= kMinGapBits; --gap_bits) {
    if (sizes.sparse[gap_bits] < best) {
      best = sizes.sparse[gap_bits];
      tag = static_cast<std::uint8_t>(gap_bits);
    }
  }
  return {tag, static_cast<std::uint32_t>(best)};
}

void PackRow(std::span<const TopicCount> entries, const RowPlan& plan,
             std::span<std::uint8_t> packed, std::size_t slack) {
  DCHECK_EQ(packed.size(), plan.bytes);
  if (entries.empty()) return;
  packed[0] = plan.tag;
  const std::span<std::uint8_t> body = packed.subspan(1);
  switch (plan.tag) {
    case kDenseTag + 1:
      return PackDense<std::uint8_t>(entries, body);
    case kDenseTag + 2:
      return PackDense<std::uint16_t>(entries, body);
    case kDenseTag + 4:
      return PackDense<std::uint32_t>(entries, body);
    default:
      return WithGapBits(plan.tag, [&](auto gap_bits) {
        PackSparse<decltype(gap_bits)::value>(entries, body, slack);
      });
  }
}

std::vector<std::uint8_t> EncodeRow(std::span<const TopicCount> entries, std::uint32_t num_topics) {
  const RowPlan plan = PlanRow(entries, num_topics);
  std::vector<std::uint8_t> packed(plan.bytes);
  PackRow(entries, plan, packed);
  return packed;
}

std::size_t MaxRowEntries(std::span<const std::uint8_t> packed, std::uint32_t num_topics) {
  if (packed.empty()) return 0;
  return std::min<std::size_t>(packed.size() - 1, num_topics);  // an entry takes a byte at least
}

std::int64_t UnpackRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
                       std::size_t slack, TopicCount* entries) {
  if (packed.empty()) return 0;
  const std::uint8_t tag = packed[0];
  const std::span<const std::uint8_t> body = packed.subspan(1);
  switch (tag) {
    case kDenseTag + 1:
      return UnpackDense<std::uint8_t>(body, num_topics, entries);
    case kDenseTag + 2:
      return UnpackDense<std::uint16_t>(body, num_topics, entries);
    case kDenseTag + 4:
      return UnpackDense<std::uint32_t>(body, num_topics, entries);
    default:
      if (tag < kMinGapBits || tag > kMaxGapBits) return -1;
      return WithGapBits(tag, [&](auto gap_bits) {
        return UnpackSparse<decltype(gap_bits)::value>(body, num_topics, slack, entries);
      });
  }
}

bool UnpackRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
               std::vector<TopicCount>* entries, std::size_t slack) {
  // Not into the vector, which would first fill the room that it makes.
  thread_local ScratchArray<TopicCount> scratch;
  TopicCount* const room = scratch.Room(MaxRowEntries(packed, num_topics));
  const std::int64_t size = UnpackRow(packed, num_topics, slack, room);
  entries->assign(room, room + std::max<std::int64_t>(size, 0));
  return size >= 0;
}

bool DecodeRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
               std::vector<TopicCount>* entries) {
  if (!UnpackRow(packed, num_topics, entries)) return false;
  // Within a form the bytes are unique, so only the choice of the form is left to check.
  return packed.empty() || PlanRow(*entries, num_topics).tag == packed[0];
}

}  // namespace lightlda
