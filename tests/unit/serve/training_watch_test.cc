#include "serve/training_watch.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "test_util.h"

namespace lightlda::serve {
namespace {

using namespace lightlda::testing;

nlohmann::json Ask(TrainingWatch* watch, std::uint64_t from) {
  return nlohmann::json::parse(Must(watch->Json(from)));
}

TEST_CASE("a run that is not there has no lines", "[serve]") {
  TempDir dir;
  TrainingWatch watch(dir.File("run"));
  const auto news = Ask(&watch, 0);
  CHECK(news["lines"].empty());
  CHECK(news["saved"].is_null());
  CHECK(Ask(&watch, 1000)["from"] == 0);
}

TEST_CASE("only whole lines are told of, and damaged ones are left out", "[serve]") {
  TempDir dir;
  TrainingWatch watch(dir.path());
  const std::string lines = "{\"iteration\":1}\n{\"iteration\":\n\n{\"iteration\":3}\n";
  WriteText(dir.File("metrics.jsonl"), lines + "{\"iteration\":4}");
  const auto news = Ask(&watch, 0);
  CHECK(news["lines"].dump() == "[{\"iteration\":1},{\"iteration\":3}]");
  CHECK(news["next"] == lines.size());
  CHECK(Ask(&watch, lines.size())["lines"].empty());
}

TEST_CASE("a log that was cut is read anew", "[serve]") {
  TempDir dir;
  TrainingWatch watch(dir.path());
  WriteText(dir.File("metrics.jsonl"), "{\"iteration\":1}\n");
  const auto news = Ask(&watch, 500);
  CHECK(news["from"] == 0);
  CHECK(news["lines"].size() == 1);
}

TEST_CASE("a long log comes in parts", "[serve]") {
  TempDir dir;
  TrainingWatch watch(dir.path());
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"iteration\":" + std::to_string(i) + "}\n";
  WriteText(dir.File("metrics.jsonl"), text);
  std::uint64_t next = 0;
  std::size_t lines = 0;
  for (int i = 0; i < 10 && next < text.size(); ++i) {
    const auto news = Ask(&watch, next);
    CHECK(news["lines"].size() <= TrainingWatch::kMaxLines);
    lines += news["lines"].size();
    next = news["next"];
  }
  CHECK(lines == 5000);
}

}  // namespace
}  // namespace lightlda::serve
