// lightlda-row-arena: what a shard's rows take over a long run, by how they are allocated.
#include <gflags/gflags.h>
#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "base/huge_buffer.h"
#include "ps/table_spec.h"
#include "table/row_arena.h"
#include "tool_util.h"
#include "train/scaling_model.h"

DEFINE_string(variant, "product", "product, moving, compacting, malloc or places");
DEFINE_uint32(words, 30'000, "rows");
DEFINE_double(tokens, 7.3e6, "tokens of all words, by Zipf's law");
DEFINE_uint32(num_topics, 1000, "K");
DEFINE_uint32(slices, 12, "arenas");
DEFINE_uint32(rounds, 200, "pushes of every row");
DEFINE_uint32(grow_rounds, 40, "in which documents join, from 1/32 of the tokens to all");
DEFINE_uint32(every, 20, "rounds to a line");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-row-arena", __FILE__,
    "lightlda-row-arena replays the growth of a word-topic table's rows and prints, one line per\n"
    "some rounds, what they hold and what they take: bytes live, bytes of memory resident now and\n"
    "at the peak since the line before, rows moved, arenas copied or compacted.\n"
    "\n"
    "  for v in product moving compacting malloc places; do lightlda-row-arena --variant=$v; "
    "done\n"};

// One slice's rows.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual void Set(std::size_t row, std::span<const TopicCount> entries) = 0;

  std::uint64_t num_moves = 0;
  std::uint64_t num_rewrites = 0;  // of the whole arena
};

// The product's.
class ProductRows : public Rows {
 public:
  explicit ProductRows(std::span<const std::uint32_t> most) : arena_(most.size()) {}
  void Set(std::size_t row, std::span<const TopicCount> entries) override {
    const TopicCount* const before = arena_.Row(row).data();
    const TopicCount* const last = arena_.Row(last_row_).data();
    arena_.Set(row, entries);
    num_moves += arena_.Row(row).data() != before ? 1 : 0;
    num_rewrites += row != last_row_ && arena_.Row(last_row_).data() != last ? 1 : 0;
    last_row_ = row;
  }

 private:
  RowArena arena_;
  std::size_t last_row_ = 0;  // moves with the whole arena alone
};

// What the product had before: places with an eighth of room; a row that outgrows its place moves
// to the end. When the arena is full it is copied to a new one of the heap, a quarter larger.
class MovingRows : public Rows {
 public:
  explicit MovingRows(std::span<const std::uint32_t> most) : places_(most.size()) {}

  void Set(std::size_t row, std::span<const TopicCount> entries) override {
    const auto size = static_cast<std::uint32_t>(entries.size());
    if (size > places_[row].room) Move(row, size);
    places_[row].size = size;
    std::copy(entries.begin(), entries.end(), data() + places_[row].begin);
  }

 protected:
  struct Place {
    std::size_t begin = 0;
    std::uint32_t size = 0;
    std::uint32_t room = 0;
  };
  static std::uint32_t RoomFor(std::uint32_t size) { return size + size / 8 + 1; }

  virtual TopicCount* data() { return arena_.get(); }
  // Makes room for `more` entries at the end.
  virtual void MakeRoom(std::size_t more) {
    std::size_t needed = more;
    for (const Place& place : places_) needed += place.size == 0 ? 0 : RoomFor(place.size);
    capacity_ = needed + needed / 4 + 16;
    auto arena = std::make_unique_for_overwrite<TopicCount[]>(capacity_);
    std::size_t end = 0;
    for (Place& place : places_) {
      std::copy_n(arena_.get() + place.begin, place.size, arena.get() + end);
      place.begin = end;
      place.room = place.size == 0 ? 0 : RoomFor(place.size);
      end += place.room;
    }
    arena_ = std::move(arena);
    end_ = end;
  }

  std::vector<Place> places_;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;

