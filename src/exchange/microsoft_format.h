// Names of Microsoft LightLDA's files, for who writes and who reads them.
#ifndef LIGHTLDA_EXCHANGE_MICROSOFT_FORMAT_H_
#define LIGHTLDA_EXCHANGE_MICROSOFT_FORMAT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace lightlda {

// server_S_table_0.model has rows of words, server_S_table_1.model the totals of topics.
inline constexpr std::string_view kServerPrefix = "server_";
inline constexpr std::string_view kWordTableSuffix = "_table_0.model";
inline constexpr std::string_view kSummarySuffix = "_table_1.model";

// The tokens of block N: the number of documents (i64), where each begins and the last ends, in
// numbers of 32 bits (i64), then of each document a cursor, and the word and topic of every token
// (i32).
inline std::string MicrosoftBlockFile(std::size_t block) {
  return "block." + std::to_string(block);
}

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_MICROSOFT_FORMAT_H_
