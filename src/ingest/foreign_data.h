// Inputs that are something else than text, JSON Lines or bags of words: they are named before a
// parser makes words of them.
#ifndef LIGHTLDA_INGEST_FOREIGN_DATA_H_
#define LIGHTLDA_INGEST_FOREIGN_DATA_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lightlda/preprocess.h"

namespace lightlda {

// As much of the beginning of an input, decompressed, as tells what it is.
inline constexpr std::size_t kForeignSample = 4096;

// What an input is, and a way to have it read.
struct ForeignData {
  std::string_view what;           // "bzip2 data"
  std::string_view way_out;        // "unpack it"; empty: none is known
  std::string_view command = {};   // one that does it, {} standing for the file; may be empty
  bool writes_text = false;        // the command writes what can be read
  std::string_view encoding = {};  // of a text that only lacks its byte order mark
};

// Data that is no text in UTF-8, whatever the format: compressed, an archive, a table or document
// in binary form, another encoding. Nothing for all that may be text.
std::optional<ForeignData> FindBinary(std::string_view beginning);

// Text that is neither words nor in any of the formats: Matrix Market, XML, JSON that is
// not in lines. `format`
// is the one asked for. REQUIRES: it is not kText, which says that the text is meant as it is.
std::optional<ForeignData> FindForeignText(std::string_view beginning, InputFormat format);

// Lines taken as text that are entries of a uci file whose header is not one. lines: whole ones.
std::optional<ForeignData> FindUciEntries(std::string_view lines);

// "3 tab-separated fields" if the lines, taken as text, are a table; else empty.
std::string DescribeTable(std::string_view lines);

// "bzip2 data is not read; unpack it: bzcat NAME", `sink` behind a command that writes text.
std::string Explain(const std::string& name, const ForeignData& data, std::string_view sink);

// The same for who can read such an encoding.
std::string ExplainInput(const std::string& name, const ForeignData& data, std::string_view sink);

// The name of a file as a shell takes it; FILE for one that would need quotes.
std::string NameInShell(const std::string& name);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_FOREIGN_DATA_H_
