// Lines of a foreign file, one by one, with their numbers for messages.
#ifndef LIGHTLDA_EXCHANGE_LINE_READER_H_
#define LIGHTLDA_EXCHANGE_LINE_READER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// Calls use(number, line) for every line, from 1; compressed files are unpacked. A status of use()
// that is not OK ends it and comes back with "FILE:LINE: " before it. The last line must end with a
// line end, as every program writes it: a file that was cut has none. Errors: kBadInput, naming the
// file; kCancelled.
using LineUser = std::function<Status(std::uint64_t number, std::string_view line)>;
Status ReadLines(const std::string& path, const StopToken& stop, const LineUser& use);

// "expected WHAT, found "TEXT"", as kBadInput.
Status Expected(std::string_view what, std::string_view found);

// Words by id: one per line, or the lines of Microsoft LightLDA's dictionary, "id<TAB>word<TAB>
// count", in any order. Errors: kBadInput "FILE:LINE: ...", also for a word or id that was there
// before, or an id between that is missing.
Result<std::vector<std::string>> ReadVocabulary(const std::string& path, const StopToken& stop,
                                                std::vector<std::string>* notes);

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_LINE_READER_H_
