// The page of web/report/dist/report.html, as part of the program. The build makes embedded.cc.
#ifndef LIGHTLDA_PAGE_EMBEDDED_H_
#define LIGHTLDA_PAGE_EMBEDDED_H_

#include <string_view>

namespace lightlda {

std::string_view EmbeddedPage();

}  // namespace lightlda

#endif  // LIGHTLDA_PAGE_EMBEDDED_H_
