// What may be destroyed: the one rule behind `overwrite`, behind going on where a killed run left
// off, and behind every clean-up.
//
// A directory may be replaced, taken over or removed if it is empty, or ours with nothing else in
// it. It is ours by a valid manifest of its kind, or by the mark that a starting run writes before
// anything else. Nothing in it is removed but regular files of the names that the kind has. So one
// file of somebody else's is enough to keep the whole directory, and no call here follows a
// symbolic link.
//
// Nothing is written where something is read from: CheckPlace. docs/formats.md has the table of
// what is kept and what is refused.
#ifndef LIGHTLDA_BASE_OWNED_DIRECTORY_H_
#define LIGHTLDA_BASE_OWNED_DIRECTORY_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_path.h"
#include "lightlda/status.h"

namespace lightlda {

// A kind of directory that we write.
struct DirectoryKind {
  std::string_view kind;  // as its manifest.json says: "lightlda corpus"
  // Names of its files, in it and one directory below: '#' stands for digits, '?' for a letter or
  // digit. A file directly in it may also have its name and ".tmp", from a write that was killed.
  // Empty: manifest.json and exactly what that names.
  std::span<const std::string_view> patterns;
  // Names of files in it that people write, or have us write: they are in nobody's way, and are
  // never removed. Who puts another directory in the place of this one calls MoveKept.
  std::span<const std::string_view> kept = {};
};

// The mark of a run: a small manifest in a directory whose own manifest does not say yet, or not
// alone, what it is.
inline constexpr char kRunMarkFile[] = "run.json";
struct RunMark {
  // Checksum of the manifest of the result that this one is to replace; empty: there is none.
  std::string replaces;
};
// Durable when it returns. Errors: kCannotWrite.
Status WriteRunMark(const std::string& directory, const RunMark& mark);
// Nothing if there is no valid one.
std::optional<RunMark> ReadRunMark(const std::string& directory);

// The checksum of the manifest in a directory, or if that is not valid of the one before; empty if
// neither is.
std::string ManifestChecksum(const std::string& directory);

// OK if `path` may be replaced or taken over by a new directory of this kind, by the rule above.
// REQUIRES nothing: an absent path is an error, too. Errors: kCannotWrite, naming what is in the
// way.
Status CheckReplaceable(const std::string& path, const DirectoryKind& kind);

// Removes such a directory, or all that is in it but for what is kept, and then stays. The manifest
// goes last. Errors: as CheckReplaceable, with nothing removed; kCannotWrite.
Status RemoveOwned(const std::string& path, const DirectoryKind& kind);
Status ClearOwned(const std::string& path, const DirectoryKind& kind);

// Removes the files that the kind has in a directory one below, "gen-000001", and then itself if
// nothing else is in it. OK if absent. Errors: kCannotWrite.
Status RemovePart(const FilePath& directory, const DirectoryKind& kind, const std::string& part);

// Moves the files that are kept from a directory into the one that has taken its place, unless that
// has its own by now; then they stay. OK if there are none. Errors: kCannotWrite.
Status MoveKept(const std::string& from, const std::string& to, const DirectoryKind& kind);

// OK if something new may be put at `path`: it is none of `sources`, does not hold one and lies in
// none, whatever links or mounts lead there; and it does not lie in a corpus or model. A source
// "-" is the standard input, an empty one none. Errors: kCannotWrite.
Status CheckPlace(const std::string& path, std::span<const std::string> sources);

// Puts the directory `from` in the place of the directory `to`, which is then at `from`: in one
// step, or where the file system has no such call, by way of `from` + kReplacedSuffix. A failure
// leaves `to` as it was. Errors: kCannotWrite.
inline constexpr char kReplacedSuffix[] = ".old";
Status ExchangeDirectories(const std::string& from, const std::string& to);

}  // namespace lightlda

#endif  // LIGHTLDA_BASE_OWNED_DIRECTORY_H_
