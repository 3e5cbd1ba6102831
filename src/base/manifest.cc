#include "base/manifest.h"

#include <glog/logging.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"

namespace lightlda {
namespace {

constexpr std::string_view kZeroDigits = "0000000000000000";
constexpr std::string_view kBefore = "\"checksum\": \"";
constexpr std::string_view kAfter = "\"\n}\n";

}  // namespace

std::string FormatManifest(const nlohmann::ordered_json& json) {
  CHECK(json.is_object() && !json.contains("checksum"));
  nlohmann::ordered_json with_zeros = json;
  with_zeros["checksum"] = kZeroDigits;
  // Paths may hold bytes that are not UTF-8; JSON may not.
  std::string text =
      with_zeros.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  CHECK(text.ends_with(std::string(kZeroDigits) + std::string(kAfter)));
  const std::string digits = ToHex(Checksum(text));
  return text.replace(text.size() - kAfter.size() - digits.size(), digits.size(), digits);
}

Status WriteManifest(const FilePath& path, const nlohmann::ordered_json& json) {
  return WriteFileAtomic(path, FormatManifest(json));
}

Status CheckKind(const JsonFields& manifest, std::string_view kind, std::uint64_t version,
                 std::string_view remedy) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string found, manifest.String("kind"));
  if (found != kind) {
    return Status::BadInput(manifest.path() + ": is a " + found + ", expected a " +
                            std::string(kind));
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t of_file,
                            manifest.Unsigned("format_version", 0, INT64_MAX));
  if (of_file == version) return {};
  const std::string versions =
      "format version " + std::to_string(of_file) + ", expected " + std::to_string(version);
  if (of_file > version) return Status::BadInput(manifest.path() + ": " + versions);
  return Status::BadInput(manifest.path() + ": made by an older lightlda (" + versions + "); " +
                          std::string(remedy));
}

std::vector<NamedFile> ListFiles(const nlohmann::ordered_json& json) {
  std::vector<NamedFile> files;
  if (!json.is_structured()) return files;
  const auto name = json.is_object() ? json.find("file") : json.end();
  const auto bytes = json.is_object() ? json.find("bytes") : json.end();
  if (name != json.end() && name->is_string() && IsPlainFileName(name->get<std::string>()) &&
      bytes != json.end() && bytes->is_number_unsigned()) {
    files.push_back({name->get<std::string>(), bytes->get<std::uint64_t>()});
  }
  for (const auto& member : json) {
    const std::vector<NamedFile> more = ListFiles(member);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

Result<Manifest> ReadManifest(const FilePath& path) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  return ParseManifest(path.text(), std::move(text));
}

Result<Manifest> ParseManifest(const std::string& path, std::string text) {
  const std::size_t tail = kBefore.size() + kZeroDigits.size() + kAfter.size();
  if (text.size() < tail || !text.ends_with(kAfter) ||
      text.compare(text.size() - tail, kBefore.size(), kBefore) != 0) {
    return Status::BadInput(path + ": corrupted: does not end with a checksum");
  }
  const std::size_t at = text.size() - kAfter.size() - kZeroDigits.size();
  const std::string found = text.substr(at, kZeroDigits.size());
  const std::string computed = ToHex(Checksum(text.replace(at, kZeroDigits.size(), kZeroDigits)));
  if (found != computed) {
    return Status::BadInput(path + ": corrupted: checksum is " + found + ", computed " + computed);
  }
  auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object()) {
    return Status::BadInput(path + ": corrupted: not a JSON object");
  }
  json.erase("checksum");
  return Manifest{std::make_shared<nlohmann::ordered_json>(std::move(json)), found};
}

}  // namespace lightlda
