// Corpora: open, made of arrays and of words, and preprocessed from files.
#include "lightlda/corpus.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>

#include "bindings.h"
#include "lightlda/corpus_builder.h"
#include "lightlda/preprocess.h"

namespace lightlda::python {
namespace {

using Names = std::vector<std::string>;

// Calls visit(document, words) for the documents of the corpus, block by block, in the order of the
// input within a block. words: in their own order.
Status VisitWords(const Corpus& corpus,
                  const std::function<void(DocId, std::vector<WordId>*)>& visit) {
  std::vector<WordId> word_at;
  std::vector<WordId> words;
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    word_at.resize(block->num_tokens());
    for (std::size_t word = 0; word + 1 < block->word_offsets.size(); ++word) {
      std::fill(word_at.begin() + block->word_offsets[word],
                word_at.begin() + block->word_offsets[word + 1], static_cast<WordId>(word));
    }
    for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
      words.clear();
      for (auto i = block->document_offsets[d]; i < block->document_offsets[d + 1]; ++i) {
        words.push_back(word_at[block->positions[i]]);
      }
      visit(block->document_index[d], &words);
    }
  }
  return {};
}

// The documents as rows of counts, words ascending.
struct Matrix {
  std::vector<std::int64_t> begins;
  std::vector<std::int32_t> words;
  std::vector<std::int32_t> counts;
};

Result<Matrix> ToMatrix(const Corpus& corpus) {
  const auto num_documents = static_cast<std::size_t>(corpus.num_documents());
  Matrix matrix;
  matrix.begins.assign(num_documents + 1, 0);
  const auto num_distinct = [](std::vector<WordId>* words) {
    std::ranges::sort(*words);
    std::int64_t distinct = 0;
    for (std::size_t i = 0; i < words->size(); ++i) {
      distinct += i == 0 || (*words)[i] != (*words)[i - 1] ? 1 : 0;
    }
    return distinct;
  };
  LIGHTLDA_RETURN_IF_ERROR(VisitWords(corpus, [&](DocId d, std::vector<WordId>* words) {
    matrix.begins[d + 1] = num_distinct(words);
  }));
  for (std::size_t d = 0; d < num_documents; ++d) matrix.begins[d + 1] += matrix.begins[d];
  matrix.words.resize(static_cast<std::size_t>(matrix.begins.back()));
  matrix.counts.resize(matrix.words.size());
  LIGHTLDA_RETURN_IF_ERROR(VisitWords(corpus, [&](DocId d, std::vector<WordId>* words) {
    std::ranges::sort(*words);
    auto at = static_cast<std::size_t>(matrix.begins[d]);
    for (std::size_t i = 0; i < words->size(); ++i) {
      const bool again = i > 0 && (*words)[i] == (*words)[i - 1];
      if (!again && i > 0) ++at;
      matrix.words[at] = static_cast<std::int32_t>((*words)[i]);
      ++matrix.counts[at];
    }
  }));
  return matrix;
}

// In the order of the input.
Result<Names> DocumentNames(const Corpus& corpus) {
  Names names(static_cast<std::size_t>(corpus.num_documents()));
  for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
    LIGHTLDA_ASSIGN_OR_RETURN(const auto block, corpus.OpenBlock(b));
    LIGHTLDA_ASSIGN_OR_RETURN(Names of_block, corpus.ReadDocumentNames(b));
    for (std::size_t d = 0; d < of_block.size(); ++d) {
      names[block->document_index[d]] = std::move(of_block[d]);
    }
  }
  return names;
}

py::object MetadataOf(const BlockMetadata& metadata, const MetadataField& field, std::size_t f,
                      std::uint32_t d, const std::vector<std::string>& strings) {
  switch (field.type) {
    case MetadataType::kDate:
      return Text(FormatDate({metadata.Days(f)[d], metadata.Precisions(f)[d]}));
    case MetadataType::kCategory: {
      const std::uint32_t code = metadata.Categories(f)[d];
      return code == kMissingCategory ? py::object(py::none()) : Text(strings[code]);
    }
    case MetadataType::kNumber:
      return py::float_(metadata.Numbers(f)[d]);
    case MetadataType::kText:
      return Text(metadata.Text(f, d));
    case MetadataType::kList: {
      py::list items;
      for (const std::uint32_t code : metadata.List(f, d)) items.append(Text(strings[code]));
      return items;
    }
  }
  return py::none();
}

