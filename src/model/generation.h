// The generations of a model directory, and which of them is used: the newest that is whole.
#ifndef LIGHTLDA_MODEL_GENERATION_H_
#define LIGHTLDA_MODEL_GENERATION_H_

#include <functional>
#include <string>

#include "base/file_path.h"
#include "lightlda/status.h"
#include "model/model_manifest.h"

namespace lightlda {

struct Generation {
  LoadedManifest manifest;
  std::string manifest_file;  // its name in the directory
  std::string warning;        // one line if a newer generation is damaged: what of it is, and so on
};

// Whether the directory holds a manifest of a model, in whatever state.
bool HasModelManifest(const FilePath& directory);

// The generation that a manifest of the directory names; its files are not looked at. Errors:
// kBadInput, naming the manifest.
Result<Generation> ReadGeneration(const FilePath& directory, const std::string& manifest_file);

// Calls use() with the newest generation. Where its manifest is missing or damaged, or use() fails
// with kBadInput, as a file that it names is, calls it with the one before. A manifest that is
// whole and not for this version is no reason to go back. Errors: those of both; of use().
using GenerationUse = std::function<Status(Generation generation)>;
Status UseNewestGeneration(const FilePath& directory, const GenerationUse& use);

// Checks what no reader of tables meets: that metrics.jsonl begins with what the manifest vouches
// for (lines of later iterations may follow), and, if asked, that the topics of all blocks are the
// files that were saved. Errors: kBadInput, naming the file.
Status CheckGeneration(const FilePath& directory, const ModelManifest& manifest, bool with_topics);

// Makes the manifest of a generation manifest.json, as if nothing had been saved since. Atomic and
// durable. Errors: kCannotWrite, kBadInput.
Status GoBackTo(const FilePath& directory, const std::string& manifest_file);

}  // namespace lightlda

#endif  // LIGHTLDA_MODEL_GENERATION_H_
