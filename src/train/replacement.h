// A run that is to replace a model works beside it, in MODEL.partial, until it is complete.
//
// So the old model is there, readable, at every moment, and a run that was stopped or killed can go
// on. Its mark names the model that it is to replace. When the two have changed places the mark
// tells which of them is the old one: it goes, then the mark. Whatever is killed in between is
// finished by the next start. Nothing here is thread-safe.
#ifndef LIGHTLDA_TRAIN_REPLACEMENT_H_
#define LIGHTLDA_TRAIN_REPLACEMENT_H_

#include <string>

#include "lightlda/status.h"

namespace lightlda {

// "MODEL.partial". REQUIRES: no trailing slash.
std::string PartialPath(const std::string& model);

// Whether a run that is to replace `model`, which may be gone, lies beside it.
bool HasPartialRun(const std::string& model);

// Puts the complete model of the partial run in the place of `model` and removes that.
// *not_removed: what could not be removed, which the next start tries again. Errors: kCannotWrite,
// also when something of others' is in `model` by now; then all is as before. REQUIRES: both are
// locked by the caller, as far as they are there.
Status PutInPlace(const std::string& model, Status* not_removed);

// Finishes a PutInPlace that was killed, if there was one. Errors: kCannotWrite, also when another
// process is at it.
Status FinishPutInPlace(const std::string& model);

}  // namespace lightlda

#endif  // LIGHTLDA_TRAIN_REPLACEMENT_H_
