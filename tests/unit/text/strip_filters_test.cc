// Entities of HTML.
#include "text/strip_filters.h"

#include <catch2/catch.hpp>
#include <string>

namespace lightlda {
namespace {

TEST_CASE("entities have the characters of HTML 4", "[strip]") {
  CHECK(EntityCharacter("nbsp") == 160);
  CHECK(EntityCharacter("yuml") == 255);
  CHECK(EntityCharacter("Eacute") == 201);
  CHECK(EntityCharacter("Alpha") == 913);
  CHECK(EntityCharacter("Omega") == 937);
  CHECK(EntityCharacter("sigmaf") == 962);
  CHECK(EntityCharacter("euro") == 8364);
  CHECK(EntityCharacter("diams") == 9830);
  for (const char* name : {"", "Sigmaf", "nosuch", "NBSP"}) CHECK(EntityCharacter(name) == 0);
}

TEST_CASE("characters are appended in UTF-8", "[strip]") {
  const auto append = [](std::uint32_t character) {
    std::string out;
    AppendCharacter(character, &out);
    return out;
  };
  CHECK(append('a') == "a");
  CHECK(append(0xE9) == "\u00E9");
  CHECK(append(0x1F600) == "\U0001F600");
  CHECK(append(0x96) == "\u2013");  // as windows-1252
  for (const std::uint32_t none : {0u, 7u, 0xD800u, 0x110000u, 0xFFFFu}) CHECK(append(none) == " ");
}

}  // namespace
}  // namespace lightlda
