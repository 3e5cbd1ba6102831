#include "base/json_fields.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.h"

namespace lightlda {

Status JsonFields::Error(const std::string& name, const std::string& expected) const {
  return Status::BadInput(path_ + ": corrupted: \"" + prefix_ + name + "\": expected " + expected);
}

bool JsonFields::Has(const std::string& name) const { return json_->contains(name); }

Result<const nlohmann::ordered_json*> JsonFields::Find(const std::string& name) const {
  const auto member = json_->find(name);
  if (member == json_->end()) return Error(name, "to be there");
  return &*member;
}

Result<std::uint64_t> JsonFields::Unsigned(const std::string& name, std::uint64_t min,
                                           std::uint64_t max) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (member->is_number_unsigned()) {
    const auto value = member->get<std::uint64_t>();
    if (value >= min && value <= max) return value;
  }
  return Error(name, "an integer from " + std::to_string(min) + " to " + std::to_string(max));
}

Result<double> JsonFields::Number(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_number() || !std::isfinite(member->get<double>())) return Error(name, "a number");
  return member->get<double>();
}

Result<std::vector<double>> JsonFields::Numbers(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_array()) return Error(name, "an array of numbers");
  std::vector<double> numbers;
  numbers.reserve(member->size());
  for (const auto& element : *member) {
    if (!element.is_number() || !std::isfinite(element.get<double>())) {
      return Error(name, "an array of numbers");
    }
    numbers.push_back(element.get<double>());
  }
  return numbers;
}

Result<bool> JsonFields::Bool(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_boolean()) return Error(name, "true or false");
  return member->get<bool>();
}

Result<std::string> JsonFields::String(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_string()) return Error(name, "a string");
  return member->get<std::string>();
}

Result<std::vector<std::string>> JsonFields::Strings(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_array()) return Error(name, "an array of strings");
  std::vector<std::string> strings;
  strings.reserve(member->size());
  for (const auto& element : *member) {
    if (!element.is_string()) return Error(name, "an array of strings");
    strings.push_back(element.get<std::string>());
  }
  return strings;
}

Result<JsonFields> JsonFields::Object(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_object()) return Error(name, "an object");
  JsonFields fields(path_, *member);
  fields.prefix_ = prefix_ + name + ".";
  return fields;
}

Result<std::size_t> JsonFields::ArraySize(const std::string& name) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const auto* member, Find(name));
  if (!member->is_array()) return Error(name, "an array");
  return member->size();
}

Result<JsonFields> JsonFields::Element(const std::string& name, std::size_t index) const {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::size_t size, ArraySize(name));
  const std::string element = name + "[" + std::to_string(index) + "]";
  if (index >= size || !(*json_)[name][index].is_object()) return Error(element, "an object");
  JsonFields fields(path_, (*json_)[name][index]);
  fields.prefix_ = prefix_ + element + ".";
  return fields;
}

Result<FileStamp> JsonFields::Stamp() const {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::uint64_t bytes, Unsigned("bytes", 0, INT64_MAX));
  LIGHTLDA_ASSIGN_OR_RETURN(const std::string digits, String("checksum"));
  FileStamp stamp{bytes, 0};
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, stamp.checksum, 16);
  if (digits.size() != 16 || stop != end || error != std::errc()) {
    return Error("checksum", "16 hexadecimal digits");
  }
  return stamp;
}

Result<std::string> JsonFields::FileName() const {
  LIGHTLDA_ASSIGN_OR_RETURN(std::string name, String("file"));
  if (IsPlainFileName(name)) return name;
  return Error("file", "the name of a file in the same directory");
}

}  // namespace lightlda
