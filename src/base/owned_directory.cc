#include "base/owned_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/file.h"
#include "base/manifest.h"
#include "lightlda/version.h"

namespace lightlda {
namespace {

namespace fs = std::filesystem;

constexpr char kManifestFile[] = "manifest.json";
constexpr char kPreviousFile[] = "manifest.prev.json";
constexpr std::string_view kTemporarySuffix = ".tmp";
constexpr std::string_view kMarkKind = "lightlda run";
constexpr std::string_view kOurs = "lightlda ";  // how all our kinds begin

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// '#': one or more digits; '?': a letter or digit.
bool Matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  for (const char p : pattern) {
    if (at == name.size()) return false;
    if (p == '#') {
      const std::size_t first = at;
      while (at < name.size() && IsDigit(name[at])) ++at;
      if (at == first) return false;
    } else if (p == '?' ? !std::isalnum(static_cast<unsigned char>(name[at])) : p != name[at]) {
      return false;
    } else {
      ++at;
    }
  }
  return at == name.size();
}

// What NFS calls a file that was removed while open. It goes when it is closed.
bool IsRemovedButOpen(std::string_view name) { return name.starts_with(".nfs"); }

bool IsRegular(const std::string& path, struct stat* info) {
  return ::lstat(path.c_str(), info) == 0 && S_ISREG(info->st_mode);
}

// The manifest in a file that may be anything.
std::optional<Manifest> ReadIfValid(const std::string& directory, const char* file) {
  const std::string path = JoinPath(directory, file);
  struct stat info;
  if (!IsRegular(path, &info)) return std::nullopt;
  Result<Manifest> manifest = ReadManifest(path);
  if (!manifest.ok()) return std::nullopt;
  return std::move(manifest).value();
}

std::string KindOf(const std::optional<Manifest>& manifest) {
  if (!manifest || !manifest->json->contains("kind")) return "";
  const auto& kind = (*manifest->json)["kind"];
  return kind.is_string() ? kind.get<std::string>() : std::string();
}

// Its manifest, or if that is not valid the one before.
std::optional<Manifest> ManifestOf(const std::string& directory) {
  std::optional<Manifest> manifest = ReadIfValid(directory, kManifestFile);
  return manifest ? std::move(manifest) : ReadIfValid(directory, kPreviousFile);
}

Status Refuse(const std::string& path, const std::string& why) {
  return Status::CannotWrite(path + ": " + why + ", so not replaced");
}

// Names in a directory, ascending, without those that NFS has made.
Result<std::vector<std::string>> Names(const std::string& directory) {
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<std::string> names, ListDirectory(directory));
  std::erase_if(names, IsRemovedButOpen);
  return names;
}

// Which names a directory of a kind has.
class NamesOfKind {
 public:
  NamesOfKind(const DirectoryKind& kind, const std::optional<Manifest>& manifest)
      : kept_(kind.kept), names_(kind.patterns.begin(), kind.patterns.end()) {
    if (!names_.empty()) return;
    names_.emplace_back(kManifestFile);
    if (!manifest) return;
    for (NamedFile& file : ListFiles(*manifest->json)) names_.push_back(std::move(file.name));
  }

  bool Keeps(std::string_view name) const { return std::ranges::find(kept_, name) != kept_.end(); }

  bool HasFile(std::string_view name) const {
    if (name.find('/') == std::string_view::npos && name.ends_with(kTemporarySuffix)) {
      name.remove_suffix(kTemporarySuffix.size());
      if (Keeps(name)) return true;
    }
    return std::ranges::any_of(names_, [&](const auto& known) { return Matches(known, name); });
  }

  bool HasDirectory(std::string_view name) const {
    return std::ranges::any_of(names_, [&](const std::string& known) {
      const std::size_t slash = known.find('/');
      return slash != std::string::npos && Matches(std::string_view(known).substr(0, slash), name);
    });
  }

 private:
  std::span<const std::string_view> kept_;
  std::vector<std::string> names_;
};

// What is in a directory of ours, by its path in it.
struct Content {
  std::vector<std::string> files;
  std::vector<std::string> directories;
};

Status Stranger(const std::string& path, const std::string& name) {
  return Refuse(path, "holds " + name + ", which lightlda did not write");
}

Result<Content> ListContent(const std::string& path, const NamesOfKind& names) {
  Content content;
  LIGHTLDA_ASSIGN_OR_RETURN(std::vector<std::string> open, Names(path));
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string name = open[i];
    struct stat info;
    const bool is_regular = IsRegular(JoinPath(path, name), &info);
    if (is_regular && names.Keeps(name)) continue;
    if (is_regular && names.HasFile(name)) {
      content.files.push_back(name);
    } else if (S_ISDIR(info.st_mode) && names.HasDirectory(name)) {
      content.directories.push_back(name);
      LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> inner, Names(JoinPath(path, name)));
      for (const std::string& file : inner) open.push_back(JoinPath(name, file));
    } else {
      return Stranger(path, name);
    }
  }
  return content;
}

