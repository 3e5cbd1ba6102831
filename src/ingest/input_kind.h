// What an input holds, by its name and its first bytes: how its records are cut has to be known
// before the first is read.
#ifndef LIGHTLDA_INGEST_INPUT_KIND_H_
#define LIGHTLDA_INGEST_INPUT_KIND_H_

#include <string>
#include <string_view>

#include "ingest/csv.h"
#include "ingest/records.h"
#include "lightlda/preprocess.h"

namespace lightlda {

// By the ending of the name, behind which that of a compression may stand: csv, tsv (tsv, tab),
// jsonl (jsonl, ndjson), json. kAuto: it says nothing.
InputFormat FormatByName(const std::string& path);

struct InputKind {
  // kAuto: lines, of which DetectFormat tells the format.
  InputFormat format = InputFormat::kAuto;
  RecordSyntax syntax;
};

// asked: the format that was asked for, else kAuto. A file named as a table is one; else what it
// begins with tells: an array of JSON objects or strings, an object of several lines, a table
// (FindTable).
InputKind FindInputKind(const std::string& path, std::string_view beginning, InputFormat asked,
                        const CsvRequest& request);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_INPUT_KIND_H_
