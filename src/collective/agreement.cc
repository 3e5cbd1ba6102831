// One gather: outcome, host, and what the step has made or the error's message.
#include "collective/agreement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status_code.h"
#include "collective/host.h"
#include "collective/string_list.h"

namespace lightlda {
namespace {

struct Outcome {
  StatusCode code = StatusCode::kOk;
  std::string host;
  std::string text;  // what was made, or the message

  friend bool operator==(const Outcome& a, const Outcome& b) {
    return a.code == b.code && a.text == b.text;
  }
};

std::string Pack(Result<std::string> mine) {
  const StatusCode code = mine.ok() ? StatusCode::kOk : mine.status().code();
  const std::string fields[] = {std::to_string(NumberOf(code)), HostName(),
                                mine.ok() ? std::move(mine).value() : mine.status().message()};
  return PackStrings(fields);
}

Result<Outcome> Unpack(const std::string& packed) {
  auto fields = UnpackStrings(packed, 3);
  if (!fields) return Status::Failure("the processes do not run the same program");
  for (int number = 0; const std::optional<StatusCode> code = CodeOfNumber(number); ++number) {
    if ((*fields)[0] != std::to_string(number)) continue;
    return Outcome{*code, std::move((*fields)[1]), std::move((*fields)[2])};
  }
  return Status::Failure("the processes do not run the same program");
}

}  // namespace

Result<std::vector<std::string>> AgreeAndGather(ProcessGroup* group, Result<std::string> mine) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> packed,
                            group->AllGather(Pack(std::move(mine))));
  std::vector<Outcome> outcomes;
  for (const std::string& one : packed) {
    LIGHTLDA_ASSIGN_OR_RETURN(Outcome outcome, Unpack(one));
    outcomes.push_back(std::move(outcome));
  }
  const auto failed = std::find_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return outcome.code != StatusCode::kOk;
  });
  if (failed == outcomes.end()) {
    std::vector<std::string> made;
    for (Outcome& outcome : outcomes) made.push_back(std::move(outcome.text));
    return made;
  }
  const Status status(failed->code, failed->text);
  const auto same = std::count(outcomes.begin(), outcomes.end(), *failed);
  if (same == group->size()) return status;
  return status.WithContext("rank " + std::to_string(failed - outcomes.begin()) + " on host " +
                            failed->host);
}

Status Agree(ProcessGroup* group, const Status& mine) {
  return AgreeAndGather(group, mine.ok() ? Result<std::string>(std::string()) : mine).status();
}

}  // namespace lightlda
