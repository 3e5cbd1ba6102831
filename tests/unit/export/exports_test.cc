// Exports say what the model holds, in every format, documents in input order.
#include "lightlda/exports.h"

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "unit/model/model_test_util.h"

namespace lightlda {
namespace {

using testing::ReadText;
using testing::SampleModel;
using Lines = std::vector<std::string>;

Lines Split(const std::string& text, char separator) {
  Lines parts;
  std::stringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

// What `write` writes, as lines; the last one must be complete.
Lines Export(const std::function<Status(const ExportSink&)>& write) {
  std::string text;
  REQUIRE(write([&](std::string_view piece) {
            text += piece;
            return Status();
          }).ok());
  REQUIRE((!text.empty() && text.back() == '\n'));
  return Split(text, '\n');
}

// An export's status; what it visited goes to *documents.
Status Keep(const Result<VisitedDocuments>& result, VisitedDocuments* documents) {
  if (result.ok()) *documents = result.value();
  return result.status();
}

Model Load(const SampleModel& sample) {
  auto model = Model::Load(sample.path());
  REQUIRE(model.ok());
  return std::move(model).value();
}

// The topics of every token of every document of the input, by the document's index.
std::map<DocId, std::vector<TopicId>> TopicsByDocument(SampleModel& sample) {
  std::map<DocId, std::vector<TopicId>> topics;
  for (std::size_t b = 0; b < sample.corpus().blocks().size(); ++b) {
    auto block = sample.corpus().OpenBlock(b);
    REQUIRE(block.ok());
    for (std::uint32_t d = 0; d < (*block)->num_documents(); ++d) {
      auto& of_document = topics[(*block)->document_index[d]];
      for (auto i = (*block)->document_offsets[d]; i < (*block)->document_offsets[d + 1]; ++i) {
        of_document.push_back(sample.state().topics(b)[(*block)->positions[i]]);
      }
    }
  }
  return topics;
}

TEST_CASE("assignments as text follow the input, document by document, token by token",
          "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  VisitedDocuments documents;
  const Lines lines = Export([&](const ExportSink& sink) {
    return Keep(ExportAssignments(model, sample.corpus(), {}, sink), &documents);
  });
  const auto input = testing::SampleDocuments(60, 30);
  const auto topics = TopicsByDocument(sample);
  REQUIRE(lines.size() == input.size());
  CHECK(documents.visited == 60);
  CHECK(documents.inactive == 0);
  for (std::size_t d = 0; d < input.size(); ++d) {
    std::string expected = input[d].name + "\t";
    for (std::size_t i = 0; i < input[d].words.size(); ++i) {
      if (i > 0) expected += ' ';
      expected += std::to_string(input[d].words[i]) + ":" + std::to_string(topics.at(d)[i]);
    }
    CHECK(lines[d] == expected);
  }
}

TEST_CASE("assignments as JSON give words by name and topics", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  VisitedDocuments documents;
  ExportOptions options;
  options.format = ExportFormat::kJson;
  const Lines lines = Export([&](const ExportSink& sink) {
    return Keep(ExportAssignments(model, sample.corpus(), options, sink), &documents);
  });
  const auto input = testing::SampleDocuments(60, 30);
  const auto topics = TopicsByDocument(sample);
  REQUIRE(lines.size() == input.size());
  for (std::size_t d = 0; d < input.size(); ++d) {
    const auto json = nlohmann::json::parse(lines[d]);
    CHECK(json.at("document") == input[d].name);
    CHECK(json.at("topics") == nlohmann::json(topics.at(d)));
    REQUIRE(json.at("words").size() == input[d].words.size());
    for (std::size_t i = 0; i < input[d].words.size(); ++i) {
      CHECK(json.at("words")[i] == "word" + std::to_string(input[d].words[i]));
    }
  }
}

TEST_CASE("documents that were not active are left out and counted", "[export]") {
  SampleModel sample(5, /*active_level=*/2);
  const Model model = Load(sample);
  std::map<DocId, bool> active;
  for (std::size_t b = 0; b < sample.corpus().blocks().size(); ++b) {
    auto block = sample.corpus().OpenBlock(b);
    REQUIRE(block.ok());
    for (std::uint32_t d = 0; d < (*block)->num_documents(); ++d) {
      active[(*block)->document_index[d]] = (*block)->levels[d] >= 2;
    }
  }
  Lines expected;
  for (const auto& [document, is_active] : active) {
    if (is_active) expected.push_back("doc-" + std::to_string(document));
  }
  for (const bool assignments : {true, false}) {
    VisitedDocuments documents;
    const Lines lines = Export([&](const ExportSink& sink) {
      return assignments ? Keep(ExportAssignments(model, sample.corpus(), {}, sink), &documents)
                         : Keep(ExportDocumentTopics(model, sample.corpus(), {}, sink), &documents);
    });
    Lines names;
    for (const std::string& line : lines) names.push_back(line.substr(0, line.find('\t')));
    CHECK(names == expected);
    CHECK(documents.visited == static_cast<Count>(expected.size()));
    CHECK(documents.inactive == static_cast<Count>(60 - expected.size()));
    CHECK(documents.inactive > 0);
  }
}

TEST_CASE("topic mixtures are (n_dk + alpha_k) / (n_d + alpha_sum) and add up to 1", "[export]") {
  SampleModel sample;
  sample.state().snapshot().priors.alpha = {0.1, 0.2, 0.3, 0.4, 0.5};
  REQUIRE(SaveModel(sample.path(), sample.state().snapshot()).ok());
  const Model model = Load(sample);
  const auto topics = TopicsByDocument(sample);
  ExportOptions options;
  options.dense = true;
  for (const ExportFormat format : {ExportFormat::kCsv, ExportFormat::kTsv}) {
    options.format = format;
    VisitedDocuments documents;
    const Lines lines = Export([&](const ExportSink& sink) {
      return Keep(ExportDocumentTopics(model, sample.corpus(), options, sink), &documents);
    });
    REQUIRE(lines.size() == 61);
    const char separator = format == ExportFormat::kCsv ? ',' : '\t';
    CHECK(Split(lines[0], separator) ==
          Lines{"document", "topic_0", "topic_1", "topic_2", "topic_3", "topic_4"});
    for (std::size_t d = 0; d < 60; ++d) {
      const Lines fields = Split(lines[d + 1], separator);
      REQUIRE(fields.size() == 6);
      CHECK(fields[0] == "doc-" + std::to_string(d));
      double sum = 0;
      for (TopicId topic = 0; topic < 5; ++topic) {
        const auto count = std::ranges::count(topics.at(d), topic);
        const double length = static_cast<double>(topics.at(d).size());
        const double expected = (static_cast<double>(count) + 0.1 * (topic + 1)) / (length + 1.5);
        CHECK(std::stod(fields[topic + 1]) == Approx(expected).epsilon(1e-14));
        sum += std::stod(fields[topic + 1]);
      }
      CHECK(sum == Approx(1.0).epsilon(1e-12));
    }
  }
}

TEST_CASE("sparse mixtures list the topics above the cut, most probable first", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  const auto topics = TopicsByDocument(sample);
  for (const double cut : {0.0, 0.05, 0.3}) {
    ExportOptions options;
    options.min_probability = cut;
    VisitedDocuments documents;
    const auto export_as = [&](ExportFormat format) {
      options.format = format;
      return Export([&](const ExportSink& sink) {
        return Keep(ExportDocumentTopics(model, sample.corpus(), options, sink), &documents);
      });
    };
    const Lines text = export_as(ExportFormat::kText);
    const Lines json = export_as(ExportFormat::kJson);
    const Lines csv = export_as(ExportFormat::kCsv);
    CHECK(csv[0] == "document,topic,probability,count,share");
    std::size_t csv_line = 1;
    for (std::size_t d = 0; d < 60; ++d) {
      std::vector<std::pair<double, TopicId>> expected;
      for (TopicId topic = 0; topic < 5; ++topic) {
        const double count = static_cast<double>(std::ranges::count(topics.at(d), topic));
        const double theta = (count + 0.1) / (static_cast<double>(topics.at(d).size()) + 0.5);
        if (theta >= cut) expected.emplace_back(-theta, topic);
      }
      std::ranges::sort(expected);
      const auto parsed = nlohmann::json::parse(json[d]);
      CHECK(parsed.at("tokens") == topics.at(d).size());
      REQUIRE(parsed.at("topics").size() == expected.size());
      const Lines fields = Split(text[d], '\t');
      CHECK(fields[0] == "doc-" + std::to_string(d));
      const Lines listed = fields.size() > 1 ? Split(fields[1], ' ') : Lines();
      REQUIRE(listed.size() == expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto [probability, topic] = expected[i];
        const auto count = std::ranges::count(topics.at(d), topic);
        CHECK(parsed.at("topics")[i].at("topic") == topic);
        CHECK(parsed.at("topics")[i].at("count") == count);
        CHECK(parsed.at("topics")[i].at("probability").get<double>() ==
              Approx(-probability).epsilon(1e-14));
        const Lines parts = Split(listed[i], ':');
        CHECK(parts[0] == std::to_string(topic));
        CHECK(std::stod(parts[1]) == Approx(-probability).epsilon(1e-3));
        REQUIRE(csv_line < csv.size());
        const Lines row = Split(csv[csv_line++], ',');
        CHECK(row[0] == fields[0]);
        CHECK(row[1] == std::to_string(topic));
        CHECK(row[3] == std::to_string(count));
        const double length = std::max(1.0, static_cast<double>(topics.at(d).size()));
        CHECK(std::stod(row[4]) == Approx(static_cast<double>(count) / length).epsilon(1e-14));
      }
    }
    CHECK(csv_line == csv.size());
  }
}

TEST_CASE("word_topic has one line per word as text and all counts in every format", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  const auto export_as = [&](ExportFormat format) {
    ExportOptions options;
    options.format = format;
    return Export([&](const ExportSink& sink) { return ExportWordTopic(model, options, sink); });
  };
  const Lines text = export_as(ExportFormat::kText);
  const Lines json = export_as(ExportFormat::kJson);
  const Lines tsv = export_as(ExportFormat::kTsv);
  REQUIRE(text.size() == 30);
  REQUIRE(json.size() == 30);
  CHECK(tsv[0] == "word\ttopic\tcount\tprobability");
  std::size_t tsv_line = 1;
  for (WordId word = 0; word < 30; ++word) {
    std::string expected = std::to_string(word);
    const auto parsed = nlohmann::json::parse(json[word]);
    CHECK(parsed.at("word") == "word" + std::to_string(word));
    CHECK(parsed.at("word_id") == word);
    std::size_t i = 0;
    for (const TopicCount& entry : model.WordRow(word)) {
      expected += " " + std::to_string(entry.topic) + ":" + std::to_string(entry.count);
      CHECK(parsed.at("topics").at(i).at("topic") == entry.topic);
      CHECK(parsed.at("topics").at(i).at("count") == entry.count);
      CHECK(parsed.at("topics").at(i++).at("probability").get<double>() ==
            model.Probability(entry.topic, entry.count));
      const Lines row = Split(tsv.at(tsv_line++), '\t');
      CHECK(row[0] == "word" + std::to_string(word));
      CHECK(row[1] == std::to_string(entry.topic));
      CHECK(row[2] == std::to_string(entry.count));
      CHECK(std::stod(row[3]) == model.Probability(entry.topic, entry.count));
    }
    CHECK(text[word] == expected);
    CHECK(parsed.at("topics").size() == i);
  }
  CHECK(tsv_line == tsv.size());
}

TEST_CASE("topics list their most probable words in every format", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  const auto top = model.TopWords(3);
  ExportOptions options;
  options.top_words = 3;
  const auto export_as = [&](ExportFormat format) {
    options.format = format;
    return Export([&](const ExportSink& sink) { return ExportTopics(model, options, sink); });
  };
  const Lines text = export_as(ExportFormat::kText);
  const Lines csv = export_as(ExportFormat::kCsv);
  std::string all;
  for (const std::string& line : export_as(ExportFormat::kJson)) all += line;
  const auto json = nlohmann::json::parse(all);
  REQUIRE(text.size() == 5);
  REQUIRE(json.size() == 5);
  REQUIRE(csv.size() == 1 + 5 * 3);
  CHECK(csv[0] == "topic,rank,word,probability,count");
  for (TopicId topic = 0; topic < 5; ++topic) {
    const Lines fields = Split(text[topic], '\t');
    REQUIRE(fields.size() == 3);
    CHECK(fields[0] == std::to_string(topic));
    CHECK(fields[1] == std::to_string(model.topic_totals()[topic]));
    const Lines words = Split(fields[2], ' ');
    REQUIRE(words.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string name(model.vocabulary().word(top[topic][i].word));
      CHECK(words[i].substr(0, words[i].find(':')) == name);
      CHECK(std::stod(words[i].substr(words[i].find(':') + 1)) ==
            Approx(top[topic][i].probability).epsilon(1e-3));
      CHECK(json[topic].at("words")[i].at("word") == name);
      CHECK(json[topic].at("words")[i].at("count") == top[topic][i].count);
      const Lines row = Split(csv[1 + topic * 3 + i], ',');
      CHECK(row[0] == std::to_string(topic));
      CHECK(row[1] == std::to_string(i + 1));
      CHECK(row[2] == name);
      CHECK(std::stod(row[3]) == top[topic][i].probability);
    }
  }
}

TEST_CASE("odd words and names keep one line per document and one record per row", "[export]") {
  testing::TempDir dir;
  const std::vector<std::string> words = {"a,b", "say \"hi\"", "tab\there", "back\\slash",
                                          "two words"};
  std::vector<CorpusDocument> documents = {{"new\nline", {0, 1, 2, 3, 4}}, {"plain", {0}}};
  const Corpus corpus = testing::MakeCorpus(dir.File("corpus"), words, documents);
  testing::SampleState state(corpus, 1, 1);
  REQUIRE(CreateDirectory(dir.File("model")).ok());
  testing::WriteText(dir.File("model/metrics.jsonl"), "");
  REQUIRE(SaveModel(dir.File("model"), state.snapshot()).ok());
  auto model = Model::Load(dir.File("model"));
  REQUIRE(model.ok());
  ExportOptions options;
  VisitedDocuments seen;
  const Lines text = Export([&](const ExportSink& sink) {
    return Keep(ExportAssignments(*model, corpus, options, sink), &seen);
  });
  CHECK(text == Lines{"new\\nline\t0:0 1:0 2:0 3:0 4:0", "plain\t0:0"});
  options.format = ExportFormat::kTsv;
  const Lines tsv =
      Export([&](const ExportSink& sink) { return ExportTopics(*model, options, sink); });
  REQUIRE(tsv.size() == 6);
  CHECK(Split(tsv[2], '\t')[2] == "say \"hi\"");
  CHECK(Split(tsv[3], '\t')[2] == "tab\\there");
  options.format = ExportFormat::kCsv;
  const Lines csv =
      Export([&](const ExportSink& sink) { return ExportTopics(*model, options, sink); });
  CHECK(csv[1].find("0,1,\"a,b\",") == 0);
  CHECK(csv[2].find("0,2,\"say \"\"hi\"\"\",") == 0);
}

TEST_CASE("the summary says sizes, likelihood, hash and the largest topics", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  ExportOptions options;
  std::string text;
  for (const std::string& line :
       Export([&](const ExportSink& sink) { return ExportSummary(model, options, sink); })) {
    text += line + "\n";
  }
  CHECK(text.find(model.model_hash()) != std::string::npos);
  CHECK(text.find("-7.123457 per token") != std::string::npos);
  CHECK(text.find("7 of 7, complete") != std::string::npos);
  options.format = ExportFormat::kJson;
  std::string all;
  for (const std::string& line :
       Export([&](const ExportSink& sink) { return ExportSummary(model, options, sink); })) {
    all += line;
  }
  const auto json = nlohmann::json::parse(all);
  CHECK(json.at("num_topics") == 5);
  CHECK(json.at("num_words") == 30);
  CHECK(json.at("alpha") == 0.1);
  CHECK(json.at("log_likelihood_per_token") == -7.123456789012345);
  CHECK(json.at("model_hash") == model.model_hash());
  CHECK(json.at("settings").at("seed") == 1);
  const auto& largest = json.at("largest_topics");
  REQUIRE(largest.size() == 5);
  for (std::size_t i = 1; i < 5; ++i) {
    CHECK(largest[i - 1].at("tokens") >= largest[i].at("tokens"));
  }
}

TEST_CASE("an export of another corpus's documents is refused", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  const Corpus other = testing::MakeCorpus(sample.dir().File("other"), testing::SampleWords(30),
                                           testing::SampleDocuments(61, 30));
  const auto ignore = [](std::string_view) { return Status(); };
  CHECK(ExportAssignments(model, other, {}, ignore).status().code() == StatusCode::kBadInput);
  CHECK(ExportDocumentTopics(model, other, {}, ignore).status().code() == StatusCode::kBadInput);
}

TEST_CASE("options that do not go together are refused, naming the field", "[export]") {
  SampleModel sample;
  const Model model = Load(sample);
  const auto ignore = [](std::string_view) { return Status(); };
  const auto check = [](const Status& status, const std::string& field) {
    CHECK(status.code() == StatusCode::kUsage);
    CHECK(status.message().starts_with("`" + field + "`: "));
  };
  ExportOptions options;
  options.dense = true;
  check(ExportTopics(model, options, ignore), "dense");
  check(ExportWordTopic(model, options, ignore), "dense");
  check(ExportSummary(model, options, ignore), "dense");
  check(ExportAssignments(model, sample.corpus(), options, ignore).status(), "dense");
  check(ExportDocumentTopics(model, sample.corpus(), options, ignore).status(), "dense");
  options = {};
  options.format = ExportFormat::kCsv;
  check(ExportSummary(model, options, ignore), "format");
  check(ExportAssignments(model, sample.corpus(), options, ignore).status(), "format");
  options.min_probability = 1.5;
  check(ExportDocumentTopics(model, sample.corpus(), options, ignore).status(), "min_probability");
}

TEST_CASE("a sink that fails ends the export, which returns its status", "[export]") {
  SampleModel sample(5, 0, 5000, 3000);  // more than the 64 KiB of one piece, in all exports
  const Model model = Load(sample);
  ExportOptions options;
  options.top_words = 3000;
  const std::vector<std::function<Status(const ExportSink&)>> exports = {
      [&](const ExportSink& sink) { return ExportTopics(model, options, sink); },
      [&](const ExportSink& sink) { return ExportWordTopic(model, options, sink); },
      [&](const ExportSink& sink) {
        return ExportDocumentTopics(model, sample.corpus(), options, sink).status();
      },
      [&](const ExportSink& sink) {
        return ExportAssignments(model, sample.corpus(), options, sink).status();
      }};
  for (const auto& run : exports) {
    int calls = 0;
    const Status status = run([&](std::string_view piece) {
      CHECK(piece.size() <= (1u << 16));
      ++calls;
      return Status::CannotWrite("full");
    });
    CHECK(status.message() == "full");
    CHECK(calls == 1);
  }
}

}  // namespace
}  // namespace lightlda
