// A model as an SQLite database. The one file that knows SQLite.
#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/printable.h"
#include "exchange/documents.h"
#include "exchange/export_directory.h"
#include "export/export_file.h"
#include "lightlda/exchange.h"

namespace lightlda {
namespace {

// Nobody sees the file before it is complete, so a journal has nothing to do.
constexpr char kSchema[] = R"(
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA encoding = 'UTF-8';
BEGIN;
CREATE TABLE model(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE topics(topic INTEGER PRIMARY KEY, alpha REAL NOT NULL, tokens INTEGER NOT NULL);
CREATE TABLE words(word_id INTEGER PRIMARY KEY, word TEXT NOT NULL, tokens INTEGER NOT NULL,
  documents INTEGER NOT NULL);
CREATE TABLE word_topic(word_id INTEGER NOT NULL REFERENCES words,
  topic INTEGER NOT NULL REFERENCES topics, count INTEGER NOT NULL, probability REAL NOT NULL,
  PRIMARY KEY(word_id, topic)) WITHOUT ROWID;
CREATE TABLE documents(document_id INTEGER PRIMARY KEY, name TEXT NOT NULL,
  tokens INTEGER NOT NULL);
CREATE TABLE doc_topic(document_id INTEGER NOT NULL REFERENCES documents,
  topic INTEGER NOT NULL REFERENCES topics, count INTEGER NOT NULL, probability REAL NOT NULL,
  PRIMARY KEY(document_id, topic)) WITHOUT ROWID;
)";

constexpr char kIndices[] = R"(
CREATE INDEX words_word ON words(word);
CREATE INDEX word_topic_topic ON word_topic(topic, probability);
CREATE INDEX documents_name ON documents(name);
CREATE INDEX doc_topic_topic ON doc_topic(topic, probability);
COMMIT;
)";

// The text as SQLite's readers take it: U+FFFD for bytes that are not UTF-8, and for NUL, which
// ends a text in some of them.
std::string ToSqlText(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string valid;
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t code_point = 0;
    const std::size_t length = DecodeUtf8(text, at, &code_point);
    if (length == 0 || code_point == 0) {
      valid += kReplacement;
      ++at;
    } else {
      valid += text.substr(at, length);
      at += length;
    }
  }
  return valid;
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// A new database. The first failure sticks. Not thread-safe.
class Database {
 public:
  explicit Database(const std::string& path) : path_(path) {
    sqlite3* database = nullptr;
    constexpr int kMode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    Check(sqlite3_open_v2(path.c_str(), &database, kMode, nullptr), database);
    database_.reset(database);
  }

  sqlite3* get() const { return database_.get(); }
  const Status& status() const { return status_; }

  void Run(const char* commands) {
    if (!status_.ok()) return;
    Check(sqlite3_exec(get(), commands, nullptr, nullptr, nullptr), get());
  }
  void Check(int code) { Check(code, get()); }

 private:
  void Check(int code, sqlite3* database) {
    if (code == SQLITE_OK || code == SQLITE_DONE || !status_.ok()) return;
    const char* reason = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    status_ = code == SQLITE_NOMEM ? Status::OutOfMemory("out of memory")
                                   : Status::CannotWrite(path_ + ": " + reason);
  }

  std::string path_;
  Status status_;
  std::unique_ptr<sqlite3, CloseDatabase> database_;
};

// An INSERT, whose values come in order. Not thread-safe; must not outlive the database.
class Insert {
 public:
  Insert(const char* command, Database* database) : database_(*database) {
    if (!database_.status().ok()) return;
    sqlite3_stmt* statement = nullptr;
    database_.Check(sqlite3_prepare_v2(database_.get(), command, -1, &statement, nullptr));
    statement_.reset(statement);
  }

  template <typename... Values>
  void Row(const Values&... values) {
    if (!database_.status().ok()) return;
    int column = 0;
    (Bind(++column, values), ...);
    database_.Check(sqlite3_step(statement_.get()));
    sqlite3_reset(statement_.get());
  }

