#include "ingest/foreign_data.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "ingest/parse_number.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUnpack = "unpack it";
constexpr std::string_view kUnpackOnce = "unpack it once";
constexpr std::string_view kExtract = "take its files out and give the directory";
constexpr std::string_view kExport = "write its text as JSON Lines first";
constexpr std::string_view kConvert = "convert it";

struct Magic {
  std::string_view bytes;
  ForeignData data;
  // The bytes may begin a text, so control characters must follow.
  bool is_ambiguous = false;
  std::size_t offset = 0;
};

// Longer ones before those that they begin with.
constexpr std::array kMagics = {
    Magic{"BZh"sv, {"bzip2 data within compressed data", kUnpackOnce, "bzcat {}", true}, true},
    Magic{"PK\x03\x04"sv, {"zip data", kExtract, "unzip {}"}},
    Magic{"PK\x05\x06"sv, {"zip data", kExtract, "unzip {}"}},
    Magic{"7z\xBC\xAF\x27\x1C"sv, {"7-Zip data", kExtract, "7z x {}"}},
    Magic{"Rar!\x1A\x07"sv, {"RAR data", kExtract, "unrar x {}"}},
    Magic{"\x04\x22\x4D\x18"sv, {"lz4 data", kUnpack, "lz4cat {}", true}},
    Magic{"\x02\x21\x4C\x18"sv, {"lz4 data", kUnpack, "lz4cat {}", true}},
    Magic{"LZIP\x01"sv, {"lzip data", kUnpack, "lzip -dc {}", true}},
    Magic{"\x89LZO\0\r\n\x1A\n"sv, {"lzop data", kUnpack, "lzop -dc {}", true}},
    Magic{"\xFF\x06\0\0sNaPpY"sv, {"snappy data", kUnpack}},
    Magic{"\x5D\0\0"sv, {"lzma data", kUnpack, "xz -dc -F lzma {}", true}},
    Magic{"\x1F\x9D"sv, {"compress (.Z) data", kUnpack, "zcat {}", true}},
    Magic{"\x1F\x8B"sv, {"gzip data within compressed data", kUnpackOnce, "zcat {}", true}},
    Magic{"\xFD\x37zXZ\0"sv, {"xz data within compressed data", kUnpackOnce, "xzcat {}", true}},
    Magic{"\x28\xB5\x2F\xFD"sv,
          {"zstd data within compressed data", kUnpackOnce, "zstdcat {}", true}},
    Magic{"x\x01"sv, {"zlib data", kUnpack, "pigz -dc {}", true}},
    Magic{"x\x5E"sv, {"zlib data", kUnpack, "pigz -dc {}", true}, true},
    Magic{"x\x9C"sv, {"zlib data", kUnpack, "pigz -dc {}", true}},
    Magic{"x\xDA"sv, {"zlib data", kUnpack, "pigz -dc {}", true}, true},
    Magic{"ustar"sv, {"a tar archive", kExtract, "tar -xf {}"}, true, 257},
    Magic{"PAR1"sv, {"a Parquet file", kExport}, true},
    Magic{"ORC"sv, {"an ORC file", kExport}, true},
    Magic{"ARROW1\0"sv, {"an Arrow file", kExport}},
    Magic{"Obj\x01"sv, {"an Avro file", kExport}},
    Magic{"SQLite format 3\0"sv, {"an SQLite database", kExport}},
    Magic{"\x89HDF\r\n\x1A\n"sv, {"an HDF5 file", kExport}},
    Magic{"\x93NUMPY"sv, {"a NumPy array", kExport}},
    Magic{"\x80\x02"sv, {"a Python pickle", kExport}},
    Magic{"\x80\x03"sv, {"a Python pickle", kExport}},
    Magic{"\x80\x04"sv, {"a Python pickle", kExport}},
    Magic{"\x80\x05"sv, {"a Python pickle", kExport}},
    Magic{"%PDF-"sv, {"a PDF document", kConvert, "pdftotext {} -", true}},
    Magic{"%!PS-"sv, {"a PostScript document", kConvert, "ps2ascii {}", true}},
    Magic{"{\\rtf"sv, {"an RTF document", kConvert, "catdoc {}", true}},
    Magic{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, {"a document of an office program", kConvert}},
    Magic{"\xFF\xFE\0\0"sv, {"UTF-32 text", kConvert, "iconv -f UTF-32 -t UTF-8 {}", true}},
    Magic{"\0\0\xFE\xFF"sv, {"UTF-32 text", kConvert, "iconv -f UTF-32 -t UTF-8 {}", true}},
    Magic{"\xFF\xFE"sv, {"UTF-16 text", kConvert, "iconv -f UTF-16 -t UTF-8 {}", true}},
    Magic{"\xFE\xFF"sv, {"UTF-16 text", kConvert, "iconv -f UTF-16 -t UTF-8 {}", true}},
};

