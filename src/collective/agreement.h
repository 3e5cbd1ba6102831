// All processes go on, or all stop with one error: how each step that may fail anywhere ends.
#ifndef LIGHTLDA_COLLECTIVE_AGREEMENT_H_
#define LIGHTLDA_COLLECTIVE_AGREEMENT_H_

#include <string>
#include <vector>

#include "lightlda/process_group.h"
#include "lightlda/status.h"

namespace lightlda {

// Collective. OK if `mine` is OK everywhere. Else the error of the first rank that has one, the
// same everywhere, with its code; "rank 3 on host b: " stands before its message unless every rank
// says the same.
Status Agree(ProcessGroup* group, const Status& mine);

// Collective. Everybody's strings, [size()], by rank, if all have one. Errors as Agree.
Result<std::vector<std::string>> AgreeAndGather(ProcessGroup* group, Result<std::string> mine);

}  // namespace lightlda

#endif  // LIGHTLDA_COLLECTIVE_AGREEMENT_H_