 private:
  void Bind(int column, Count value) {
    database_.Check(sqlite3_bind_int64(statement_.get(), column, value));
  }
  void Bind(int column, double value) {
    database_.Check(sqlite3_bind_double(statement_.get(), column, value));
  }
  void Bind(int column, std::string_view text) {
    const std::string valid = ToSqlText(text);
    database_.Check(sqlite3_bind_text64(statement_.get(), column, valid.data(), valid.size(),
                                        SQLITE_TRANSIENT, SQLITE_UTF8));
  }

  Database& database_;
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

void PutModel(const Model& model, Database* database) {
  Insert setting("INSERT INTO model VALUES(?, ?)", database);
  setting.Row(std::string_view("num_topics"), Count{model.num_topics()});
  setting.Row(std::string_view("num_words"), static_cast<Count>(model.num_words()));
  setting.Row(std::string_view("num_tokens"), model.num_tokens());
  setting.Row(std::string_view("beta"), model.beta());
  setting.Row(std::string_view("model_hash"), std::string_view(model.model_hash()));
  Insert topic("INSERT INTO topics VALUES(?, ?, ?)", database);
  for (TopicId k = 0; k < model.num_topics(); ++k) {
    topic.Row(Count{k}, model.alpha()[k], model.topic_totals()[k]);
  }
}

Status PutWords(const Model& model, const ExchangeTarget& target, Database* database) {
  const Vocabulary& vocabulary = model.vocabulary();
  Insert insert("INSERT INTO words VALUES(?, ?, ?, ?)", database);
  Insert entry("INSERT INTO word_topic VALUES(?, ?, ?, ?)", database);
  for (WordId word = 0; word < vocabulary.size() && database->status().ok(); ++word) {
    LIGHTLDA_RETURN_IF_ERROR(CheckStop(target));
    insert.Row(Count{word}, vocabulary.word(word), vocabulary.frequency(word),
               vocabulary.document_frequency(word));
    for (const TopicCount& topic : model.WordRow(word)) {
      entry.Row(Count{word}, Count{topic.topic}, Count{topic.count},
                model.Probability(topic.topic, topic.count));
    }
  }
  return database->status();
}

Result<VisitedDocuments> PutDocuments(const Model& model, const Corpus& corpus,
                                      const ExchangeTarget& target, Database* database) {
  Insert insert("INSERT INTO documents VALUES(?, ?, ?)", database);
  Insert entry("INSERT INTO doc_topic VALUES(?, ?, ?, ?)", database);
  Count document = 0;
  const auto put = [&](const DocumentTopics& documents) {
    const CsrView counts = documents.counts();
    for (std::size_t row = 0; row < documents.num_documents() && database->status().ok(); ++row) {
      LIGHTLDA_RETURN_IF_ERROR(CheckStop(target));
      insert.Row(document, std::string_view(documents.names()[row]),
                 Count{documents.lengths()[row]});
      for (std::uint64_t i = counts.begins[row]; i < counts.begins[row + 1]; ++i) {
        entry.Row(document, Count{counts.topics[i]}, Count{counts.counts[i]},
                  documents.Probability(row, counts.topics[i], counts.counts[i]));
      }
      ++document;
    }
    return database->status();
  };
  return VisitDocumentTopics(model, corpus, put);
}

}  // namespace

Result<VisitedDocuments> WriteSqlite(const Model& model, const Corpus& corpus,
                                     const ExchangeTarget& target) {
  VisitedDocuments visited;
  const auto write = [&](const std::string& temporary) -> Status {
    LIGHTLDA_RETURN_IF_ERROR(RemoveFile(temporary));
    {
      Database database(temporary);
      database.Run(kSchema);
      PutModel(model, &database);
      LIGHTLDA_RETURN_IF_ERROR(PutWords(model, target, &database));
      LIGHTLDA_ASSIGN_OR_RETURN(visited, PutDocuments(model, corpus, target, &database));
      database.Run(kIndices);
      LIGHTLDA_RETURN_IF_ERROR(database.status());
    }
    return SyncFile(temporary);
  };
  LIGHTLDA_RETURN_IF_ERROR(WriteFileInPlace(target.path, target.overwrite, write));
  return visited;
}

}  // namespace lightlda
