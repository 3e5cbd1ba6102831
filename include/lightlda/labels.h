// Names that people give to topics: labels.json of a model directory, edited by hand or by
// lightlda-dump (docs/formats.md#labelsjson).
#ifndef LIGHTLDA_LABELS_H_
#define LIGHTLDA_LABELS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lightlda/compare.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/types.h"

namespace lightlda {

struct TopicLabels {
  std::string model_hash;                 // of the model whose topics these are
  std::map<TopicId, std::string> labels;  // none is empty
  std::set<TopicId> hidden;               // not to be shown to readers
  std::map<TopicId, std::string> notes;
  // The hash of the model whose labels were carried over by CarryLabels; empty: none were.
  std::string carried_from;
};

// What labels.json of a model directory says; nothing, with an empty hash, if there is none.
// Errors: kBadInput, naming the file.
LIGHTLDA_EXPORT Result<TopicLabels> ReadLabels(const std::string& directory);
// What a file of this form says, such as the one that a report saves. Errors: kBadInput, also if
// there is none.
LIGHTLDA_EXPORT Result<TopicLabels> ReadLabelsFile(const std::string& path);

// OK if the labels are those of the model. Errors: kBadInput.
LIGHTLDA_EXPORT Status CheckLabels(const TopicLabels& labels, const Model& model);

// Replaces labels.json of a model directory, in one step. Training on and `overwrite` keep the
// file. Errors: kBadInput if a text is not UTF-8; kCannotWrite.
LIGHTLDA_EXPORT Status WriteLabels(const std::string& directory, const TopicLabels& labels);

// The labels of `comparison`'s other model as those of its model, whose hash is `model_hash`:
// topics that are matched keep them. *num_lost: labels of topics that are not.
LIGHTLDA_EXPORT TopicLabels CarryLabels(const TopicLabels& labels,
                                        const ModelComparison& comparison,
                                        const std::string& model_hash, std::size_t* num_lost);

// topic, label, hidden, automatic: 1 or 0; a topic without a label has an automatic one
// (AutomaticLabels). Errors: kOutOfMemory; the sink's.
LIGHTLDA_EXPORT Status ExportLabels(const Model& model, const TopicLabels& labels,
                                    const ExportOptions& options, const ExportSink& sink);

}  // namespace lightlda

#endif  // LIGHTLDA_LABELS_H_