// Where a character of a text without a byte order mark has its zeros, if it is an ASCII one.
struct Encoding {
  std::string_view is_zero;  // by byte of a character
  ForeignData data;
};
constexpr std::array kEncodings = {
    Encoding{"0111", {"UTF-32 text", kConvert, "iconv -f UTF-32LE -t UTF-8 {}", true, "UTF-32LE"}},
    Encoding{"1110", {"UTF-32 text", kConvert, "iconv -f UTF-32BE -t UTF-8 {}", true, "UTF-32BE"}},
    Encoding{"01", {"UTF-16 text", kConvert, "iconv -f UTF-16LE -t UTF-8 {}", true, "UTF-16LE"}},
    Encoding{"10", {"UTF-16 text", kConvert, "iconv -f UTF-16BE -t UTF-8 {}", true, "UTF-16BE"}},
};

constexpr std::string_view kBlank = " \t\r\n";

std::size_t CountControls(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(byte >= 0x08 && byte <= 0x0D) && byte != 0x1B) || byte == 0x7F;
  }));
}

// A few characters are enough to tell, and few texts begin with so many of ASCII alone.
bool HasZerosOf(const Encoding& encoding, std::string_view beginning) {
  constexpr std::size_t kCharacters = 4;
  const std::size_t bytes = encoding.is_zero.size();
  if (beginning.size() < kCharacters * bytes) return false;
  for (std::size_t i = 0; i < kCharacters * bytes; ++i) {
    if ((beginning[i] == '\0') != (encoding.is_zero[i % bytes] == '1')) return false;
  }
  return true;
}

// In text they are rare; of compressed and other binary data they are a tenth and more.
bool IsMostlyControls(std::string_view beginning) {
  constexpr std::size_t kAtLeast = 8;
  const std::size_t controls = CountControls(beginning);
  return controls >= kAtLeast && controls >= beginning.size() / 16;
}

// Documents that are zip archives, by the name or content of their first files.
std::optional<ForeignData> FindZippedDocument(std::string_view beginning) {
  constexpr ForeignData kWord{"a Word document (docx)", kConvert, "pandoc -t plain {}", true};
  constexpr ForeignData kSheet{"an Excel workbook (xlsx)", "save its sheet as csv"};
  constexpr ForeignData kSlides{"a PowerPoint file (pptx)", kConvert};
  constexpr ForeignData kOpen{"an OpenDocument file", kConvert, "pandoc -t plain {}", true};
  constexpr ForeignData kBook{"an EPUB book", kConvert, "pandoc -t plain {}", true};
  constexpr std::array<std::pair<std::string_view, ForeignData>, 5> kSigns = {
      {{"application/epub+zip", kBook},
       {"application/vnd.oasis.opendocument", kOpen},
       {"word/", kWord},
       {"xl/", kSheet},
       {"ppt/", kSlides}}};
  if (!beginning.starts_with("PK\x03\x04")) return std::nullopt;
  const bool is_office = beginning.find("[Content_Types].xml") != std::string_view::npos;
  for (const auto& [sign, document] : kSigns) {
    const bool is_mime = sign.starts_with("application/");
    if ((is_mime || is_office) && beginning.find(sign) != std::string_view::npos) return document;
  }
  if (is_office) return ForeignData{"a Microsoft Office file", kConvert};
  return std::nullopt;
}

std::string_view WithoutBlanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text;
}

bool StartsWithAnyCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

// The first lines that are not empty.
std::vector<std::string_view> SampleLines(std::string_view text) {
  constexpr std::size_t kMost = 50;
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kMost) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

bool IsThreeNumbers(std::string_view line) {
  for (int i = 0; i < 3; ++i) {
    const auto number =
        ParseUnsigned(NextField(&line), 0, std::numeric_limits<std::uint64_t>::max());
    if (!number) return false;
  }
  return NextField(&line).empty();
}

// Outside of double quotes.
std::size_t CountSeparators(std::string_view line, char separator) {
  std::size_t count = 0;
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') is_quoted = !is_quoted;
    count += c == separator && !is_quoted ? 1 : 0;
  }
  return count;
}

}  // namespace

