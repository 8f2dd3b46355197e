#include "opencti/graphql.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <array>

#include "net/json.hpp"
#include "stix/ids.hpp"

namespace opencti {
namespace {

using nlohmann::json;

constexpr std::size_t longest_answer = std::size_t{64} * 1024 * 1024;
constexpr std::size_t longest_quoted_message = 500;

struct CodeMeaning {
  std::string_view code;
  ErrorKind kind;
};

// opencti-graphql, src/config/errors.js. Codes that are not listed mean `rejected`.
constexpr std::array meanings{
    CodeMeaning{"AUTH_REQUIRED", ErrorKind::unauthorized},
    CodeMeaning{"AUTH_FAILURE", ErrorKind::unauthorized},
    CodeMeaning{"OTP_REQUIRED", ErrorKind::unauthorized},
    CodeMeaning{"OTP_REQUIRED_ACTIVATION", ErrorKind::unauthorized},
    CodeMeaning{"LTS_REQUIRED_ACTIVATION", ErrorKind::unauthorized},
    CodeMeaning{"FORBIDDEN_ACCESS", ErrorKind::forbidden},
    CodeMeaning{"LOCK_ERROR", ErrorKind::busy},
    CodeMeaning{"DATABASE_ERROR", ErrorKind::busy},
    CodeMeaning{"INTERNAL_SERVER_ERROR", ErrorKind::internal},
    CodeMeaning{"ENGINE_NOT_AVAILABLE", ErrorKind::busy},
    CodeMeaning{"DRAFT_LOCKED", ErrorKind::draft_locked},
    CodeMeaning{"GRAPHQL_VALIDATION_FAILED", ErrorKind::not_understood},
    CodeMeaning{"GRAPHQL_PARSE_FAILED", ErrorKind::not_understood},
    CodeMeaning{"BAD_USER_INPUT", ErrorKind::not_understood},
};

constexpr std::string_view unknown_connector_text = "No connector found with the specified ID";

/// The platform's own words say nothing of a token.
constexpr std::string_view unaccepted_token = " (the token is wrong, expired or revoked)";

ErrorKind kind_of(std::string_view code, std::string_view message) {
  if (message.find(unknown_connector_text) != std::string_view::npos)
    return ErrorKind::unknown_connector;
  // A lock that could not be taken comes as INTERNAL_SERVER_ERROR with this word in its text.
  if (message.find("LOCK_ERROR") != std::string_view::npos) return ErrorKind::busy;
  for (const auto& meaning : meanings) {
    if (meaning.code == code) return meaning.kind;
  }
  return ErrorKind::rejected;
}

Error error_of(const json& first) {
  auto message = net::text_at(first, "message");
  const auto code = net::text_at(net::member(first, "extensions"), "code");
  if (message.size() > longest_quoted_message) message.resize(longest_quoted_message);
  const auto kind = kind_of(code, message);
  return {kind, fmt::format("the platform answered {}: {}{}", code.empty() ? "an error" : code,
                            message.empty() ? "(no text)" : message,
                            kind == ErrorKind::unauthorized ? unaccepted_token : "")};
}

/// Of an answer without the platform's own words. They are all that says that a request will never
/// do: a status alone comes from what stands in between.
ErrorKind kind_of_status(int status) {
  switch (status) {
    case 400:
    case 413:
    case 414:
      return ErrorKind::no_answer;
    case 401:
    case 403:
      return ErrorKind::unauthorized;
    case 504:
      return ErrorKind::no_answer;
    case 502:
    case 503:
      return ErrorKind::unreachable;
    default:
      constexpr int first_server_error = 500;
      return status >= first_server_error ? ErrorKind::busy : ErrorKind::unreachable;
  }
}

Error error_of_status(int status) {
  auto message = fmt::format("the platform's address answered with HTTP status {}", status);
  constexpr int not_found = 404;
  constexpr int first_client_error = 400;
  if (status < first_client_error || status == not_found) {
    message += "; is it right, with https and its path?";
  }
  return {kind_of_status(status), std::move(message)};
}

/// A body beyond the platform's limit of 50 MiB has status 500, and this text in place of 413.
bool is_too_large(const json& answer) {
  return net::text_at(answer, "error") == "request entity too large";
}

/// Status 200, but no answer of GraphQL. JSON that was cut is what is left of one, so that the
/// request has arrived.
Error error_of_foreign(std::string_view body, std::string_view what) {
  const auto first = body.find_first_not_of(" \r\n\t");
  const bool cut = first != std::string_view::npos && body[first] == '{';
  return {cut ? ErrorKind::no_answer : ErrorKind::unreachable,
          fmt::format("the platform's address answered with what is {}; is it right, with https "
                      "and its path?",
                      what)};
}

Error error_of(const net::Error& error) {
  switch (error.kind) {
    case net::ErrorKind::stopped:
      return {ErrorKind::stopped, error.message};
    case net::ErrorKind::tls:
      return {ErrorKind::untrusted, error.message};
    case net::ErrorKind::timed_out:
    case net::ErrorKind::disconnected:
      return {ErrorKind::no_answer, error.message};
    case net::ErrorKind::too_large:
    case net::ErrorKind::protocol:
      return {ErrorKind::malformed, error.message};
    case net::ErrorKind::invalid:
      return {ErrorKind::rejected, error.message};
    default:
      return {ErrorKind::unreachable, error.message};
  }
}

/// What can stand between the quotes of a multipart header.
std::string quotable(std::string name) {
  for (auto& c : name) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') c = '_';
  }
  return name;
}

}  // namespace

