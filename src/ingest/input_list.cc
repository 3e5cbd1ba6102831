#include "ingest/input_list.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/file.h"
#include "ingest/parse_number.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;

// Relative paths of the files of a directory, sorted.
Result<std::vector<std::string>> ListFiles(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden && entry->is_directory(error)) entry.disable_recursion_pending();
    if (hidden || !entry->is_regular_file(error)) continue;
    files.push_back(entry->path().lexically_relative(directory).string());
  }
  if (error) return Status::BadInput(directory + ": " + error.message());
  if (files.empty()) return Status::BadInput(directory + ": a directory without files");
  std::sort(files.begin(), files.end());
  return files;
}

// "FILE:" with the shortest name of the file that tells it from the other inputs.
std::vector<std::string> NamePrefixes(const std::vector<std::string>& inputs, bool always) {
  if (inputs.size() == 1 && !always) return {""};
  std::vector<std::string> names;
  for (const std::string& input : inputs) names.push_back(fs::path(input).filename().string());
  if (std::set<std::string>(names.begin(), names.end()).size() < names.size()) names = inputs;
  for (std::string& name : names) name += ":";
  return names;
}

Status AddDirectory(const std::string& directory, bool only_input, InputList* list) {
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> files, ListFiles(directory));
  for (const std::string& file : files) {
    InputFile input;
    input.path = JoinPath(directory, file);
    input.whole_file = true;
    input.document_name = only_input ? file : input.path;
    if (const auto error = CheckName(input.document_name)) {
      return Status::BadInput(directory + ": " + error->detail);
    }
    list->files.push_back(std::move(input));
  }
  return {};
}

}  // namespace

Result<InputList> ListInputs(const std::vector<std::string>& inputs, bool always_prefix) {
  InputList list;
  const std::vector<std::string> prefixes = NamePrefixes(inputs, always_prefix);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::error_code error;
    if (inputs[i] != "-" && fs::is_directory(inputs[i], error)) {
      LIGHTLDA_RETURN_IF_ERROR(AddDirectory(inputs[i], inputs.size() == 1, &list));
    } else {
      if (const auto bad = CheckName(prefixes[i])) return Status::BadInput(bad->detail);
      list.files.push_back({inputs[i], false, "", prefixes[i]});
    }
  }
  for (const InputFile& file : list.files) {
    std::error_code error;
    const fs::file_status status = fs::status(file.path, error);
    if (file.path == "-" || !fs::exists(status) || !fs::is_regular_file(status)) {
      list.stored_size = 0;
      break;
    }
    list.stored_size += fs::file_size(file.path, error);
  }
  return list;
}

}  // namespace lightlda
