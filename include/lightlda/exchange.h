// Models in the formats of other tools: NumPy, Matrix Market, LDAvis, Mallet, Microsoft LightLDA,
// LDA-C, gensim, SQLite. docs/exchange.md has a section for each tool; lightlda/import.h is the way
// in.
//
// K is num_topics, V num_words; D are the documents that have topics, in input order: those that
// had none yet when the run stopped (growth) are left out, in all exports alike, and counted.
//
// Names of words and documents may hold any bytes. Where a format has lines and fields, a tab is
// \t, a line end \n or \r, a backslash two of them, any other control character \xHH, and a space
// \x20 if spaces separate the fields; other bytes go as they are. JSON and SQLite have U+FFFD for
// bytes that are not UTF-8.
//
// All calls: from any thread, and any number of them at once. Errors: kBadInput, also if the model
// was trained on another corpus; the sink's; of files and directories kCannotWrite, and kCancelled
// when the stop is requested, both with nothing left behind.
#ifndef LIGHTLDA_EXCHANGE_H_
#define LIGHTLDA_EXCHANGE_H_

#include <cstddef>
#include <string>

#include "lightlda/corpus.h"
#include "lightlda/diagnostics.h"
#include "lightlda/document_topics.h"
#include "lightlda/export.h"
#include "lightlda/exports.h"
#include "lightlda/model.h"
#include "lightlda/status.h"
#include "lightlda/stop.h"

namespace lightlda {

// Where a file or directory is put that is there complete or not at all. An existing file is
// replaced only with `overwrite`; an existing directory only if an export wrote it, and all in it,
// too (docs/formats.md#what-may-be-destroyed).
struct ExchangeTarget {
  std::string path;
  bool overwrite = false;
  StopToken stop = {};
};

// Names, one per line: words by id, [V]; documents, [D].
LIGHTLDA_EXPORT Status ExportWordNames(const Model& model, const ExportSink& sink);
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportDocumentNames(const Model& model,
                                                             const Corpus& corpus,
                                                             const ExportSink& sink);

// NumPy's .npy, format 1.0, little-endian, C order. kAuto: float32 for probabilities, int32 for
// counts. Errors: kUsage, naming `dtype`, for integers asked of probabilities or the reverse.
enum class NpyType { kAuto, kFloat32, kFloat64, kInt32, kInt64 };
// phi, [K x V], as Model::Probability. Memory: 8 bytes per entry of the table, and a row.
LIGHTLDA_EXPORT Status ExportPhiNpy(const Model& model, NpyType dtype, const ExportSink& sink);
// n_kw, [K x V]. Memory: likewise.
LIGHTLDA_EXPORT Status ExportCountsNpy(const Model& model, NpyType dtype, const ExportSink& sink);
// theta, [D x K]. Memory: a block of the corpus.
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportThetaNpy(const Model& model, const Corpus& corpus,
                                                        NpyType dtype, const ExportSink& sink);

// Matrix Market, coordinate integer general, rows ascending, then columns. Documents are read
// twice. Memory: a row, or a block of the corpus.
// n_wk, [V x K].
LIGHTLDA_EXPORT Status ExportWordTopicMatrix(const Model& model, const ExportSink& sink);
// n_dk, [D x K].
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportDocumentTopicMatrix(const Model& model,
                                                                   const Corpus& corpus,
                                                                   const ExportSink& sink);
// How often a document has a word, [D x V].
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportCorpusMatrix(const Model& model,
                                                            const Corpus& corpus,
                                                            const ExportSink& sink);

// Mallet's state: "#doc source pos typeindex type topic", alpha, beta, then a line per token. Doc
// is the row among D; source its name, "NA" if that is empty. Where a name or word is escaped, a
// fourth line beginning with # says so. Documents without tokens and words without have no line.
// Memory: a block of the corpus.
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportMalletState(const Model& model, const Corpus& corpus,
                                                           const ExportSink& sink);
// The same as the gzip file that Mallet reads.
LIGHTLDA_EXPORT Result<VisitedDocuments> WriteMalletState(const Model& model, const Corpus& corpus,
                                                          const ExchangeTarget& target);
// "topic<TAB>alpha<TAB>words", the most probable words first.
LIGHTLDA_EXPORT Status ExportMalletKeys(const Model& model, std::size_t top_words,
                                        const ExportSink& sink);
// "doc<TAB>name<TAB>theta_0<TAB>theta_1 ...".
LIGHTLDA_EXPORT Result<VisitedDocuments> ExportMalletDocTopics(const Model& model,
                                                               const Corpus& corpus,
                                                               const ExportSink& sink);

// Mallet's diagnostics file, XML: of each topic tokens, document_entropy, uniform_dist,
// corpus_dist, eff_num_words, rank_1_docs (of the topic's documents, the share in which it has most
// tokens) and exclusivity, as DiagnoseTopics has them, what it does not know left out; then its
// most probable words with rank, count, prob (count / n_k) and cumulative.
LIGHTLDA_EXPORT Status ExportMalletDiagnostics(const Model& model, const Diagnostics& diagnostics,
                                               std::size_t top_words, const ExportSink& sink);

// The arrays of pyLDAvis.prepare as .npy (topic_term_dists [K x V], doc_topic_dists [D x K],
// doc_lengths [D], term_frequency [V]) with vocab.txt, and ldavis.json, what the LDAvis page shows,
// with prepare's defaults: 30 words per topic, lambda in steps of 0.01, topics by size, numbered
// from 1, placed by principal coordinates of their Jensen-Shannon divergence. Documents without
// tokens are left out here. 0 threads: one per core. Memory: V x 8 bytes, K x K x 8, and the table.
LIGHTLDA_EXPORT Result<VisitedDocuments> WriteLdavis(const Model& model, const Corpus& corpus,
                                                     const ExchangeTarget& target,
                                                     int num_threads = 0);

// Microsoft LightLDA's files: server_0_table_0.model, server_0_table_1.model, and for every block
// of the corpus block.N and vocab.N (binary), vocab.N.txt and doc_topic.N; beside them dict.txt, as
// dump_binary takes it. Tokens of a document are sorted by word, as LightLDA needs them.
LIGHTLDA_EXPORT Result<VisitedDocuments> WriteMicrosoftFiles(const Model& model,
                                                             const Corpus& corpus,
                                                             const ExchangeTarget& target);

// LDA-C's files: corpus.dat, vocab.txt, documents.txt, final.beta (log phi), final.gamma
// (n_dk + alpha_k) and final.other, whose one alpha is the mean of ours.
LIGHTLDA_EXPORT Result<VisitedDocuments> WriteLdaC(const Model& model, const Corpus& corpus,
                                                   const ExchangeTarget& target);

// What a gensim LdaModel is made of, float64: sstats.npy (n_kw, [K x V]), expElogbeta.npy ([K x
// V]: exp(digamma(n_kw + beta) - digamma(n_k + beta V))), alpha.npy [K], eta.npy [1] and vocab.txt.
// docs/exchange.md has the Python lines that make it.
LIGHTLDA_EXPORT Status WriteGensim(const Model& model, const ExchangeTarget& target);

// An SQLite database with the tables model, topics, words, word_topic, documents and doc_topic,
// indexed both ways.
LIGHTLDA_EXPORT Result<VisitedDocuments> WriteSqlite(const Model& model, const Corpus& corpus,
                                                     const ExchangeTarget& target);

}  // namespace lightlda

#endif  // LIGHTLDA_EXCHANGE_H_
