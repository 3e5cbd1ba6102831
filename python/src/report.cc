// The report of a model, as the bytes of its page.
#include "lightlda/report.h"

#include <map>
#include <optional>
#include <string>

#include "bindings.h"
#include "lightlda/labels.h"

namespace lightlda::python {
namespace {

using Names = std::map<TopicId, std::string>;

// `names`, else those of the file, else those of the model's directory.
TopicLabels LabelsFor(const Model& model, const std::string& directory,
                      const std::optional<Names>& names, const std::string& file) {
  TopicLabels labels;
  if (names) {
    labels.model_hash = model.model_hash();
    labels.labels = *names;
  } else if (!file.empty()) {
    labels = Must(ReadLabelsFile(file));
    Must(CheckLabels(labels, model).WithContext(file));
  } else {
    labels = Must(ReadLabels(directory));
    if (labels.model_hash.empty()) return labels;
  }
  Must(CheckLabels(labels, model));
  return labels;
}

// (page, what was left out of it).
py::tuple Report(const Model& model, const Corpus* corpus, ReportOptions options,
                 const std::optional<Names>& labels, const std::string& labels_file) {
  options.labels = LabelsFor(model, options.model_directory, labels, labels_file);
  std::string page;
  const ReportSummary summary = Must(Interruptible([&](const StopToken& stop) {
    options.pass.stop = stop;
    return WriteReport(model, corpus, options, [&](std::string_view piece) {
      page += piece;
      return Status();
    });
  }));
  return py::make_tuple(py::bytes(page), TextList(summary.left_out));
}

}  // namespace

void BindReport(py::module_& module) {
  py::class_<ReportOptions>(module, "ReportOptions")
      .def(py::init<>())
      .def_readwrite("title", &ReportOptions::title)
      .def_readwrite("by", &ReportOptions::by)
      .def_readwrite("documents", &ReportOptions::documents)
      .def_readwrite("snippet_bytes", &ReportOptions::snippet_bytes)
      .def_readwrite("max_bytes", &ReportOptions::max_bytes)
      .def_readwrite("model_directory", &ReportOptions::model_directory)
      .def_property(
          "bin", [](const ReportOptions& o) { return DateBinName(o.date_bin); },
          [](ReportOptions& o, const std::string& name) { o.date_bin = ParseDateBin(name); })
      .def_property(
          "num_threads", [](const ReportOptions& o) { return o.pass.num_threads; },
          [](ReportOptions& o, int num_threads) { o.pass.num_threads = num_threads; });
  module.def("report", &Report);
}

}  // namespace lightlda::python
