// Requests and responses of HTTP as the routes see them: without sockets.
#ifndef LIGHTLDA_TOOLS_SERVE_HTTP_MESSAGE_H_
#define LIGHTLDA_TOOLS_SERVE_HTTP_MESSAGE_H_

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lightlda/status.h"

namespace lightlda::serve {

struct Request {
  std::string method;  // "GET"
  std::string target;  // "/v1/models?x=1"
  std::string host;
  std::string authorization;
  std::string content_type;
  std::string if_none_match;
  std::string body;
};

inline constexpr char kJsonType[] = "application/json";
inline constexpr char kJsonLinesType[] = "application/x-ndjson";
inline constexpr char kTextType[] = "text/plain; charset=utf-8";
inline constexpr char kHtmlType[] = "text/html; charset=utf-8";

struct Response {
  int status = 200;
  std::string content_type = kJsonType;
  std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
  std::vector<std::pair<std::string, std::string>> headers;
};

Response MakeResponse(std::string content_type, std::string body);
// The text of a value; bytes that are not UTF-8 become U+FFFD.
std::string JsonText(const nlohmann::ordered_json& json);
// {"error":{"code":404,"message":"..."}}
Response MakeError(int status, std::string_view message);

// The path of a target, split at "/", and its query. Both are percent-decoded.
struct Target {
  std::vector<std::string> path;             // "/v1/models" has two parts, "/" none
  std::map<std::string, std::string> query;  // "+" is a blank
};
// Errors: kUsage: no path, a bad escape, a parameter that is there twice.
Result<Target> ParseTarget(std::string_view target);

// Whether two texts are equal, in a time that depends on their lengths alone.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// The type itself, in small letters, without its parameters: "text/plain; charset=x" is text/plain.
std::string MediaType(std::string_view content_type);

}  // namespace lightlda::serve

#endif  // LIGHTLDA_TOOLS_SERVE_HTTP_MESSAGE_H_
