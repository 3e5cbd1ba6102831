// topics-NNNNN.bin of a model generation: the topics of the tokens of one corpus block, compressed.
// docs/formats.md has the layout.
#ifndef LIGHTLDA_MODEL_TOPICS_FILE_H_
#define LIGHTLDA_MODEL_TOPICS_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/section_file.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

// What is known of a topics file from elsewhere.
struct TopicsFacts {
  std::uint64_t block = 0;       // number in the corpus
  std::uint64_t num_tokens = 0;  // of the block, at most kMaxBlockTokens
  std::uint32_t num_topics = 0;
};

// topics: [facts.num_tokens], in position order, each below num_topics. Errors: kCannotWrite.
Result<FileStamp> WriteTopicsFile(const FilePath& path, const TopicsFacts& facts,
                                  std::span<const TopicId> topics);

// Takes no more memory than `facts` account for, whatever the file says. Errors: kBadInput, naming
// the file.
Result<std::vector<TopicId>> ReadTopicsFile(const FilePath& path, const FileStamp& expected,
                                            const TopicsFacts& facts);

// Whether it is the very file that was written, without decompressing it. Errors: the same.
Status CheckTopicsFile(const FilePath& path, const FileStamp& expected);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_TOPICS_FILE_H_