Result<json> decode_answer(int status, std::string_view body) {
  constexpr int ok = 200;
  auto parsed = net::parse_json(body, {.size = longest_answer});
  if (parsed) {
    const auto& errors = net::member(*parsed, "errors");
    if (errors.is_array() && !errors.empty()) return tl::unexpected(error_of(errors.front()));
    if (status != ok && is_too_large(*parsed)) {
      return failure(ErrorKind::rejected, "the platform answered: request entity too large");
    }
  }
  if (status != ok) return tl::unexpected(error_of_status(status));
  if (!parsed) return tl::unexpected(error_of_foreign(body, parsed.error().message));
  if (!net::member(*parsed, "data").is_object()) {
    return failure(ErrorKind::unreachable, "the platform's address answered without data");
  }
  return std::move((*parsed)["data"]);
}

GraphqlClient::GraphqlClient(GraphqlOptions options)
    : options_(std::move(options)), http_(options_.http) {}

Result<json> GraphqlClient::send_once(std::string_view document, const json& variables,
                                      const std::string& draft_id,
                                      const net::Deadline& deadline) const {
  return post(net::dump_json({{"query", document}, {"variables", variables}}), "application/json",
              draft_id, deadline);
}

Result<json> GraphqlClient::upload_once(std::string_view document, json variables,
                                        const Attachment& attachment,
                                        const net::Deadline& deadline) const {
  variables["file"] = nullptr;
  // Random, so that nobody can put it into the content.
  const auto boundary = stix::random_id("boundary");
  const auto part = [&](std::string_view headers, std::string_view content) {
    return fmt::format("--{}\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", boundary,
                       headers, content);
  };
  auto body =
      part("name=\"operations\"", net::dump_json({{"query", document}, {"variables", variables}}));
  body += part("name=\"map\"", R"({"0":["variables.file"]})");
  body += part(fmt::format("name=\"0\"; filename=\"{}\"\r\nContent-Type: {}",
                           quotable(attachment.name), attachment.content_type),
               attachment.content);
  body += fmt::format("--{}--\r\n", boundary);
  return post(std::move(body), "multipart/form-data; boundary=" + boundary, {}, deadline);
}

Result<json> GraphqlClient::post(std::string body, const std::string& content_type,
                                 const std::string& draft_id, const net::Deadline& deadline) const {
  net::HttpRequest request;
  request.url = net::join_url(options_.url, "graphql");
  request.headers = {{"Authorization", "Bearer " + options_.token},
                     {"Content-Type", content_type},
                     {"Accept", "application/json"},
                     {"opencti-draft-id", draft_id}};
  for (const auto& [name, value] : options_.custom_headers) {
    std::erase_if(request.headers, [&](const auto& header) {
      return strcasecmp(header.first.c_str(), name.c_str()) == 0;
    });
    request.headers.emplace_back(name, value);
  }
  request.body = std::move(body);
  request.max_response = longest_answer;

  const auto response = http_.send(request, deadline);
  if (!response) return tl::unexpected(error_of(response.error()));
  auto answer = decode_answer(response->status, response->body);
  if (answer || !answer.error().outage()) {
    token_rejected_ = false;
  } else if (answer.error().kind == ErrorKind::unauthorized) {
    token_rejected_ = true;
  }
  return answer;
}

Result<json> GraphqlClient::send(std::string_view document, const json& variables,
                                 const std::string& draft_id, const net::Deadline& deadline) const {
  net::Backoff backoff(options_.backoff);
  int failures_of_its_own = 0;
  while (true) {
    auto data = send_once(document, variables, draft_id, deadline.within(options_.try_timeout));
    if (data || !data.error().transient()) return data;
    if (data.error().kind == ErrorKind::internal && ++failures_of_its_own == most_internal) {
      return data;
    }
    const auto wait = backoff.next();
    if (wait >= deadline.remaining()) return data;
    if (!net::pause(wait, deadline.stop())) return failure(ErrorKind::stopped, "shutting down");
  }
}

}  // namespace opencti