 private:
  void Move(std::size_t row, std::uint32_t size) {
    places_[row].size = 0;
    places_[row].room = 0;
    const std::uint32_t room = RoomFor(size);
    if (room > capacity_ - end_) {
      MakeRoom(room);
      ++num_rewrites;
    }
    places_[row].begin = end_;
    places_[row].room = room;
    end_ += room;
    ++num_moves;
  }

  std::unique_ptr<TopicCount[]> arena_;
};

// The same, but rows slide together in place, in the order in which they lie; the arena grows where
// it is, in addresses reserved for as much as the rows can ever take.
class CompactingRows : public MovingRows {
 public:
  explicit CompactingRows(std::span<const std::uint32_t> most) : MovingRows(most) {
    std::size_t limit = 16;
    for (const std::uint32_t entries : most) limit += RoomFor(entries);
    reserved_ = HugeBuffer<TopicCount>::Reserve(limit + limit / 2);
    (void)::madvise(reserved_.data(), reserved_.size() * sizeof(TopicCount), MADV_NOHUGEPAGE);
  }

 private:
  TopicCount* data() override { return reserved_.data(); }
  void MakeRoom(std::size_t more) override {
    order_.clear();
    for (std::size_t row = 0; row < places_.size(); ++row) {
      if (places_[row].size > 0) order_.push_back(row);
    }
    std::ranges::sort(order_, {}, [this](std::size_t row) { return places_[row].begin; });
    std::size_t end = 0;
    for (const std::size_t row : order_) {
      Place& place = places_[row];
      std::copy_n(data() + place.begin, place.size, data() + end);  // to the left, or stays
      place.begin = end;
      place.room = std::min(place.room, RoomFor(place.size));
      end += place.room;
    }
    end_ = end;
    const std::size_t needed = end + more;
    capacity_ = std::min(needed + needed / 8 + 16, reserved_.size());
  }

  HugeBuffer<TopicCount> reserved_;
  std::vector<std::size_t> order_;
};

// Each row on its own, of its size and an eighth.
class MallocRows : public Rows {
 public:
  explicit MallocRows(std::span<const std::uint32_t> most) : rows_(most.size()) {}
  void Set(std::size_t row, std::span<const TopicCount> entries) override {
    const auto size = static_cast<std::uint32_t>(entries.size());
    Row& mine = rows_[row];
    if (size > mine.room || size < mine.room / 2) {
      mine.room = size + size / 8 + 1;
      mine.entries = std::make_unique_for_overwrite<TopicCount[]>(mine.room);
      ++num_moves;
    }
    mine.size = size;
    std::copy(entries.begin(), entries.end(), mine.entries.get());
  }

 private:
  struct Row {
    std::unique_ptr<TopicCount[]> entries;
    std::uint32_t size = 0, room = 0;
  };
  std::vector<Row> rows_;
};

// Every row has a place for as many entries as it can ever have, in reserved addresses: pages that
// are not written take no memory, and nothing ever moves.
class PlacedRows : public Rows {
 public:
  explicit PlacedRows(std::span<const std::uint32_t> most) : begins_(most.size() + 1) {
    for (std::size_t row = 0; row < most.size(); ++row) begins_[row + 1] = begins_[row] + most[row];
    reserved_ = HugeBuffer<TopicCount>::Reserve(begins_.back() + 1);
    (void)::madvise(reserved_.data(), reserved_.size() * sizeof(TopicCount), MADV_NOHUGEPAGE);
  }
  void Set(std::size_t row, std::span<const TopicCount> entries) override {
    std::copy(entries.begin(), entries.end(), reserved_.data() + begins_[row]);
  }

 private:
  std::vector<std::size_t> begins_;
  HugeBuffer<TopicCount> reserved_;
};

Result<std::unique_ptr<Rows>> MakeRows(std::span<const std::uint32_t> most) {
  std::unique_ptr<Rows> rows;
  if (FLAGS_variant == "product") rows = std::make_unique<ProductRows>(most);
  if (FLAGS_variant == "moving") rows = std::make_unique<MovingRows>(most);
  if (FLAGS_variant == "compacting") rows = std::make_unique<CompactingRows>(most);
  if (FLAGS_variant == "malloc") rows = std::make_unique<MallocRows>(most);
  if (FLAGS_variant == "places") rows = std::make_unique<PlacedRows>(most);
  if (rows == nullptr) return Status::Usage("no such variant: " + FLAGS_variant);
  return rows;
}