std::string NameInShell(const std::string& name) {
  if (name == "(stdin)") return "-";
  const bool is_plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           "._-/+,:@"sv.find(c) != std::string_view::npos;
  });
  return is_plain ? name : "FILE";
}

std::optional<ForeignData> FindBinary(std::string_view beginning) {
  if (const auto document = FindZippedDocument(beginning)) return document;
  for (const Magic& magic : kMagics) {
    if (beginning.size() < magic.offset || !beginning.substr(magic.offset).starts_with(magic.bytes))
      continue;
    if (!magic.is_ambiguous || CountControls(beginning) > 0) return magic.data;
  }
  for (const Encoding& encoding : kEncodings) {
    if (HasZerosOf(encoding, beginning)) return encoding.data;
  }
  if (IsMostlyControls(beginning)) return ForeignData{"binary data", "convert it to text"};
  return std::nullopt;
}

std::optional<ForeignData> FindForeignText(std::string_view beginning, InputFormat format) {
  beginning = WithoutByteOrderMark(beginning);
  const std::string_view text = WithoutBlanks(beginning);
  if (StartsWithAnyCase(text, "%%matrixmarket")) {
    return ForeignData{"a Matrix Market file", "sorted by row, it can be read as `format`=uci",
                       "grep -v '^%' {} | sed '1s/ /\\n/g'", true};
  }
  if (format == InputFormat::kJsonl && text.starts_with('[')) {
    return ForeignData{"a JSON array as JSON Lines", "`format`=json reads it"};
  }
  if (format == InputFormat::kJsonl && text.starts_with('{') &&
      WithoutBlanks(text.substr(1, text.find('\n'))).empty() &&
      text.find('\n') != std::string_view::npos) {
    return ForeignData{"JSON over several lines as JSON Lines", "`format`=json reads it"};
  }
  for (const std::string_view start : {"<?xml", "<!doctype", "<html", "<mediawiki"}) {
    if (!StartsWithAnyCase(text, start)) continue;
    return ForeignData{"XML or HTML",
                       "write its text without the tags first, or give `format`=text to read it "
                       "line by line as it is"};
  }
  return std::nullopt;
}

std::optional<ForeignData> FindUciEntries(std::string_view text) {
  const auto lines = SampleLines(text);
  const auto triples = static_cast<std::size_t>(std::ranges::count_if(lines, IsThreeNumbers));
  if (triples < 2 || 2 * triples <= lines.size()) return std::nullopt;
  if (IsThreeNumbers(lines[0])) {
    return ForeignData{"a table of three numbers a line without a uci header",
                       "if the first line is the header, give its numbers a line each",
                       "sed '1s/ /\\n/g' {}", true};
  }
  return ForeignData{"a table of three numbers a line without a uci header",
                     "a uci file begins with the numbers of documents, words and entries, a line "
                     "each; `format`=text reads it as text"};
}

std::string DescribeTable(std::string_view text) {
  constexpr std::size_t kLeastLines = 3;
  const auto lines = SampleLines(text);
  if (lines.size() < kLeastLines) return "";
  const auto fields = [&](char separator) {
    const std::size_t count = CountSeparators(lines[0], separator);
    const bool all = std::ranges::all_of(
        lines, [&](std::string_view line) { return CountSeparators(line, separator) == count; });
    return all ? count + 1 : 1;
  };
  if (const std::size_t tabs = fields('\t'); tabs >= 2) {
    return std::to_string(tabs) + " tab-separated fields";
  }
  // A comma is common in prose.
  if (const std::size_t commas = fields(','); commas >= 3) {
    return std::to_string(commas) + " comma-separated fields";
  }
  return "";
}

std::string ExplainInput(const std::string& name, const ForeignData& data, std::string_view sink) {
  if (data.encoding.empty()) return Explain(name, data, sink);
  return std::string(data.what) +
         " without a byte order mark; `encoding`=" + std::string(data.encoding) + " reads it";
}

std::string Explain(const std::string& name, const ForeignData& data, std::string_view sink) {
  std::string text = std::string(data.what) + " is not read";
  if (!data.way_out.empty()) text += "; " + std::string(data.way_out);
  if (data.command.empty()) return text;
  const std::size_t place = data.command.find("{}");
  text += ": " + std::string(data.command.substr(0, place)) + NameInShell(name) +
          std::string(data.command.substr(place + 2));
  return data.writes_text ? text + std::string(sink) : text;
}

}  // namespace lightlda