// {field: [num_documents]}, documents in the order of the input.
py::dict Metadata(const Corpus& corpus) {
  const auto fields = corpus.metadata_fields();
  const auto num_documents = static_cast<std::size_t>(corpus.num_documents());
  std::vector<py::list> columns;
  for (std::size_t f = 0; f < fields.size(); ++f) columns.emplace_back(num_documents);
  if (!fields.empty()) {
    const auto strings = Must(corpus.ReadMetadataValues());
    for (std::size_t b = 0; b < corpus.blocks().size(); ++b) {
      const auto block = Must(corpus.OpenBlock(b));
      const BlockMetadata metadata = Must(corpus.ReadMetadata(b));
      for (std::uint32_t d = 0; d < block->num_documents(); ++d) {
        for (std::size_t f = 0; f < fields.size(); ++f) {
          columns[f][block->document_index[d]] = MetadataOf(metadata, fields[f], f, d, strings[f]);
        }
      }
    }
  }
  py::dict all;
  for (std::size_t f = 0; f < fields.size(); ++f) all[Text(fields[f].name)] = columns[f];
  return all;
}

// -- corpora of arrays

// An entry of a matrix of counts, which must be a whole number from 0.
template <typename Value>
Status CountOf(Value value, std::size_t row, std::int64_t column, std::uint32_t* count) {
  constexpr double kMost = 2147483647;
  const auto number = static_cast<double>(value);
  if (number >= 0 && number <= kMost && number == std::floor(number)) {
    *count = static_cast<std::uint32_t>(number);
    return {};
  }
  std::array<char, 32> shown{};
  (void)std::snprintf(shown.data(), shown.size(), "%.6g", number);
  return Status::BadInput("row " + std::to_string(row) + ", column " + std::to_string(column) +
                          ": expected a count, a whole number from 0 to 2147483647, found " +
                          shown.data());
}

// A borrowed matrix in compressed rows.
template <typename Column, typename Value>
struct Rows {
  std::span<const std::int64_t> begins;
  std::span<const Column> columns;
  std::span<const Value> values;

  Status Check(const Names& names) const {
    const auto entries = static_cast<std::int64_t>(std::min(columns.size(), values.size()));
    if (begins.empty() || begins.front() != 0 || begins.back() > entries ||
        !std::ranges::is_sorted(begins)) {
      return Status::BadInput("the matrix is no CSR matrix: `indptr` does not ascend from 0 to " +
                              std::to_string(entries));
    }
    if (names.empty() || names.size() + 1 == begins.size()) return {};
    return Status::BadInput("expected a name for each of " + std::to_string(begins.size() - 1) +
                            " documents, found " + std::to_string(names.size()));
  }

  Status AddTo(CorpusBuilder* builder, const Names& names) const {
    LIGHTLDA_RETURN_IF_ERROR(Check(names));
    const auto num_words = static_cast<std::int64_t>(builder->num_words());
    std::vector<WordCount> document;
    for (std::size_t row = 0; row + 1 < begins.size(); ++row) {
      document.clear();
      for (std::int64_t i = begins[row]; i < begins[row + 1]; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto column = static_cast<std::int64_t>(columns[at]);
        WordCount entry;
        LIGHTLDA_RETURN_IF_ERROR(CountOf(values[at], row, column, &entry.count));
        if (column < 0 || column >= num_words) {
          return Status::BadInput("row " + std::to_string(row) + ": column " +
                                  std::to_string(column) + " of " + std::to_string(num_words));
        }
        entry.word = static_cast<WordId>(column);
        if (entry.count > 0) document.push_back(entry);
      }
      LIGHTLDA_RETURN_IF_ERROR(
          builder->AddCounts(names.empty() ? std::to_string(row) : names[row], document));
    }
    return {};
  }
};

// Nothing is copied: the matrix is read where it is, document by document.
template <typename Column, typename Value>
Corpus CorpusFromCsr(const Contiguous<std::int64_t>& begins, const Contiguous<Column>& columns,
                     const Contiguous<Value>& values, Names words, const Names& names,
                     std::uint64_t seed) {
  const Rows<Column, Value> rows = {SpanOf(begins), SpanOf(columns), SpanOf(values)};
  return Must(Released([&]() -> Result<Corpus> {
    LIGHTLDA_ASSIGN_OR_RETURN(CorpusBuilder builder,
                              CorpusBuilder::WithVocabulary(std::move(words), {.seed = seed}));
    LIGHTLDA_RETURN_IF_ERROR(rows.AddTo(&builder, names));
    return std::move(builder).Build();
  }));
}

// Of one type of columns: for all types of values. Arrays of other types are refused, not copied.
template <typename Column>
void BindCsr(py::module_& module) {
  const auto bind = [&](auto function) {
    module.def("corpus_from_csr", function, py::arg("begins").noconvert(),
               py::arg("columns").noconvert(), py::arg("values").noconvert(), py::arg("words"),
               py::arg("names"), py::arg("seed"));
  };
  bind(&CorpusFromCsr<Column, std::int64_t>);
  bind(&CorpusFromCsr<Column, std::int32_t>);
  bind(&CorpusFromCsr<Column, double>);
  bind(&CorpusFromCsr<Column, float>);
}

// -- files

