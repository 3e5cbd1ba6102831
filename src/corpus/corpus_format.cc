#include "corpus/corpus_format.h"

#include <nlohmann/json.hpp>

#include "base/checksum.h"

namespace lightlda {
namespace {

std::string Numbered(const std::string& stem, std::size_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return stem + "-" + digits + ".bin";
}

}  // namespace

std::string BlockFileName(std::size_t block) { return Numbered("block", block); }
std::string NamesFileName(std::size_t block) { return Numbered("names", block); }
std::string MetadataFileName(std::size_t block) { return Numbered("meta", block); }

nlohmann::ordered_json StampToJson(const std::string& file, const FileStamp& stamp) {
  return {{"file", file}, {"bytes", stamp.size}, {"checksum", ToHex(stamp.checksum)}};
}

Status CheckStamp(const SectionFile& file, const FileStamp& expected) {
  if (file.stamp() == expected) return {};
  return Status::BadInput(file.path() + ": not the file the manifest names: checksum is " +
                          ToHex(file.stamp().checksum) + ", expected " + ToHex(expected.checksum));
}

}  // namespace lightlda
