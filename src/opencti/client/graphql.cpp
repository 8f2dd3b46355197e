#include "opencti/client/graphql.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <set>

#include "net/retry.hpp"
#include "opencti/client/limits.hpp"
#include "opencti/client/reply.hpp"
#include "opencti/client/response_keys.hpp"
#include "stix/ids.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

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
    CodeMeaning{"FILESYSTEM_ERROR", ErrorKind::internal},
    CodeMeaning{"UNKNOWN_ERROR", ErrorKind::internal},
    CodeMeaning{"ENGINE_NOT_AVAILABLE", ErrorKind::busy},
    CodeMeaning{"DRAFT_LOCKED", ErrorKind::draft_locked},
    CodeMeaning{"GRAPHQL_VALIDATION_FAILED", ErrorKind::not_understood},
    CodeMeaning{"GRAPHQL_PARSE_FAILED", ErrorKind::not_understood},
    CodeMeaning{"BAD_USER_INPUT", ErrorKind::not_understood},
    CodeMeaning{"UNSUPPORTED_ERROR", ErrorKind::unsupported},
    // Apollo's code for a request that lost its body or its query on the way.
    CodeMeaning{"BAD_REQUEST", ErrorKind::busy},
};

constexpr std::string_view unknown_connector_text = "No connector found with the specified ID";

/// The platform's own text does not name the token.
constexpr std::string_view unaccepted_token = " (the token is wrong, expired or revoked)";

/// The text of the platform's HTTP server for a body over its limit of 50 MiB, with status 500.
constexpr std::string_view too_large_text = "request entity too large";

ErrorKind kind_of(const PlatformError& error) {
  const auto& code = error.code;
  const auto& message = error.message;
  // It failed before GraphQL: the error is about the transfer, not about the request.
  if (code.empty()) {
    return message == too_large_text ? ErrorKind::too_large : ErrorKind::busy;
  }
  if (message.find(unknown_connector_text) != std::string::npos) {
    return ErrorKind::unknown_connector;
  }
  // A lock that could not be acquired is reported as INTERNAL_SERVER_ERROR with this word in its
  // text.
  if (message.find("LOCK_ERROR") != std::string::npos) return ErrorKind::busy;
  for (const auto& meaning : meanings) {
    if (meaning.code == code) return meaning.kind;
  }
  return ErrorKind::rejected;
}

Error error_of(const PlatformError& error) {
  const auto kind = kind_of(error);
  return {kind, fmt::format("the platform answered {}: {}{}",
                            error.code.empty() ? "an error" : error.code, error.message,
                            kind == ErrorKind::unauthorized ? unaccepted_token : "")};
}

/// The error for a network error.
NoResponse no_response_of(const net::Error& error) {
  switch (error.kind) {
    case net::ErrorKind::stopped:
      return {NoResponse::Kind::stopped, error.message};
    case net::ErrorKind::tls:
      return {NoResponse::Kind::untrusted, error.message};
    case net::ErrorKind::unreachable:
      return {NoResponse::Kind::unreachable, error.message};
    case net::ErrorKind::too_large:
      return {NoResponse::Kind::too_long, error.message};
    default:
      return {NoResponse::Kind::no_answer, error.message};
  }
}

/// Whether the document requests each member of the data. Otherwise the response belongs to another
/// request: a cache or a proxy mixed up responses.
bool is_about(const json& data, const ResponseKeys& requested) {
  return std::all_of(data.items().begin(), data.items().end(),
                     [&](const auto& member) { return requested.root.contains(member.key()); });
}

/// The same for an error. One without a path concerns the whole request, and does not name it.
bool is_about(const PlatformError& error, const ResponseKeys& requested) {
  const auto& [root, all] = requested;
  const auto is_in = [](const std::set<std::string_view>& keys) {
    return [&keys](const std::string& key) { return keys.contains(key); };
  };
  return (error.path.empty() || root.contains(error.path.front())) &&
         std::all_of(error.path.begin(), error.path.end(), is_in(all)) &&
         std::all_of(error.data_keys.begin(), error.data_keys.end(), is_in(root));
}

/// The name as text between the quotes of a multipart header.
std::string quotable(std::string name) {
  for (auto& c : name) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') c = '_';
  }
  return name;
}

}  // namespace

Result<json> decode_answer(const net::HttpResponse& response, std::string_view document) {
  auto reply = read_reply(response);
  const auto requested = response_keys(document);
  if (const auto* error = std::get_if<PlatformError>(&reply)) {
    if (!is_about(*error, requested)) return tl::unexpected(another_answer());
    return tl::unexpected(error_of(*error));
  }
  if (const auto* foreign = std::get_if<IntermediaryResponse>(&reply)) {
    return tl::unexpected<Error>(
        NoResponse{NoResponse::Kind::intermediary,
                   fmt::format("something else answers in the platform's place: "
                               "{}",
                               foreign->description)});
  }
  auto& data = std::get<json>(reply);
  if (!is_about(data, requested)) return tl::unexpected(another_answer());
  return std::move(data);
}

