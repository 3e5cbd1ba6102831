// Rows of csv and tsv files (RFC 4180), and which of their columns are read.
#ifndef LIGHTLDA_INGEST_CSV_H_
#define LIGHTLDA_INGEST_CSV_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/parse_number.h"
#include "lightlda/preprocess.h"
#include "lightlda/status.h"

namespace lightlda {

struct CsvField {
  std::string_view raw;     // without the quotes around it
  bool quoted = false;      // it has them
  bool has_quotes = false;  // within it, each there twice

  // The field's text; kept in *buffer if it is not there as it is.
  std::string_view Text(std::string* buffer) const;
};

// Splits a row, with or without its end of line, at the separators that are not in quotes. A field
// is quoted if it begins with a quote. Errors: a quote that is not closed, or is followed by
// something else than a separator. *fields is replaced.
std::optional<LineError> SplitCsvRow(std::string_view row, char separator,
                                     std::vector<CsvField>* fields);

// The columns of an input.
struct CsvLayout {
  char separator = ',';
  bool has_header = true;
  std::vector<std::string> names;         // of the columns
  std::vector<std::size_t> text_columns;  // whose texts are joined, in this order
  std::optional<std::size_t> id_column;
};

// What a run asks of a table.
struct CsvRequest {
  std::vector<std::string> text_fields;
  std::string id_field;
  std::vector<std::string> columns;  // names of the columns of a table without a header; or empty
};

// `header`: the first row, the header unless the request has the columns. Errors: kBadInput: a bad
// row, a column that is not there or there twice; messages begin with `name` and the line.
Result<CsvLayout> LayOutColumns(std::string_view header, std::uint64_t line, char separator,
                                const CsvRequest& request, const std::string& name);

// "a", "b", ... : for messages.
std::string ListColumns(const std::vector<std::string>& names);

// The separator of a csv input by its beginning: of a comma, semicolon, tab and bar the one that
// makes the header have the columns asked for, else the one that is there most often.
char GuessSeparator(std::string_view beginning, const CsvRequest& request);

// Whether an input is a table, by its beginning: a header that has the columns asked for over rows
// of as many fields, or three rows of as many fields, at least one of them in quotes.
struct Table {
  InputFormat format = InputFormat::kCsv;  // or kTsv
  char separator = ',';
};
std::optional<Table> FindTable(std::string_view beginning, const CsvRequest& request);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_CSV_H_
