// The state of a block's tokens: for each its topic and its pending proposals, side by side.
#ifndef LIGHTLDA_SAMPLER_TOKEN_VIEW_H_
#define LIGHTLDA_SAMPLER_TOKEN_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "lightlda/types.h"

namespace lightlda {

// A record is {topic, proposal 0, ..., proposal num_proposals - 1}, so the document pass, which
// meets the records in no order that a cache likes, touches one line per token. Where other
// processes have tokens of the same words it ends with the published topic: the one that they know
// of. Whoever stores topics word by word publishes them, too, so StoreTopics and StoreRecords set
// both; the document pass leaves the published one.
struct RecordLayout {
  // Topics have 16 bits where num_topics topics fit into them, else 32.
  static constexpr RecordLayout Of(std::uint32_t num_topics, int num_proposals,
                                   bool has_published) {
    return {num_topics <= (1u << 16), num_proposals, has_published};
  }

  bool is_narrow = true;  // topics have 16 bits, not 32
  int num_proposals = 0;  // >= 0
  bool has_published = false;

  // Topics of a record, proposals and the published one included.
  constexpr std::size_t length() const {
    return static_cast<std::size_t>(num_proposals) + 1 + (has_published ? 1 : 0);
  }
  constexpr std::size_t bytes() const { return length() * (is_narrow ? 2 : 4); }
};

// The records belong to a TokenState; a view holds those from `first` on of one block and is asked
// for no others. Distinct records may be written by distinct threads. Arrays of proposals have
// proposal m of token i at m * pitch + i.
class TokenView {
 public:
  TokenView() = default;
  TokenView(std::byte* data, std::uint32_t first, const RecordLayout& layout)
      : data_(data), first_(first), bytes_(layout.bytes()), layout_(layout) {}

  // Topics of the records [begin, begin + n).
  void LoadTopics(std::size_t begin, std::size_t n, TopicId* topics) const;
  // And published topics, in one go. REQUIRES: the layout has them.
  void LoadTopics(std::size_t begin, std::size_t n, TopicId* topics, TopicId* published) const;
  void StoreTopics(std::size_t begin, std::size_t n, const TopicId* topics) const;
  // Publishes the topics as they are. REQUIRES: the layout has published topics.
  void PublishTopics(std::size_t begin, std::size_t n) const;

  // Whole records of the records [begin, begin + n), and back.
  void LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                   TopicId* proposals) const;
  // And published topics. REQUIRES: the layout has them.
  void LoadRecords(std::size_t begin, std::size_t n, std::size_t pitch, TopicId* topics,
                   TopicId* proposals, TopicId* published) const;
  void StoreRecords(std::size_t begin, std::size_t n, std::size_t pitch, const TopicId* topics,
                    const TopicId* proposals) const;
  // Proposals alone.
  void StoreProposals(std::size_t begin, std::size_t n, std::size_t pitch,
                      const TopicId* proposals) const;

  // Asks for the records listed to be brought near the core: to the second-level cache, as a
  // document's may be more than the first holds.
  void Prefetch(std::span<const std::uint32_t> listed) const {
    for (const std::uint32_t record : listed) __builtin_prefetch(data_ + record * bytes_, 1, 2);
  }

  // The listed records: their topics, or whole records but for published topics, and back.
  // REQUIRES: the view starts with record 0.
  void GatherTopics(const std::uint32_t* listed, std::size_t n, TopicId* topics) const;
  void ScatterTopics(const std::uint32_t* listed, std::size_t n, const TopicId* topics) const;
  void Gather(const std::uint32_t* listed, std::size_t n, std::size_t pitch, TopicId* topics,
              TopicId* proposals) const;
  void Scatter(const std::uint32_t* listed, std::size_t n, std::size_t pitch, const TopicId* topics,
               const TopicId* proposals) const;

 private:
  template <typename Body>
  void ForEach(std::size_t begin, std::size_t n, Body&& body) const;
  template <typename Body>
  void ForListed(const std::uint32_t* listed, std::size_t n, Body&& body) const;

  std::byte* data_ = nullptr;
  std::uint32_t first_ = 0;
  std::size_t bytes_ = 0;  // of a record
  RecordLayout layout_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_SAMPLER_TOKEN_VIEW_H_
