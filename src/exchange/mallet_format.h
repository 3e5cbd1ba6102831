// What Mallet's state has besides tokens, for who writes and who reads it.
#ifndef LIGHTLDA_EXCHANGE_MALLET_FORMAT_H_
#define LIGHTLDA_EXCHANGE_MALLET_FORMAT_H_

#include <string_view>

namespace lightlda {

inline constexpr std::string_view kStateHeader = "#doc source pos typeindex type topic";
inline constexpr std::string_view kAlphaLine = "#alpha : ";
inline constexpr std::string_view kBetaLine = "#beta : ";
// Ours, and only where something is escaped: in a file of Mallet's own a backslash is one. Mallet
// passes over lines of # at the beginning.
inline constexpr std::string_view kEscapedLine =
    "#escaped : \\x20 is a space, \\\\ a backslash, \\t \\n \\r and \\xHH control characters";
// The source of a document that has none.
inline constexpr std::string_view kNoSource = "NA";

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_MALLET_FORMAT_H_