// A line "NAME:  123 kB" of /proc/self/status, in MB.
double StatusMegabytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kilobytes;
    if (word == name + ":" && status >> kilobytes) return kilobytes * 1024 / 1e6;
  }
  return 0;
}
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << 5; }

// Entries of a row whose word has `tokens` active tokens, in a round: rows sharpen as topics do
// (the formula is that of train/scaling_model.cc), and go up and down from push to push.
class Sizes {
 public:
  std::uint32_t Next(double tokens, std::uint32_t round) {
    const double settled = std::min(1.0, round / (0.6 * FLAGS_rounds));
    const double x0 = 60 - 40 * settled;
    const double entries = tokens / (1 + std::pow(tokens / x0, 0.71));
    const double noisy = entries * (1 + 0.08 * noise_(random_));
    const double most = std::min<double>(FLAGS_num_topics, std::ceil(tokens));
    return static_cast<std::uint32_t>(std::clamp(noisy, tokens >= 1 ? 1.0 : 0.0, most));
  }

 private:
  std::mt19937 random_{1};
  std::normal_distribution<double> noise_;
};

Status Main() {
  const std::vector<Count> frequencies = ZipfFrequencies(FLAGS_words, FLAGS_tokens);
  std::vector<std::uint32_t> most;
  for (const Count frequency : frequencies) {
    most.push_back(static_cast<std::uint32_t>(std::min<Count>(frequency, FLAGS_num_topics)));
  }
  const std::vector<TopicCount> entries(FLAGS_num_topics, TopicCount{1, 1});
  const double baseline = StatusMegabytes("VmRSS");
  std::vector<std::unique_ptr<Rows>> slices;
  const std::vector<std::uint32_t> begins = CutSlices(frequencies, FLAGS_slices);
  for (std::size_t slice = 0; slice + 1 < begins.size(); ++slice) {
    LIGHTLDA_ASSIGN_OR_RETURN(auto rows, MakeRows(std::span(most).subspan(
                                             begins[slice], begins[slice + 1] - begins[slice])));
    slices.push_back(std::move(rows));
  }
  std::printf("variant     round  live MB  resident MB  peak MB  moves  rewrites\n");
  Sizes sizes;
  ForgetPeak();
  for (std::uint32_t round = 1; round <= FLAGS_rounds; ++round) {
    const double grown = std::min(1.0, round / static_cast<double>(FLAGS_grow_rounds));
    const double active = std::pow(2.0, -5 * (1 - grown));
    double live = 0;
    for (std::size_t slice = 0; slice < slices.size(); ++slice) {
      for (std::size_t row = begins[slice]; row < begins[slice + 1]; ++row) {
        const auto tokens = static_cast<double>(frequencies[row]) * active;
        const std::uint32_t size = sizes.Next(tokens, round);
        slices[slice]->Set(row - begins[slice], std::span(entries).first(size));
        live += size * sizeof(TopicCount);
      }
    }
    if (round % FLAGS_every != 0 && round != 1) continue;
    std::uint64_t moves = 0, rewrites = 0;
    for (const auto& rows : slices) {
      moves += rows->num_moves;
      rewrites += rows->num_rewrites;
    }
    std::printf("%-11s %5u  %7.2f  %11.2f  %7.2f  %7llu %5llu\n", FLAGS_variant.c_str(), round,
                live / 1e6, StatusMegabytes("VmRSS") - baseline,
                StatusMegabytes("VmHWM") - baseline, static_cast<unsigned long long>(moves),
                static_cast<unsigned long long>(rewrites));
    ForgetPeak();
  }
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::kProgram, argc, argv, lightlda::Main);
}