py::dict Summary(const PreprocessSummary& summary) {
  py::dict all;
  all["num_documents"] = summary.num_documents;
  all["num_empty_documents"] = summary.num_empty_documents;
  all["num_words"] = summary.num_words;
  all["num_tokens"] = summary.num_tokens;
  all["num_held_out_documents"] = summary.num_held_out_documents;
  all["seconds"] = summary.seconds;
  all["notes"] = summary.notes;
  all["dropped_tokens"] = summary.dropped_tokens;
  all["dropped_words"] = summary.dropped_words;
  return all;
}

void BindPreprocess(py::module_& module) {
  py::class_<PreprocessConfig>(module, "PreprocessConfig")
      .def(py::init<>())
      .def_readwrite("inputs", &PreprocessConfig::inputs)
      .def_readwrite("output", &PreprocessConfig::output)
      .def_readwrite("overwrite", &PreprocessConfig::overwrite)
      .def_readwrite("vocab_file", &PreprocessConfig::vocab_file)
      .def_readwrite("text_field", &PreprocessConfig::text_field)
      .def_readwrite("id_field", &PreprocessConfig::id_field)
      .def_readwrite("metadata_fields", &PreprocessConfig::metadata_fields)
      .def_readwrite("min_df", &PreprocessConfig::min_df)
      .def_readwrite("max_df", &PreprocessConfig::max_df)
      .def_readwrite("max_vocab", &PreprocessConfig::max_vocab)
      .def_readwrite("stopwords", &PreprocessConfig::stopwords)
      .def_readwrite("stemmer", &PreprocessConfig::stemmer)
      .def_readwrite("min_token_length", &PreprocessConfig::min_token_length)
      .def_readwrite("max_line_bytes", &PreprocessConfig::max_line_bytes)
      .def_readwrite("seed", &PreprocessConfig::seed)
      .def_readwrite("num_threads", &PreprocessConfig::num_threads)
      .def_property(
          "format", [](const PreprocessConfig& c) { return FormatName(c.format); },
          [](PreprocessConfig& c, const std::string& name) {
            c.format = Must(ParseInputFormat(name));
          });
  module.def("preprocess", [](const PreprocessConfig& config) {
    return Summary(
        Must(Interruptible([&](StopToken stop) { return Preprocess(config, nullptr, stop); })));
  });
}

void BindBuilder(py::module_& module) {
  py::class_<CorpusBuilder>(module, "CorpusBuilder")
      .def(py::init([](std::uint64_t seed) { return CorpusBuilder({.seed = seed}); }))
      .def("add_words",
           [](CorpusBuilder& builder, const std::string& name,
              const std::vector<std::string>& words) { Must(builder.AddWords(name, words)); })
      .def("build", [](CorpusBuilder& builder) {
        return Must(Released([&] { return std::move(builder).Build(); }));
      });
  BindCsr<std::int32_t>(module);
  BindCsr<std::int64_t>(module);
}

}  // namespace

void BindCorpus(py::module_& module) {
  BindPreprocess(module);
  BindBuilder(module);
  py::class_<Corpus>(module, "Corpus")
      .def_static("open",
                  [](const std::string& directory) {
                    return Must(Released([&] { return Corpus::Open(directory); }));
                  })
      .def("save",
           [](const Corpus& corpus, const std::string& directory, bool overwrite) {
             Must(Released([&] { return corpus.Save(directory, overwrite); }));
           })
      .def_property_readonly("directory", [](const Corpus& c) { return Text(c.directory()); })
      .def_property_readonly("num_documents", &Corpus::num_documents)
      .def_property_readonly("num_tokens", &Corpus::num_tokens)
      .def_property_readonly("num_words", &Corpus::num_words)
      .def_property_readonly("checksum", &Corpus::checksum)
      .def_property_readonly("text_pipeline", &Corpus::text_pipeline)
      .def("words", [](const Corpus& c) { return TextList(c.vocabulary().words()); })
      .def_property_readonly("word_frequencies",
                             [](const py::object& self) {
                               const auto& corpus = self.cast<const Corpus&>();
                               return View<std::int64_t>(corpus.vocabulary().frequencies(), self);
                             })
      .def_property_readonly("document_frequencies",
                             [](const py::object& self) {
                               const auto& corpus = self.cast<const Corpus&>();
                               return View<std::int64_t>(corpus.vocabulary().document_frequencies(),
                                                         self);
                             })
      .def("document_names",
           [](const Corpus& c) {
             return TextList(Must(Released([&] { return DocumentNames(c); })));
           })
      .def("to_csr",
           [](const Corpus& c) {
             Matrix matrix = Must(Released([&] { return ToMatrix(c); }));
             return py::make_tuple(Array(std::move(matrix.begins)), Array(std::move(matrix.words)),
                                   Array(std::move(matrix.counts)));
           })
      .def("metadata", &Metadata)
      .def("metadata_types", [](const Corpus& c) {
        py::dict types;
        for (const MetadataField& field : c.metadata_fields()) {
          types[Text(field.name)] = Text(MetadataTypeName(field.type));
        }
        return types;
      });
}

}  // namespace lightlda::python
