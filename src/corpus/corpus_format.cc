#include "corpus/corpus_format.h"

#include <nlohmann/json.hpp>

#include "base/checksum.h"
#include "base/file.h"

namespace lightlda {
namespace {

std::string Numbered(const std::string& stem, std::size_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return stem + "-" + digits + ".bin";
}

Status CheckStamp(const std::string& path, const FileStamp& found, const FileStamp& expected) {
  if (found == expected) return {};
  return Status::BadInput(path + ": not the file the manifest names: checksum is " +
                          ToHex(found.checksum) + ", expected " + ToHex(expected.checksum));
}

}  // namespace

std::string BlockFileName(std::size_t block) { return Numbered("block", block); }
std::string NamesFileName(std::size_t block) { return Numbered("names", block); }
std::string MetadataFileName(std::size_t block) { return Numbered("meta", block); }

nlohmann::ordered_json StampToJson(const std::string& file, const FileStamp& stamp) {
  return {{"file", file}, {"bytes", stamp.size}, {"checksum", ToHex(stamp.checksum)}};
}

Status CheckStamp(const SectionFile& file, const FileStamp& expected) {
  return CheckStamp(file.path(), file.stamp(), expected);
}

FileStamp StampOfText(const std::string& text) { return {text.size(), Checksum(text)}; }

Result<std::string> ReadStampedText(const FilePath& path, const FileStamp& expected) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  LIGHTLDA_RETURN_IF_ERROR(CheckStamp(path.text(), StampOfText(text), expected));
  return text;
}

}  // namespace lightlda
