# The page of a report as a source file: web/report/dist/report.html is committed, so the build needs no npm.
set(page ${PROJECT_SOURCE_DIR}/web/report/dist/report.html)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
file(READ ${page} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n"
  bytes "${bytes}")
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/embedded.cc @ONLY CONTENT [[
// Made by cmake/LightldaPage.cmake of web/report/dist/report.html.
#include "page/embedded.h"

namespace lightlda {
namespace {
constexpr unsigned char kPage[] = {
@bytes@
};
}  // namespace

std::string_view EmbeddedPage() {
  return {reinterpret_cast<const char*>(kPage), sizeof(kPage)};
}

}  // namespace lightlda
]])
set(lightlda_page_source ${PROJECT_BINARY_DIR}/generated/embedded.cc)
