// Which input format the first lines of an input look like.
#ifndef LIGHTLDA_INGEST_FORMAT_DETECTOR_H_
#define LIGHTLDA_INGEST_FORMAT_DETECTOR_H_

#include <string>
#include <string_view>

#include "lightlda/preprocess.h"

namespace lightlda {

struct DetectedFormat {
  InputFormat format = InputFormat::kText;
  // Not empty if the lines contradict each other: what was assumed, for the user.
  std::string doubt;
};

// `text`: the beginning of an input. "{" is jsonl; three lines with a number each are uci; "N w:c
// ..." with N pairs is ldac; "label w:c ..." or "name<TAB>w:c ..." is libsvm; anything else is
// text.
DetectedFormat DetectFormat(std::string_view text);

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_FORMAT_DETECTOR_H_
