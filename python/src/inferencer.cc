// Topics of new documents: of texts, of words, of counts.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "bindings.h"
#include "lightlda/infer.h"
#include "lightlda/text_reader.h"

namespace lightlda::python {
namespace {

// Documents between two looks at signals.
constexpr std::size_t kPieceDocuments = 4096;

template <typename T>
py::array_t<T> Infer(const Inferencer& inferencer, const Contiguous<std::uint64_t>& begins_array,
                     const Contiguous<std::uint32_t>& words_array, int num_threads) {
  const auto begins = SpanOf(begins_array);
  const auto words = SpanOf(words_array);
  const std::size_t num_topics = inferencer.model().num_topics();
  const std::size_t num_documents = begins.empty() ? 0 : begins.size() - 1;
  py::array_t<T> theta(
      {static_cast<py::ssize_t>(num_documents), static_cast<py::ssize_t>(num_topics)});
  const std::span<T> out(theta.mutable_data(), static_cast<std::size_t>(theta.size()));
  std::vector<std::uint64_t> piece;
  for (std::size_t begin = 0; begin < num_documents; begin += kPieceDocuments) {
    const std::size_t end = std::min(num_documents, begin + kPieceDocuments);
    piece.clear();
    for (std::size_t d = begin; d <= end; ++d) piece.push_back(begins[d] - begins[begin]);
    Must(Released([&] {
      return inferencer.Infer(piece, words.subspan(begins[begin], piece.back()),
                              out.subspan(begin * num_topics, (end - begin) * num_topics),
                              num_threads);
    }));
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  }
  return theta;
}

py::tuple Arrays(TextWords words) {
  return py::make_tuple(Array(std::move(words.begins)), Array(std::move(words.words)),
                        Array(std::move(words.num_unknown)));
}

// Words of lists of words, as TextReader has those of texts.
py::tuple FindWords(const Model& model, const std::vector<std::vector<std::string>>& documents) {
  return Arrays(Released([&] {
    TextWords found;
    for (const auto& document : documents) {
      std::uint32_t unknown = 0;
      for (const std::string& word : document) {
        if (const auto id = model.vocabulary().Find(word)) {
          found.words.push_back(*id);
        } else {
          ++unknown;
        }
      }
      found.begins.push_back(found.words.size());
      found.num_unknown.push_back(unknown);
    }
    return found;
  }));
}

py::tuple ReadTexts(const TextReader& reader, const std::vector<std::string>& texts,
                    int num_threads) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return Arrays(Must(Released([&] { return reader.Read(views, num_threads); })));
}

}  // namespace

void BindInferencer(py::module_& module) {
  py::class_<Inferencer>(module, "Inferencer")
      .def(py::init([](const Model& model) {
        return Must(Released([&] { return Inferencer::Create(model); }));
      }))
      .def("infer32", &Infer<float>)
      .def("infer64", &Infer<double>);
  py::class_<TextReader>(module, "TextReader")
      .def(py::init([](const Model& model) { return Must(TextReader::Create(model)); }))
      .def("read", &ReadTexts);
  module.def("find_words", &FindWords);
}

}  // namespace lightlda::python
