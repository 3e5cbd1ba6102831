// Which documents of an input are held out: kept from training, to judge a model by.
#ifndef LIGHTLDA_INGEST_HOLDOUT_H_
#define LIGHTLDA_INGEST_HOLDOUT_H_

#include <cstdint>

#include "lightlda/types.h"

namespace lightlda {

// A keyed hash of a document's index in the input decides, so that it does not depend on threads,
// on other documents or on formats; and what a fraction holds out, a larger one does, too.
// Immutable.
struct Holdout {
  double fraction = 0;  // of the documents, expected; in [0, 1)
  std::uint64_t seed = 1;

  bool Has(DocId document) const;
};

}  // namespace lightlda

#endif  // LIGHTLDA_INGEST_HOLDOUT_H_