Error another_answer() {
  return NoResponse{NoResponse::Kind::intermediary,
                    "the answer from the platform's address belongs to another request"};
}

GraphqlClient::GraphqlClient(GraphqlOptions options)
    : options_(std::move(options)), http_(options_.http), intermediary_(options_.intermediary) {}

Result<Answer> GraphqlClient::send_once(std::string_view document, const json& variables,
                                        const DraftId& draft_id,
                                        const net::Deadline& deadline) const {
  return post(document, text::dump_json({{"query", document}, {"variables", variables}}),
              "application/json", draft_id, deadline);
}

Result<Answer> GraphqlClient::send_text_once(std::string_view document, std::string request,
                                             const net::Deadline& deadline) const {
  return post(document, std::move(request), "application/json", {}, deadline);
}

Result<Answer> GraphqlClient::upload_once(std::string_view document, json variables,
                                          const Attachment& attachment,
                                          const net::Deadline& deadline) const {
  variables["file"] = nullptr;
  // Random, so that the content cannot contain it on purpose.
  const auto boundary = stix::random_id("boundary");
  const auto part = [&](std::string_view headers, std::string_view content) {
    return fmt::format("--{}\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", boundary,
                       headers, content);
  };
  auto body =
      part("name=\"operations\"", text::dump_json({{"query", document}, {"variables", variables}}));
  body += part("name=\"map\"", R"({"0":["variables.file"]})");
  body += part(fmt::format("name=\"0\"; filename=\"{}\"\r\nContent-Type: {}",
                           quotable(attachment.name), attachment.content_type),
               attachment.content);
  body += fmt::format("--{}--\r\n", boundary);
  return post(document, std::move(body), "multipart/form-data; boundary=" + boundary, {}, deadline);
}

void GraphqlClient::note(const Result<json>& answer) const {
  if (!answer && answer.error().no_response()) {
    return intermediary_.intermediary_answered(answer.error().message);
  }
  heard_ = std::chrono::steady_clock::now();
  token_rejected_ = !answer && answer.error().kind == ErrorKind::unauthorized;
  intermediary_.platform_answered();
}

Result<Answer> GraphqlClient::post(std::string_view document, std::string body,
                                   const std::string& content_type, const DraftId& draft_id,
                                   const net::Deadline& deadline) const {
  net::HttpRequest request;
  request.url = net::join_url(options_.url, "graphql");
  request.headers = {{"Authorization", "Bearer " + options_.token},
                     {"Content-Type", content_type},
                     {"Accept", "application/json"},
                     {"opencti-draft-id", draft_id.text()}};
  for (const auto& [name, value] : options_.custom_headers) {
    std::erase_if(request.headers, [&](const auto& header) {
      return strcasecmp(header.first.c_str(), name.c_str()) == 0;
    });
    request.headers.emplace_back(name, value);
  }
  request.body = std::move(body);
  std::shared_ptr<net::MemoryBudget::Lease> memory;
  request.max_response = longest_answer;
  request.admit = [&] { return take(memory, cost_of_answer(longest_answer), deadline); };

  const auto response =
      options_.exchange ? options_.exchange(request, deadline) : http_.send(request, deadline);
  if (!response && response.error().kind == net::ErrorKind::invalid) {
    return failure(ErrorKind::invalid, response.error().message);
  }
  if (!response) return tl::unexpected<Error>(no_response_of(response.error()));
  if (!memory && !take(memory, cost_of_answer(response->body.size()), deadline)) {
    return tl::unexpected<Error>(
        NoResponse{deadline.stopped() ? NoResponse::Kind::stopped : NoResponse::Kind::no_answer,
                   "no memory was free in time for the platform's answer"});
  }
  auto data = decode_answer(*response, document);
  note(data);
  if (!data) return tl::unexpected(std::move(data.error()));
  return Answer{.data = std::move(*data), .memory = std::move(memory)};
}

bool GraphqlClient::take(std::shared_ptr<net::MemoryBudget::Lease>& memory, std::size_t bytes,
                         const net::Deadline& deadline) const {
  if (options_.memory == nullptr) return true;
  auto taken = options_.memory->take(bytes, deadline);
  if (!taken) return false;
  memory = std::make_shared<net::MemoryBudget::Lease>(std::move(*taken));
  return true;
}

Result<Answer> GraphqlClient::send(std::string_view document, const json& variables,
                                   const DraftId& draft_id, const net::Deadline& deadline) const {
  net::Retry retry(options_.backoff, deadline);
  WorthRetry worth_retry;
  for (;;) {
    auto answer = send_once(document, variables, draft_id, deadline.within(options_.try_timeout));
    if (answer || !worth_retry(answer.error())) return answer;
    if (retry.wait()) continue;
    return deadline.stopped() ? failure(ErrorKind::stopped, "shutting down") : std::move(answer);
  }
}

}  // namespace opencti
