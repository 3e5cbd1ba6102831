// The row codec: a word's counts by topic in one to three bytes an entry.
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
//   3. The sampler reads and writes a row once an iteration and works on its unpacked form, so the
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
//   A varint has 7 bits a byte, the lowest first, and bit 7 set in all but its last byte.
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
// Cost: bytes an entry, and nanoseconds an entry to pack and to unpack (one Zen 3 core), for a word
// whose tokens lie in topics by Zipf's law with exponent 1.1:
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

// How many entries need how many bits: all that the size of any sparse form depends on.
struct BitHistogram {
  std::array<std::uint32_t, kMaxWidth + 1> gaps{};
  std::array<std::uint32_t, kMaxWidth + 1> counts{};
  int largest_gap = 0;  // bits
  int largest_count = 0;
};

BitHistogram CountBits(std::span<const TopicCount> entries) {
  BitHistogram bits;
  std::uint32_t all_gaps = 0;  // an "or" has as many bits as the largest operand
  std::uint32_t all_counts = 0;
  TopicId next = 0;
  for (const TopicCount& entry : entries) {
    const std::uint32_t gap = entry.topic - next;
    ++bits.gaps[std::bit_width(gap)];
    ++bits.counts[std::bit_width(entry.count)];
    all_gaps |= gap;
    all_counts |= entry.count;
    next = entry.topic + 1;
  }
  bits.largest_gap = static_cast<int>(std::bit_width(all_gaps));
  bits.largest_count = static_cast<int>(std::bit_width(all_counts));
  return bits;
}

std::uint64_t SparseBytes(const BitHistogram& bits, std::size_t num_entries, int gap_bits) {
  const int count_bits = 8 - gap_bits;
  std::uint64_t bytes = 1 + num_entries;
  const int low_bits = gap_bits - 1;
  for (int width = low_bits + 1; width <= bits.largest_gap; ++width) {
    bytes += bits.gaps[width] * VarintBytes(width - low_bits);
  }
  for (int width = count_bits + 1; width <= bits.largest_count; ++width) {
    bytes += bits.counts[width] * VarintBytes(width);
  }
  return bytes;
}

// Bytes a count takes in a dense row whose largest count has this many bits.
std::size_t DenseWidth(int bits) { return bits <= 8 ? 1 : bits <= 16 ? 2 : 4; }

void PackSparse(std::span<const TopicCount> entries, int gap_bits, std::uint8_t* out) {
  const int low_bits = gap_bits - 1;
  const std::uint32_t more = 1u << low_bits;
  const std::uint32_t count_limit = 1u << (8 - gap_bits);
  TopicId next = 0;
  for (const TopicCount& entry : entries) {
    const std::uint32_t gap = entry.topic - next;
    const std::uint32_t rest = gap >> low_bits;
    const bool short_count = entry.count < count_limit;
    *out++ = static_cast<std::uint8_t>((gap & (more - 1)) | (rest != 0 ? more : 0) |
                                       (short_count ? entry.count << gap_bits : 0));
    if (rest != 0) out = PutVarint(rest, out);
    if (!short_count) out = PutVarint(entry.count, out);
    next = entry.topic + 1;
  }
}

bool UnpackSparse(std::span<const std::uint8_t> packed, int gap_bits, std::uint32_t num_topics,
                  std::vector<TopicCount>* entries) {
  const int low_bits = gap_bits - 1;
  const std::uint32_t more = 1u << low_bits;
  const int count_bits = 8 - gap_bits;
  entries->resize(packed.size());  // an entry takes a byte at least
  TopicCount* out = entries->data();
  const std::uint8_t* at = packed.data();
  const std::uint8_t* const end = at + packed.size();
  std::uint64_t next = 0;
  while (at != end) {
    const std::uint32_t head = *at++;
    std::uint64_t gap = head & (more - 1);
    std::uint64_t count = head >> gap_bits;
    if ((head & more) != 0) {
      std::uint64_t rest;
      if (!GetVarint<kMaxWidth>(&at, end, &rest) || rest == 0) return false;
      gap |= rest << low_bits;
    }
    if (count == 0 && (!GetVarint<kMaxWidth>(&at, end, &count) || count >> count_bits == 0)) {
      return false;
    }
    const std::uint64_t topic = next + gap;
    if (topic >= num_topics) return false;
    *out++ = {static_cast<TopicId>(topic), static_cast<std::uint32_t>(count)};
    next = topic + 1;
  }
  entries->resize(static_cast<std::size_t>(out - entries->data()));
  return !entries->empty();
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
bool UnpackDense(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
                 std::vector<TopicCount>* entries) {
  if (packed.size() != std::size_t{num_topics} * sizeof(T)) return false;
  entries->resize(num_topics);
  TopicCount* out = entries->data();
  for (TopicId topic = 0; topic < num_topics; ++topic) {
    T count;
    std::memcpy(&count, packed.data() + topic * sizeof(T), sizeof(T));
    *out = {topic, count};
    out += count != 0;
  }
  entries->resize(static_cast<std::size_t>(out - entries->data()));
  return !entries->empty();
}

}  // namespace

RowPlan PlanRow(std::span<const TopicCount> entries, std::uint32_t num_topics) {
  if (entries.empty()) return {};
  const BitHistogram bits = CountBits(entries);
  const std::size_t width = DenseWidth(bits.largest_count);
  std::uint64_t best = 1 + std::uint64_t{num_topics} * width;
  auto tag = static_cast<std::uint8_t>(kDenseTag + width);
  for (int gap_bits = kMaxGapBits; gap_bits >= kMinGapBits; --gap_bits) {
    const std::uint64_t bytes = SparseBytes(bits, entries.size(), gap_bits);
    if (bytes < best) {
      best = bytes;
      tag = static_cast<std::uint8_t>(gap_bits);
    }
  }
  return {tag, static_cast<std::uint32_t>(best)};
}

void PackRow(std::span<const TopicCount> entries, const RowPlan& plan,
             std::span<std::uint8_t> packed) {
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
      return PackSparse(entries, plan.tag, body.data());
  }
}

std::vector<std::uint8_t> EncodeRow(std::span<const TopicCount> entries, std::uint32_t num_topics) {
  const RowPlan plan = PlanRow(entries, num_topics);
  std::vector<std::uint8_t> packed(plan.bytes);
  PackRow(entries, plan, packed);
  return packed;
}

bool UnpackRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
               std::vector<TopicCount>* entries) {
  if (packed.empty()) {
    entries->clear();
    return true;
  }
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
      if (tag < kMinGapBits || tag > kMaxGapBits) return false;
      return UnpackSparse(body, tag, num_topics, entries);
  }
}

bool DecodeRow(std::span<const std::uint8_t> packed, std::uint32_t num_topics,
               std::vector<TopicCount>* entries) {
  if (!UnpackRow(packed, num_topics, entries)) return false;
  // Within a form the bytes are unique, so only the choice of the form is left to check.
  return packed.empty() || PlanRow(*entries, num_topics).tag == packed[0];
}

}  // namespace lightlda
