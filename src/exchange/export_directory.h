// Exports of several files: a directory that is there complete or not at all, with a manifest that
// names its files, so that what we wrote may be replaced and nothing else.
#ifndef LIGHTLDA_EXCHANGE_EXPORT_DIRECTORY_H_
#define LIGHTLDA_EXCHANGE_EXPORT_DIRECTORY_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/staged_directory.h"
#include "export/text_writer.h"
#include "lightlda/exchange.h"

namespace lightlda {

// kCancelled if the stop of the target is requested.
Status CheckStop(const ExchangeTarget& target);

// Not thread-safe. Destroyed before Commit, it leaves nothing.
class ExportDirectory {
 public:
  // format: "ldavis". source: a directory that is read, or empty. Errors: kCannotWrite.
  static Result<ExportDirectory> Create(const ExchangeTarget& target, std::string_view format,
                                        const std::string& source);

  // Writes a file. Errors: write's; the writer's; kCannotWrite; kCancelled.
  Status Write(const std::string& name, const std::function<Status(const ExportSink&)>& write);
  Status WriteText(const std::string& name, const std::function<Status(TextWriter*)>& write);

  Status Commit();

 private:
  ExportDirectory(StagedDirectory staged, const ExchangeTarget& target)
      : staged_(std::move(staged)), target_(target) {}

  StagedDirectory staged_;
  ExchangeTarget target_;
  nlohmann::ordered_json manifest_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_EXPORT_DIRECTORY_H_
