#include "text/snippet.h"

#include <catch2/catch.hpp>

namespace lightlda {
namespace {

TEST_CASE("a snippet ends at a word, or else at a character", "[text]") {
  CHECK(SnippetOf("one two three", 240) == "one two three");
  CHECK(SnippetOf("one two three", 13) == "one two three");
  CHECK(SnippetOf("one two three", 12) == "one two");
  CHECK(SnippetOf("one two three", 7) == "one two");
  CHECK(SnippetOf("one two three", 6) == "one");
  CHECK(SnippetOf("  \n one two ", 240) == "one two");
  CHECK(SnippetOf("unbrokenword", 5) == "unbro");
  CHECK(SnippetOf("größer", 3) == "gr");  // not half of a letter
  CHECK(SnippetOf("größer", 4) == "grö");
  CHECK(SnippetOf("a unbrokenword", 9) == "a unbroke");  // rather than nearly nothing
}

TEST_CASE("snippets of all and of nothing", "[text]") {
  CHECK(SnippetOf("one two ", -1) == "one two");
  CHECK(SnippetOf("one two", 0).empty());
  CHECK(SnippetOf("", 10).empty());
  CHECK(SnippetOf(" \n", -1).empty());
}

}  // namespace
}  // namespace lightlda
