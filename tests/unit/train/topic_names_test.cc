// Names of topics as labels: written, kept, and never over what somebody else has written.
#include "train/topic_names.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "lightlda/labels.h"
#include "test_util.h"

namespace lightlda {
namespace {

using testing::Must;
using testing::TempDir;

const std::map<TopicId, std::string> kNames = {{0, "space"}, {3, "hockey"}};

std::string Write(const TempDir& dir, const std::string& hash, const std::string& replaced = "") {
  std::string note;
  Must(WriteTopicNames(dir.path(), replaced, kNames, hash, &note));
  return note;
}

TEST_CASE("Topic names are labels of the model, also of the next one", "[topic_names]") {
  TempDir dir;
  CHECK(Write(dir, "aa").empty());
  TopicLabels labels = Must(ReadLabels(dir.path()));
  CHECK(labels.model_hash == "aa");
  CHECK(labels.labels == kNames);
  labels.labels[1] = "mine";
  labels.hidden = {2};
  Must(WriteLabels(dir.path(), labels));
  CHECK(Write(dir, "bb").empty());
  const TopicLabels after = Must(ReadLabels(dir.path()));
  CHECK(after.model_hash == "bb");
  CHECK(after.labels == labels.labels);
  CHECK(after.hidden == labels.hidden);
}

TEST_CASE("Labels of others are left as they are", "[topic_names]") {
  TempDir dir;
  TopicLabels labels;
  labels.model_hash = "cc";
  labels.labels = {{0, "galaxies"}};
  Must(WriteLabels(dir.path(), labels));
  CHECK_THAT(Write(dir, "aa"), Catch::Contains("labels.json: left as it is"));
  CHECK(Must(ReadLabels(dir.path())).labels == labels.labels);
  CHECK(Must(ReadLabels(dir.path())).model_hash == "cc");
  TempDir partial;
  CHECK_THAT(Write(partial, "aa", dir.path()), Catch::Contains("labels.json: left as it is"));
  CHECK(Must(ReadLabels(partial.path())).model_hash.empty());
}

}  // namespace
}  // namespace lightlda