// Whose a directory is that holds something.
Status CheckKindIs(const std::string& path, const DirectoryKind& kind,
                   const std::optional<Manifest>& manifest, const NamesOfKind& names) {
  const std::string found = KindOf(manifest);
  if (found == kind.kind) return {};
  if (found.starts_with(kOurs)) {
    return Refuse(path, "is a " + found + ", not a " + std::string(kind.kind));
  }
  if (names.HasFile(kRunMarkFile) && ReadRunMark(path)) return {};
  return Refuse(path, "not a " + std::string(kind.kind) + " (no valid manifest.json)");
}

// What is in a directory that may be replaced.
Result<Content> ListReplaceable(const std::string& path, const DirectoryKind& kind) {
  struct stat info;
  if (::lstat(path.c_str(), &info) != 0) return Status::CannotWrite(ErrnoMessage(path, errno));
  if (S_ISLNK(info.st_mode)) {
    return Refuse(path, "a symbolic link; give the directory that it leads to");
  }
  if (!S_ISDIR(info.st_mode)) return Refuse(path, "not a directory");
  const std::optional<Manifest> manifest = ManifestOf(path);
  const NamesOfKind names(kind, manifest);
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> in_it, Names(path));
  // A kill between the first two steps of a run leaves no more than this.
  const bool begun = in_it.empty() || (in_it.size() == 1 && names.HasFile(kRunMarkFile) &&
                                       in_it[0] == kRunMarkFile + std::string(kTemporarySuffix));
  if (!begun) LIGHTLDA_RETURN_IF_ERROR(CheckKindIs(path, kind, manifest, names));
  return ListContent(path, names);
}

Status Remove(const std::string& path, int flags) {
  if (::unlinkat(AT_FDCWD, path.c_str(), flags) == 0 || errno == ENOENT) return {};
  return Status::CannotWrite(ErrnoMessage(path, errno));
}

// A directory and all that is above it, by what they are and not by their names: links and mounts
// of one directory are one.
class Lineage {
 public:
  // Of what is at `path`, links followed; empty if there is nothing.
  explicit Lineage(const std::string& path) {
    std::error_code error;
    fs::path at = fs::canonical(path, error);
    if (error) return;
    for (;; at = at.parent_path()) {
      struct stat info;
      if (::stat(at.c_str(), &info) != 0) break;
      ids_.push_back({info.st_dev, info.st_ino});
      paths_.push_back(at.string());
      if (at == at.root_path()) break;
    }
  }

  // What is above it: of a path where nothing is yet, the directory it is to lie in and so on.
  static Lineage Above(const std::string& path) {
    Lineage above(path);
    if (above.empty()) return Lineage(ParentPath(path));
    above.ids_.erase(above.ids_.begin());
    above.paths_.erase(above.paths_.begin());
    return above;
  }

  bool empty() const { return ids_.empty(); }
  const std::vector<std::string>& paths() const { return paths_; }
  // Whether the two begin with the same.
  bool IsSame(const Lineage& other) const { return ids_.front() == other.ids_.front(); }
  bool LiesIn(const Lineage& other) const {
    return std::ranges::find(ids_, other.ids_.front()) != ids_.end();
  }

 private:
  struct Id {
    dev_t device;
    ino_t inode;
    friend bool operator==(const Id&, const Id&) = default;
  };
  std::vector<Id> ids_;
  std::vector<std::string> paths_;  // of the same
};

Status CheckNotReadFrom(const std::string& path, const Lineage& target, const Lineage& above,
                        const std::string& source) {
  if (source.empty()) return {};
  const Lineage read(source == "-" ? "/proc/self/fd/0" : source);
  if (read.empty()) return {};
  const std::string name = source == "-" ? "the standard input" : source;
  if (!target.empty() && target.IsSame(read)) {
    return Status::CannotWrite(path + ": is " + name + ", which is read; give another name");
  }
  if (!target.empty() && read.LiesIn(target)) {
    return Status::CannotWrite(path + ": holds " + name + ", which is read; give another place");
  }
  if (above.empty() || !above.LiesIn(read)) return {};
  return Status::CannotWrite(path + ": lies in " + name + ", which is read; give another place");
}

}  // namespace

