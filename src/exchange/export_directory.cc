#include "exchange/export_directory.h"

#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/checksum.h"
#include "base/file.h"
#include "base/manifest.h"
#include "corpus/corpus_format.h"
#include "lightlda/version.h"

namespace lightlda {
namespace {

constexpr DirectoryKind kExportDirectory = {"lightlda export", {}};
constexpr char kManifestFile[] = "manifest.json";
constexpr std::uint64_t kFormatVersion = 1;

}  // namespace

Status CheckStop(const ExchangeTarget& target) {
  if (!target.stop.stop_requested()) return {};
  return Status::Cancelled(target.path + ": interrupted; nothing is written");
}

Result<ExportDirectory> ExportDirectory::Create(const ExchangeTarget& target,
                                                std::string_view format,
                                                const std::string& source) {
  LIGHTLDA_ASSIGN_OR_RETURN(StagedDirectory staged,
                            StagedDirectory::Create(target.path, target.overwrite, kExportDirectory,
                                                    std::span(&source, 1)));
  ExportDirectory directory(std::move(staged), target);
  directory.manifest_ = {{"kind", kExportDirectory.kind},
                         {"format_version", kFormatVersion},
                         {"written_by", "lightlda " LIGHTLDA_VERSION_STRING},
                         {"format", format},
                         {"files", nlohmann::ordered_json::array()}};
  return directory;
}

Status ExportDirectory::Write(const std::string& name,
                              const std::function<Status(const ExportSink&)>& write) {
  LIGHTLDA_RETURN_IF_ERROR(CheckStop(target_));
  LIGHTLDA_ASSIGN_OR_RETURN(FileWriter file, FileWriter::Create(JoinPath(staged_.path(), name)));
  StreamingChecksum checksum;
  const ExportSink sink = [&](std::string_view piece) {
    LIGHTLDA_RETURN_IF_ERROR(CheckStop(target_));
    checksum.Update(std::as_bytes(std::span(piece.data(), piece.size())));
    return file.Append(piece);
  };
  LIGHTLDA_RETURN_IF_ERROR(write(sink));
  LIGHTLDA_RETURN_IF_ERROR(file.Close());
  const FileStamp stamp = {file.bytes_written(), checksum.Digest()};
  manifest_["files"].push_back(StampToJson(name, stamp));
  return {};
}

Status ExportDirectory::WriteText(const std::string& name,
                                  const std::function<Status(TextWriter*)>& write) {
  return Write(name, [&](const ExportSink& sink) {
    TextWriter out(sink);
    LIGHTLDA_RETURN_IF_ERROR(write(&out));
    return out.Finish();
  });
}

Status ExportDirectory::Commit() {
  LIGHTLDA_RETURN_IF_ERROR(WriteManifest(JoinPath(staged_.path(), kManifestFile), manifest_));
  return staged_.Commit();
}

}  // namespace lightlda
