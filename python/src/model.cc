// Models: load, save, tables as arrays, words of topics, topics of documents, labels.
#include "lightlda/model.h"

#include <cstdint>

#include "bindings.h"
#include "lightlda/document_topics.h"
#include "lightlda/exports.h"
#include "lightlda/labels.h"
#include "lightlda/merge_topics.h"
#include "lightlda/word_weights.h"

namespace lightlda::python {
namespace {

const Model& ModelOf(const py::object& self) { return self.cast<const Model&>(); }

// (indptr, indices, data) of a matrix that lives as long as owner.
py::tuple CsrArrays(const CsrView& matrix, const py::object& owner) {
  return py::make_tuple(View<std::int64_t>(matrix.begins, owner),
                        View<std::int32_t>(matrix.topics, owner),
                        View<std::int32_t>(matrix.counts, owner));
}

Model FromTables(std::vector<std::string> words, const Contiguous<std::uint64_t>& begins,
                 const Contiguous<std::uint32_t>& topics, const Contiguous<std::uint32_t>& counts,
                 std::vector<double> alpha, double beta, std::string text_pipeline) {
  ModelTables tables;
  tables.words = std::move(words);
  tables.word_topic = {SpanOf(begins), SpanOf(topics), SpanOf(counts)};
  tables.alpha = std::move(alpha);
  tables.beta = beta;
  tables.text_pipeline = std::move(text_pipeline);
  return Must(Released([&] { return Model::FromTables(tables); }));
}

template <typename T>
py::array_t<T> Phi(const Model& model, int num_threads) {
  py::array_t<T> phi(
      {static_cast<py::ssize_t>(model.num_topics()), static_cast<py::ssize_t>(model.num_words())});
  const std::span<T> out(phi.mutable_data(), static_cast<std::size_t>(phi.size()));
  Released([&] { model.FillPhi(out, num_threads); });
  return phi;
}

py::dict Progress(const Model& model) {
  const ModelProgress& progress = model.progress();
  py::dict all;
  all["iteration"] = progress.iteration;
  all["num_iterations"] = progress.num_iterations;
  all["complete"] = progress.complete;
  all["active_documents"] = progress.active_documents;
  all["active_tokens"] = progress.active_tokens;
  all["work"] = progress.work;
  all["seconds"] = progress.seconds;
  all["log_likelihood_per_token"] = progress.log_likelihood_per_token;
  return all;
}

WordWeight ParseWeight(const std::string& name) {
  for (const WordWeight weight : {WordWeight::kProbability, WordWeight::kRelevance,
                                  WordWeight::kFrex, WordWeight::kLift, WordWeight::kScore}) {
    if (name == NameOf(weight)) return weight;
  }
  throw StatusError(Status::Usage(
      "`weight`: expected probability, relevance, frex, lift or score, found " + name));
}

// [num_topics] lists of (word, weight, probability, count).
py::list TopWordsOf(const Model& model, std::size_t n, const std::string& weight, double lambda,
                    double frex_weight, Count min_count) {
  WordWeightOptions options;
  options.weight = ParseWeight(weight);
  options.lambda = lambda;
  options.frex_weight = frex_weight;
  options.min_count = min_count;
  const auto topics = Must(Released([&] { return TopWords(model, n, options); }));
  py::list all;
  for (const auto& words : topics) {
    py::list topic;
    for (const WeightedWord& word : words) {
      topic.append(py::make_tuple(Text(model.vocabulary().word(word.word)), word.weight,
                                  word.probability, word.count));
    }
    all.append(topic);
  }
  return all;
}

py::str Summary(const Model& model, std::size_t top_words) {
  std::string text;
  ExportOptions options;
  options.top_words = top_words;
  Must(ExportSummary(model, options, [&](std::string_view piece) {
    text += piece;
    return Status();
  }));
  return Text(text);
}

py::tuple Merge(const Model& model, const std::vector<std::vector<TopicId>>& groups) {
  MergedModel merged = Must(Released([&] { return MergeTopics(model, groups); }));
  return py::make_tuple(std::move(merged.model), merged.new_topics);
}

void BindViews(py::class_<Model>* model) {
  model
      ->def_property_readonly(
          "alpha", [](const py::object& self) { return View<double>(ModelOf(self).alpha(), self); })
      .def_property_readonly("topic_totals",
                             [](const py::object& self) {
                               return View<std::int64_t>(ModelOf(self).topic_totals(), self);
                             })
      .def_property_readonly("word_frequencies",
                             [](const py::object& self) {
                               return View<std::int64_t>(ModelOf(self).vocabulary().frequencies(),
                                                         self);
                             })
      .def("word_topic",
           [](const py::object& self) {
             const Model& of = ModelOf(self);
             return CsrArrays(Released([&] { return of.WordTopic(); }), self);
           })
      .def("phi32", &Phi<float>)
      .def("phi64", &Phi<double>);
}

// -- documents

template <typename T>
py::array_t<T> Theta(const DocumentTopics& documents) {
  py::array_t<T> theta({static_cast<py::ssize_t>(documents.num_documents()),
                        static_cast<py::ssize_t>(documents.num_topics())});
  const std::span<T> out(theta.mutable_data(), static_cast<std::size_t>(theta.size()));
  Released([&] { documents.FillTheta(out); });
  return theta;
}

// (begins [D + 1], words, topics) of the tokens, document by document, each in its own order.
py::tuple Assignments(const Model& model, const Corpus& corpus) {
  std::vector<std::int64_t> begins = {0};
  std::vector<std::int32_t> words;
  std::vector<std::int32_t> topics;
  (void)Must(Released([&] {
    return VisitDocuments(model, corpus, [&](const AssignedDocument& document) {
      words.insert(words.end(), document.words.begin(), document.words.end());
      topics.insert(topics.end(), document.topics.begin(), document.topics.end());
      begins.push_back(static_cast<std::int64_t>(words.size()));
      return Status();
    });
  }));
  return py::make_tuple(Array(std::move(begins)), Array(std::move(words)),
                        Array(std::move(topics)));
}

void BindDocuments(py::module_& module) {
  module.def("assignments", &Assignments);
  const auto of = [](const py::object& self) -> const DocumentTopics& {
    return self.cast<const DocumentTopics&>();
  };
  py::class_<DocumentTopics>(module, "DocumentTopics")
      .def_static("read",
                  [](const Model& model, const Corpus& corpus) {
                    return Must(Released([&] { return DocumentTopics::Read(model, corpus); }));
                  })
      .def_property_readonly("num_inactive", &DocumentTopics::num_inactive)
      .def_property_readonly(
          "documents",
          [of](const py::object& self) { return View<std::int64_t>(of(self).documents(), self); })
      .def_property_readonly(
          "lengths",
          [of](const py::object& self) { return View<std::int32_t>(of(self).lengths(), self); })
      .def("names", [](const DocumentTopics& d) { return TextList(d.names()); })
      .def("counts", [of](const py::object& self) { return CsrArrays(of(self).counts(), self); })
      .def("theta32", &Theta<float>)
      .def("theta64", &Theta<double>);
}

// -- labels

void BindLabels(py::module_& module) {
  module.def("read_labels", [](const Model& model, const std::string& directory) {
    const TopicLabels labels = Must(ReadLabels(directory));
    if (!labels.model_hash.empty()) Must(CheckLabels(labels, model));
    return labels.labels;
  });
  module.def("write_labels", [](const Model& model, const std::string& directory,
                                const std::map<TopicId, std::string>& names) {
    TopicLabels labels = Must(ReadLabels(directory));
    labels.model_hash = model.model_hash();
    labels.labels = names;
    Must(CheckLabels(labels, model));
    Must(WriteLabels(directory, labels));
  });
  module.def("automatic_labels", [](const Model& model) {
    return TextList(Must(Released([&] { return AutomaticLabels(model); })));
  });
}

}  // namespace

void BindModel(py::module_& module) {
  py::class_<Model> model(module, "Model");
  model
      .def_static("load",
                  [](const std::string& directory) {
                    return Must(Released([&] { return Model::Load(directory, true); }));
                  })
      .def_static("from_tables", &FromTables)
      .def("save",
           [](const Model& m, const std::string& directory, bool overwrite) {
             Must(Released([&] { return m.Save(directory, overwrite); }));
           })
      .def_property_readonly("num_topics", &Model::num_topics)
      .def_property_readonly("num_words", &Model::num_words)
      .def_property_readonly("num_tokens", &Model::num_tokens)
      .def_property_readonly("beta", &Model::beta)
      .def_property_readonly("model_hash", &Model::model_hash)
      .def_property_readonly("corpus_directory",
                             [](const Model& m) { return Text(m.corpus_directory()); })
      .def_property_readonly("corpus_checksum", &Model::corpus_checksum)
      .def_property_readonly("text_pipeline", &Model::text_pipeline)
      .def_property_readonly("load_warning", [](const Model& m) { return Text(m.load_warning()); })
      .def_property_readonly("manifest", [](const Model& m) { return Text(m.manifest()); })
      .def("words", [](const Model& m) { return TextList(m.vocabulary().words()); })
      .def("progress", &Progress)
      .def("top_words", &TopWordsOf)
      .def("summary", &Summary)
      .def("merge_topics", &Merge);
  BindViews(&model);
  BindDocuments(module);
  BindLabels(module);
}

}  // namespace lightlda::python