Status WriteRunMark(const std::string& directory, const RunMark& mark) {
  return WriteManifest(JoinPath(directory, kRunMarkFile),
                       {{"kind", kMarkKind},
                        {"format_version", 1},
                        {"written_by", "lightlda " LIGHTLDA_VERSION_STRING},
                        {"replaces", mark.replaces}});
}

std::optional<RunMark> ReadRunMark(const std::string& directory) {
  const std::optional<Manifest> manifest = ReadIfValid(directory, kRunMarkFile);
  if (KindOf(manifest) != kMarkKind) return std::nullopt;
  const auto replaces = manifest->json->find("replaces");
  if (replaces == manifest->json->end() || !replaces->is_string()) return std::nullopt;
  return RunMark{replaces->get<std::string>()};
}

std::string ManifestChecksum(const std::string& directory) {
  const std::optional<Manifest> manifest = ManifestOf(directory);
  return manifest ? manifest->checksum : std::string();
}

Status CheckReplaceable(const std::string& path, const DirectoryKind& kind) {
  return ListReplaceable(path, kind).status();
}

Status ClearOwned(const std::string& path, const DirectoryKind& kind) {
  LIGHTLDA_ASSIGN_OR_RETURN(Content content, ListReplaceable(path, kind));
  // What tells whose the directory is goes last: a kill at any moment leaves it ours.
  std::ranges::stable_partition(content.files, [](const std::string& name) {
    return name != kManifestFile && name != kRunMarkFile;
  });
  const auto first_of_last = std::ranges::find_if(content.files, [](const std::string& name) {
    return name == kManifestFile || name == kRunMarkFile;
  });
  for (auto file = content.files.begin(); file != first_of_last; ++file) {
    LIGHTLDA_RETURN_IF_ERROR(Remove(JoinPath(path, *file), 0));
  }
  for (const std::string& directory : content.directories) {
    LIGHTLDA_RETURN_IF_ERROR(Remove(JoinPath(path, directory), AT_REMOVEDIR));
  }
  for (auto file = first_of_last; file != content.files.end(); ++file) {
    LIGHTLDA_RETURN_IF_ERROR(Remove(JoinPath(path, *file), 0));
  }
  return {};
}

Status RemoveOwned(const std::string& path, const DirectoryKind& kind) {
  LIGHTLDA_RETURN_IF_ERROR(ClearOwned(path, kind));
  return Remove(path, AT_REMOVEDIR);
}

Status RemovePart(const FilePath& directory, const DirectoryKind& kind, const std::string& part) {
  if (directory.memory() != nullptr) return RemoveTree(JoinPath(directory, part));
  const NamesOfKind known(kind, std::nullopt);
  const std::string path = JoinPath(directory.text(), part);
  struct stat info;
  if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return {};
  LIGHTLDA_ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(path));
  for (const std::string& name : names) {
    if (!known.HasFile(JoinPath(part, name))) continue;
    LIGHTLDA_RETURN_IF_ERROR(Remove(JoinPath(path, name), 0));
  }
  if (::rmdir(path.c_str()) == 0 || errno == ENOTEMPTY || errno == EEXIST) return {};
  return Status::CannotWrite(ErrnoMessage(path, errno));
}

Status MoveKept(const std::string& from, const std::string& to, const DirectoryKind& kind) {
  for (const std::string_view name : kind.kept) {
    const std::string old = JoinPath(from, std::string(name));
    struct stat info;
    if (!IsRegular(old, &info)) continue;
    const std::string path = JoinPath(to, std::string(name));
    if (PathExists(path)) continue;
    LIGHTLDA_RETURN_IF_ERROR(RenamePath(old, path));
    LIGHTLDA_RETURN_IF_ERROR(SyncDirectory(to));
  }
  return {};
}

Status CheckPlace(const std::string& path, std::span<const std::string> sources) {
  const Lineage target(path);
  const Lineage above = Lineage::Above(path);
  for (const std::string& source : sources) {
    LIGHTLDA_RETURN_IF_ERROR(CheckNotReadFrom(path, target, above, source));
  }
  for (const std::string& directory : above.paths()) {
    const std::string kind = KindOf(ManifestOf(directory));
    if (!kind.starts_with(kOurs)) continue;
    return Status::CannotWrite(path + ": lies in " + directory + ", which is a " + kind +
                               "; give another place");
  }
  return {};
}

Status ExchangeDirectories(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) return {};
  const std::string aside = from + kReplacedSuffix;
  LIGHTLDA_RETURN_IF_ERROR(RenamePath(to, aside));
  if (Status status = RenamePath(from, to); !status.ok()) {
    (void)RenamePath(aside, to);
    return status;
  }
  return RenamePath(aside, from);
}

}  // namespace lightlda
