// A small model of some lines, for tests of what reads and serves models.
#ifndef LIGHTLDA_TESTS_UNIT_INFER_SMALL_MODEL_H_
#define LIGHTLDA_TESTS_UNIT_INFER_SMALL_MODEL_H_

#include <string>
#include <utility>

#include "lightlda/preprocess.h"
#include "unit/ingest/preprocess_test_util.h"
#include "unit/train/train_test_util.h"

namespace lightlda::testing {

// Makes dir/model, of two topics, of the documents in `input`; of text all words are kept. read:
// what else is said of how it is read.
inline void MakeSmallModel(const TempDir& dir, InputFormat format, const std::string& input,
                           PreprocessConfig read = {}) {
  WriteText(dir.File("in"), input);
  read.inputs = {dir.File("in")};
  read.format = format;
  read.output = dir.File("corpus");
  if (format == InputFormat::kText) {
    read.min_df = "1";
    read.max_df = "1.0";
  }
  Must(Preprocess(read));
  TrainConfig train = Config(dir.File("corpus"), dir.File("model"));
  train.num_topics = 2;
  train.growth_stages = 0;
  MustTrain(train);
}

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_INFER_SMALL_MODEL_H_
