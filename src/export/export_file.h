// Files that appear only when complete, in place of nothing or of a file of the same name.
#ifndef LIGHTLDA_EXPORT_EXPORT_FILE_H_
#define LIGHTLDA_EXPORT_EXPORT_FILE_H_

#include <functional>
#include <string>

#include "lightlda/status.h"

namespace lightlda {

// Lets `write` make the file `temporary`, durable, and puts it at `path`; removes it if that fails.
// Errors: `write`'s; kCannotWrite, as WriteExport's.
Status WriteFileInPlace(const std::string& path, bool overwrite,
                        const std::function<Status(const std::string& temporary)>& write);

}  // namespace lightlda

#endif  // LIGHTLDA_EXPORT_EXPORT_FILE_H_
