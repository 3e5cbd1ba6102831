// Checked access to the members of a JSON object that came from a file.
#ifndef LIGHTLDA_BASE_JSON_FIELDS_H_
#define LIGHTLDA_BASE_JSON_FIELDS_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/section_file.h"
#include "lightlda/status.h"

namespace lightlda {

// Members of `json`, which must outlive this. Every error is kBadInput and names the file and the
// member: it is absent, of another type, or out of range. Immutable.
class JsonFields {
 public:
  JsonFields(std::string path, const nlohmann::ordered_json& json)
      : path_(std::move(path)), json_(&json) {}

  const std::string& path() const { return path_; }

  // An integer in [min, max].
  Result<std::uint64_t> Unsigned(const std::string& name, std::uint64_t min,
                                 std::uint64_t max) const;
  // A finite number, and an array of such.
  Result<double> Number(const std::string& name) const;
  Result<std::vector<double>> Numbers(const std::string& name) const;
  Result<bool> Bool(const std::string& name) const;
  // A string, and an array of such.
  Result<std::string> String(const std::string& name) const;
  Result<std::vector<std::string>> Strings(const std::string& name) const;
  // An object; its members are named "name.member" in errors.
  Result<JsonFields> Object(const std::string& name) const;
  // Element `index` of the array `name`, an object.
  Result<JsonFields> Element(const std::string& name, std::size_t index) const;
  Result<std::size_t> ArraySize(const std::string& name) const;

  // "bytes" and "checksum" (16 hexadecimal digits) of a file.
  Result<FileStamp> Stamp() const;
  // "file": a plain name, without directories, so that no manifest reaches out of its directory.
  Result<std::string> FileName() const;

  // Whether there is such a member, of any type.
  bool Has(const std::string& name) const;

  // The object itself.
  const nlohmann::ordered_json& json() const { return *json_; }

  Status Error(const std::string& name, const std::string& expected) const;

 private:
  Result<const nlohmann::ordered_json*> Find(const std::string& name) const;

  std::string path_;
  std::string prefix_;
  const nlohmann::ordered_json* json_;
};

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_JSON_FIELDS_H_
