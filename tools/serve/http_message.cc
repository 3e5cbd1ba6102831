#include "serve/http_message.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace lightlda::serve {
namespace {

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Result<std::string> Decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto high = i + 1 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? HexDigit(text[i + 2]) : std::nullopt;
    if (!high || !low) return Status::Usage("expected two hexadecimal digits after % in the URL");
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

Status ParseQuery(std::string_view query, std::map<std::string, std::string>* parameters) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    if (one.empty()) continue;
    const std::size_t equals = std::min(one.find('='), one.size());
    LIGHTLDA_ASSIGN_OR_RETURN(std::string name, Decode(one.substr(0, equals), true));
    LIGHTLDA_ASSIGN_OR_RETURN(std::string value,
                              Decode(one.substr(std::min(one.size(), equals + 1)), true));
    if (!parameters->emplace(name, std::move(value)).second) {
      return Status::Usage("parameter " + name + " is there twice");
    }
  }
  return {};
}

}  // namespace

Response MakeResponse(std::string content_type, std::string body) {
  Response response;
  response.content_type = std::move(content_type);
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Response MakeError(int status, std::string_view message) {
  nlohmann::ordered_json error;
  error["error"] = {{"code", status}, {"message", message}};
  Response response = MakeResponse(kJsonType, JsonText(error) + "\n");
  response.status = status;
  return response;
}

Result<Target> ParseTarget(std::string_view target) {
  Target parsed;
  const std::size_t question = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, question);
  if (!path.starts_with('/')) return Status::Usage("expected a path that begins with /");
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    LIGHTLDA_ASSIGN_OR_RETURN(std::string decoded, Decode(part, false));
    parsed.path.push_back(std::move(decoded));
  }
  LIGHTLDA_RETURN_IF_ERROR(
      ParseQuery(target.substr(std::min(target.size(), question + 1)), &parsed.query));
  return parsed;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  std::size_t differences = a.size() ^ b.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    differences |= static_cast<std::size_t>(static_cast<unsigned char>(a[i] ^ other));
  }
  return differences == 0;
}

std::string MediaType(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type;
}

}  // namespace lightlda::serve
