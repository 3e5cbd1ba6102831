#include "text/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

namespace lightlda {

Result<std::string> FoldText(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) {
    return Status::Failure(std::string("cannot load ICU's NFKC_Casefold data: ") +
                           u_errorName(status));
  }
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  fold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())),
                      sink, nullptr, status);
  if (U_FAILURE(status)) {
    return Status::Failure(std::string("ICU cannot fold a text: ") + u_errorName(status));
  }
  return folded;
}

}  // namespace lightlda
