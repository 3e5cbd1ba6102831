// Manifests: JSON files that carry their own checksum.
//
// The last member is "checksum": 16 hexadecimal digits, the XXH3-64 of the file's text with these
// digits as zeros. So the file is ordinary JSON to other tools and any flipped byte is found.
#ifndef LIGHTLDA_BASE_MANIFEST_H_
#define LIGHTLDA_BASE_MANIFEST_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_path.h"
#include "base/json_fields.h"
#include "lightlda/status.h"

namespace lightlda {

struct Manifest {
  std::shared_ptr<nlohmann::ordered_json> json;  // without "checksum"; never null
  std::string checksum;
};

// Text of the manifest file. Sets nothing else. REQUIRES: json is an object without "checksum".
std::string FormatManifest(const nlohmann::ordered_json& json);

// Replaces `path` atomically and durably.
Status WriteManifest(const FilePath& path, const nlohmann::ordered_json& json);

// The manifest in `text`, the content of the file `path`. Errors: kBadInput if it is not of this
// form or its checksum differs.
Result<Manifest> ParseManifest(const std::string& path, std::string text);
// Errors: as ParseManifest, and kBadInput if the file cannot be read.
Result<Manifest> ReadManifest(const FilePath& path);

// Checks the members "kind" and "format_version". remedy: what to do when an older lightlda made
// it. Errors: kBadInput, naming the file.
Status CheckKind(const JsonFields& manifest, std::string_view kind, std::uint64_t version,
                 std::string_view remedy);

// A file that a manifest names.
struct NamedFile {
  std::string name;
  std::uint64_t bytes = 0;
};
// All of them: the objects anywhere in `json` with the members "file", the name of a file in the
// same directory, and "bytes".
std::vector<NamedFile> ListFiles(const nlohmann::ordered_json& json);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_MANIFEST_H_
