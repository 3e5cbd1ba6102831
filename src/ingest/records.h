// Where the records of an input end. A record is what becomes a document: a line, a row of a csv
// file or a JSON value, which may both have line breaks in them.
#ifndef LIGHTLDA_INGEST_RECORDS_H_
#define LIGHTLDA_INGEST_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lightlda {

enum class RecordKind {
  kLine,
  kCsv,         // RFC 4180: a field that begins with a quote may have line breaks
  kJsonArray,   // the elements of an array, whose "[" was taken off
  kJsonValues,  // objects or arrays one after the other
};

struct RecordSyntax {
  RecordKind kind = RecordKind::kLine;
  char separator = ',';  // of csv
};

struct Record {
  std::uint64_t number = 1;  // in the input, from 1; the line's for lines
  std::uint64_t line = 1;    // where it begins
  // A line without its end. A row of csv with it. A JSON value without blanks around it, without
  // the comma or bracket after it.
  std::string_view text;
  // Of a JSON array: "," or "]" or, at the end of the input, anything else: it must not be there.
  std::string_view after = {};
  bool is_last = false;  // nothing follows in the input; not told of lines
};

// The length of the record that `text` begins with, with what separates it from the next one;
// npos: its end is not there. is_all: nothing follows the text in the input. REQUIRES: text is not
// empty.
std::size_t FindRecordEnd(const RecordSyntax& syntax, std::string_view text, bool is_all);

// Splits what FindRecordEnd found in a JSON input into Record::text and Record::after; line is
// counted on by the line breaks before the value. `record`: number and line are set.
void TrimJsonRecord(RecordKind kind, std::string_view found, Record* record);

// Blanks of JSON (RFC 8259): space, tab, line feed, carriage return.
std::string_view WithoutLeadingBlanks(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_RECORDS_H_
