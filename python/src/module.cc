// lightlda._core: the public headers for Python.
#include "bindings.h"
#include "lightlda/version.h"

namespace lightlda::python {
namespace {

// Exceptions are made by lightlda._errors.of_status(code, message).
void Translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const StatusError& error) {
    const py::object exception = py::module_::import("lightlda._errors")
                                     .attr("of_status")(static_cast<int>(error.status().code()),
                                                        Text(error.status().message()));
    PyErr_SetObject(py::type::handle_of(exception).ptr(), exception.ptr());
  }
}

}  // namespace
}  // namespace lightlda::python

PYBIND11_MODULE(_core, module) {
  using namespace lightlda::python;  // NOLINT: the macro's function is short
  module.doc() = "The engine of lightlda. Use the package `lightlda`, which is made of it.";
  module.attr("__version__") = LIGHTLDA_VERSION_STRING;
  py::register_exception_translator(&Translate);
  BindCorpus(module);
  BindModel(module);
  BindTrainer(module);
  BindInferencer(module);
  BindTables(module);
  BindEvaluate(module);
  BindReport(module);
}
