#include "sampler/sampler_options.h"

#include "sampler/conditional_table.h"
#include "sampler/token_view.h"

namespace lightlda {

std::size_t TokenStateBytes(std::uint32_t num_topics, int num_proposals, bool has_published) {
  return RecordLayout::Of(num_topics, num_proposals, has_published).bytes();
}

std::size_t TokenIndexBytes(int level, Draws draws) {
  return (level > 0 ? sizeof(std::uint32_t) : 0) +
         (draws == Draws::kConditionals ? sizeof(WordId) : 0);
}

std::size_t ConditionalTableBytes(std::size_t num_words, std::uint32_t num_topics) {
  return ConditionalTable::Bytes(num_words, num_topics);
}

}  // namespace lightlda
