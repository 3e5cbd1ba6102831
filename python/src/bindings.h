// What the parts of the Python module share: failures, arrays, text, and calls that Ctrl-C ends.
//
// The module binds the public headers and has no logic of topic models. Its Python side
// (python/lightlda/) has the keywords, the checks of types and the frames.
#ifndef LIGHTLDA_PYTHON_SRC_BINDINGS_H_
#define LIGHTLDA_PYTHON_SRC_BINDINGS_H_

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <exception>
#include <future>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "lightlda/document_tables.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda::python {

namespace py = pybind11;

void BindCorpus(py::module_& module);
void BindModel(py::module_& module);
void BindTrainer(py::module_& module);
void BindInferencer(py::module_& module);
void BindTables(py::module_& module);
void BindEvaluate(py::module_& module);
void BindReport(py::module_& module);

// A failure on its way to Python, where it is an exception of lightlda._errors.
class StatusError : public std::exception {
 public:
  explicit StatusError(Status status) : status_(std::move(status)) {}
  const Status& status() const { return status_; }
  const char* what() const noexcept override { return status_.message().c_str(); }

 private:
  Status status_;
};

inline void Must(const Status& status) {
  if (!status.ok()) throw StatusError(status);
}
template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) throw StatusError(result.status());
  return std::move(result).value();
}

// Names may hold any bytes: those that are not UTF-8 become surrogates, as in names of files.
inline py::str Text(std::string_view bytes) {
  PyObject* text =
      PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "surrogateescape");
  if (text == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(text);
}
template <typename Strings>
py::list TextList(const Strings& strings) {
  py::list list(strings.size());
  std::size_t i = 0;
  for (const auto& item : strings) list[i++] = Text(item);
  return list;
}

// "auto", "year" and so on. Errors: kUsage, naming `bin`.
DateBin ParseDateBin(const std::string& name);
std::string DateBinName(DateBin bin);

// An array that shows `data`, which lives as long as `owner`, and cannot be written through. As
// another type of the same size if one is given: counts and ids are int32 and int64 to NumPy.
template <typename To, typename From>
py::array View(std::span<From> data, py::handle owner) {
  static_assert(sizeof(To) == sizeof(From));
  const auto size = static_cast<py::ssize_t>(data.size());
  py::array array(py::dtype::of<To>(), {size}, {static_cast<py::ssize_t>(sizeof(To))}, data.data(),
                  owner);
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

// An array that takes the vector over.
template <typename T>
py::array_t<T> Array(std::vector<T> values) {
  auto* kept = new std::vector<T>(std::move(values));
  const py::capsule owner(kept, [](void* data) { delete static_cast<std::vector<T>*>(data); });
  return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), owner);
}

template <typename T>
using Contiguous = py::array_t<T, py::array::c_style>;
template <typename T>
std::span<const T> SpanOf(const Contiguous<T>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

// call(stop) in a thread of its own, without the interpreter. Signals are looked at ten times a
// second: one whose handler raises (KeyboardInterrupt) requests the stop, and is raised when the
// call has ended. Only Python's main thread gets signals.
template <typename Call>
auto Interruptible(Call&& call) -> std::invoke_result_t<Call, StopToken> {
  constexpr std::chrono::milliseconds kLook{100};
  const StopToken stop;
  std::exception_ptr raised;
  py::gil_scoped_release released;
  auto done = std::async(std::launch::async, [&] { return call(stop); });
  while (done.wait_for(kLook) != std::future_status::ready) {
    const py::gil_scoped_acquire acquired;
    if (PyErr_CheckSignals() == 0) continue;
    raised = std::make_exception_ptr(py::error_already_set());
    stop.RequestStop();
  }
  auto result = done.get();
  if (raised) std::rethrow_exception(raised);
  return result;
}

// call() without the interpreter: short, or with threads of its own.
template <typename Call>
auto Released(Call&& call) -> std::invoke_result_t<Call> {
  const py::gil_scoped_release released;
  return call();
}

// A value, or None.
template <typename T>
py::object OrNone(const std::optional<T>& value) {
  return value ? py::cast(*value) : py::none();
}

// A value, or NaN, which is how frames have a missing number.
template <typename T>
py::object OrNan(const std::optional<T>& value) {
  return value ? py::cast(*value) : py::cast(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace lightlda::python

#endif  // LIGHTLDA_PYTHON_SRC_BINDINGS_H_
