#include "ingest/csv.h"

#include <algorithm>
#include <array>

#include "ingest/records.h"
#include "text/utf8.h"

namespace lightlda {
namespace {

constexpr std::array kSeparators = {',', ';', '\t', '|'};
constexpr auto kNone = std::string_view::npos;

std::string NameOf(char separator) {
  return separator == '\t' ? "a tab" : std::string(1, separator);
}

// The field in quotes that *rest begins with, and takes it off.
std::optional<LineError> TakeQuoted(std::string_view* rest, char separator, CsvField* field) {
  std::size_t end = 1;
  while ((end = rest->find('"', end)) != kNone && rest->substr(end + 1).starts_with('"')) {
    field->has_quotes = true;
    end += 2;
  }
  if (end == kNone) return LineError{"open quote", "a quote is opened and not closed"};
  field->quoted = true;
  field->raw = rest->substr(1, end - 1);
  rest->remove_prefix(end + 1);
  if (rest->empty() || rest->front() == separator || *rest == "\n" || *rest == "\r\n") return {};
  return LineError{"text after a quote",
                   "expected " + NameOf(separator) + " or the end of the line after a quoted " +
                       "field, found " + QuoteBytes(rest->substr(0, rest->find('\n'))) +
                       "; quotes within a field are written twice"};
}

std::vector<std::string> Texts(const std::vector<CsvField>& fields) {
  std::vector<std::string> texts;
  std::string buffer;
  for (const CsvField& field : fields) texts.emplace_back(field.Text(&buffer));
  return texts;
}

bool HasColumns(const std::vector<std::string>& names, const CsvRequest& request) {
  return std::ranges::all_of(request.text_fields, [&](const std::string& field) {
    return std::ranges::find(names, field) != names.end();
  });
}

// The rows that a beginning has whole, up to so many; nothing if one is bad.
std::vector<std::vector<CsvField>> SampleRows(std::string_view text, char separator) {
  constexpr std::size_t kMost = 50;
  std::vector<std::vector<CsvField>> rows;
  while (!text.empty() && rows.size() < kMost) {
    const std::size_t size = FindRecordEnd({RecordKind::kCsv, separator}, text, false);
    if (size == kNone) break;
    std::vector<CsvField> row;
    if (SplitCsvRow(text.substr(0, size), separator, &row)) return {};
    if (row.size() > 1 || !row[0].raw.empty()) rows.push_back(std::move(row));
    text.remove_prefix(size);
  }
  return rows;
}

bool IsTable(const std::vector<std::vector<CsvField>>& rows, const CsvRequest& request) {
  constexpr std::size_t kEnoughRows = 3;
  if (rows.empty() || rows[0].size() < 2) return false;
  for (const auto& row : rows) {
    if (row.size() != rows[0].size()) return false;
  }
  const std::vector<std::string> names = Texts(rows[0]);
  if (HasColumns(names, request) && std::ranges::find(names, "") == names.end()) return true;
  return rows.size() >= kEnoughRows && std::ranges::any_of(rows, [&](const auto& row) {
           return std::ranges::any_of(row, &CsvField::quoted);
         });
}

}  // namespace

std::string ListColumns(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    text += (i > 0 ? ", " : "") + QuoteBytes(names[i]);
  }
  return names.size() > kMost ? text + " and others" : text;
}

std::string_view CsvField::Text(std::string* buffer) const {
  if (!has_quotes) return raw;
  buffer->clear();
  for (std::string_view rest = raw; !rest.empty();) {
    const std::size_t quote = std::min(rest.find('"'), rest.size());
    buffer->append(rest.substr(0, std::min(quote + 1, rest.size())));
    rest.remove_prefix(std::min(quote + 2, rest.size()));
  }
  return *buffer;
}

std::optional<LineError> SplitCsvRow(std::string_view row, char separator,
                                     std::vector<CsvField>* fields) {
  fields->clear();
  while (true) {
    CsvField& field = fields->emplace_back();
    if (row.starts_with('"')) {
      if (auto error = TakeQuoted(&row, separator, &field)) return error;
    } else {
      const std::size_t end = std::min(row.find(separator), row.size());
      field.raw = row.substr(0, end);
      row.remove_prefix(end);
      if (row.empty() && field.raw.ends_with('\n')) {
        field.raw.remove_suffix(field.raw.ends_with("\r\n") ? 2 : 1);
      }
    }
    if (row.empty() || row.front() != separator) return std::nullopt;
    row.remove_prefix(1);
  }
}

Result<CsvLayout> LayOutColumns(std::string_view header, std::uint64_t line, char separator,
                                const CsvRequest& request, const std::string& name) {
  const std::string place = name + ":" + std::to_string(line) + ": ";
  CsvLayout layout;
  layout.separator = separator;
  layout.has_header = request.columns.empty();
  layout.names = request.columns;
  std::vector<CsvField> fields;
  if (layout.has_header) {
    if (const auto error = SplitCsvRow(header, separator, &fields)) {
      return Status::BadInput(place + error->detail);
    }
    layout.names = Texts(fields);
  }
  const auto find = [&](const std::string& wanted, const char* by) -> Result<std::size_t> {
    const auto found = std::ranges::find(layout.names, wanted);
    if (found == layout.names.end()) {
      return Status::BadInput(place + "expected a column " + QuoteBytes(wanted) + ", found " +
                              ListColumns(layout.names) + "; `" + by +
                              "` says which to read, `columns` names those of a table without " +
                              "a header");
    }
    if (std::find(found + 1, layout.names.end(), wanted) != layout.names.end()) {
      return Status::BadInput(place + "two columns are named " + QuoteBytes(wanted));
    }
    return static_cast<std::size_t>(found - layout.names.begin());
  };
  for (const std::string& field : request.text_fields) {
    LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t column, find(field, "text_field"));
    layout.text_columns.push_back(column);
  }
  // Rows have their numbers where nobody asked for names.
  const bool has_id = std::ranges::find(layout.names, request.id_field) != layout.names.end();
  if (has_id || request.id_field != PreprocessConfig().id_field) {
    LIGHTLDA_ASSIGN_OR_RETURN(layout.id_column, find(request.id_field, "id_field"));
  }
  return layout;
}

char GuessSeparator(std::string_view beginning, const CsvRequest& request) {
  char best = kSeparators[0];
  std::size_t most = 0;
  for (const char separator : kSeparators) {
    const std::size_t size = FindRecordEnd({RecordKind::kCsv, separator}, beginning, true);
    std::vector<CsvField> fields;
    if (beginning.empty() || SplitCsvRow(beginning.substr(0, size), separator, &fields)) continue;
    if (fields.size() > 1 && request.columns.empty() && HasColumns(Texts(fields), request)) {
      return separator;
    }
    if (fields.size() > most) {
      most = fields.size();
      best = separator;
    }
  }
  return best;
}

std::optional<Table> FindTable(std::string_view beginning, const CsvRequest& request) {
  for (const char separator : kSeparators) {
    if (IsTable(SampleRows(beginning, separator), request)) {
      return Table{separator == '\t' ? InputFormat::kTsv : InputFormat::kCsv, separator};
    }
  }
  return std::nullopt;
}

}  // namespace lightlda
