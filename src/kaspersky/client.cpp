#include "kaspersky/client.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "text/json.hpp"

namespace kaspersky {
namespace {

/// A service with more server names cannot be recognised by them.
constexpr std::size_t max_servers = 16;

/// The connector's own shortage, of which Kaspersky has no part.
Unavailable without_memory(std::string why) {
  return {.why = std::move(why), .transient = false, .deferred = true};
}

/// The outcome of a lookup without an answer.
Outcome outcome_of(const net::Error& error) {
  switch (error.kind) {
    case net::ErrorKind::too_large:
      return Malformed{error.message};
    case net::ErrorKind::invalid:
      return Rejected{error.message};
    case net::ErrorKind::unanswered:
      return Unavailable{.why = error.message, .lost = true};
    case net::ErrorKind::no_memory:
      return without_memory(error.message);
    case net::ErrorKind::tls:
    case net::ErrorKind::stopped:
      return Unavailable{.why = error.message, .transient = false};
    default:
      return Unavailable{error.message};
  }
}

Outcome answer_in(std::string body, const text::JsonLimits& limits,
                  source::AnswerMemory::Lease memory) {
  auto answer = text::parse_json(body, limits).and_then(read_answer);
  if (!answer) return Malformed{std::move(answer.error())};
  return Found{std::move(*answer), std::move(body), std::move(memory)};
}

/// The outcome of any status but 200. Error bodies are not documented, so only the status is used.
Outcome outcome_of(const net::HttpResponse& response) {
  const int status = response.status;
  switch (status) {
    case 400:
      return Rejected{"status 400: Kaspersky does not accept the request"};
    case 401:
      return Refused{
          "status 401: the API token is wrong or has expired (tokens are valid for a maximum of "
          "one year), or its owner has not accepted the terms and conditions in a browser yet"};
    case 403:
      return Refused{
          "status 403: the account has no right to use the API, or its quota is exhausted"};
    case 404:
      return NotFound{};
    case 408:
      return Unavailable{"status 408: Kaspersky did not get the request in time"};
    case 414:
      return Rejected{"status 414: the value is longer than Kaspersky accepts"};
    case 429:
      return RateLimited{response.retry_after};
    default:
      break;
  }
  if (status >= 500) return Unavailable{fmt::format("status {}", status)};
  if (status >= 300 && status < 400) {
    return Rejected{
        fmt::format("status {}: the API address answers with a redirect, which is not followed; "
                    "check KASPERSKY_API_BASE_URL",
                    status)};
  }
  return Rejected{fmt::format("status {}, which is unknown for a lookup", status)};
}

/// Identifies the server of a response. Of the Via header only its presence is used, because it
/// names single nodes of one service.
std::string server_of(const net::HttpResponse& response) {
  return response.server + (response.via.empty() ? "" : " via");
}

/// Whether the status can come from Kaspersky as well as from a proxy's page about the address.
bool decides_by_page(const net::HttpResponse& response) {
  const int status = response.status;
  if (status != 400 && status != 404 && status != 414) return false;
  const auto begin = response.body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return begin != std::string::npos && response.body[begin] == '<';
}

/// The path of each request begins with `api`. If the base URL had it too, every response would be
/// a 404, which means "not known to Kaspersky".
ClientOptions with_bare_address(ClientOptions options) {
  auto& url = options.base_url;
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with("/api")) url.resize(url.size() - std::string_view("/api").size());
  return options;
}

}  // namespace

Client::Client(ClientOptions options)
    : options_(with_bare_address(std::move(options))), http_(options_.http) {}

std::string Client::url_of(const Inquiry& inquiry) const {
  const auto kind = inquiry.kind;
  const auto wanted = options_.sections.find(kind);
  const auto sections = with_mandatory_sections(
      kind, wanted == options_.sections.end() ? std::vector<std::string>{} : wanted->second);
  // The commas are not encoded, as in Kaspersky's own client.
  const auto path = fmt::format("api/{}/{}?sections={}&count={}&format=json", name_of(kind),
                                net::percent_encode(inquiry.value), fmt::join(sections, ","),
                                options_.records_count);
  return net::join_url(options_.base_url, path);
}

Outcome Client::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  const auto& value = inquiry.value;
  // Encoding does not change these values, and they would change the path of the request.
  if (value.empty() || value == "." || value == "..") {
    return Skipped{"the value is empty or a dot segment"};
  }
  auto outcome = ask(inquiry, deadline);
  count(outcome);
  if (inquiry.is_retry) options_.metrics.retries.add();
  return outcome;
}

Outcome Client::ask(const Inquiry& inquiry, const net::Deadline& deadline) {
  const auto longest = std::min(options_.max_answer, options_.memory.longest());
  source::AnswerMemory::Lease memory;
  net::HttpRequest request{
      .url = url_of(inquiry),
      .headers = {{"Authorization", "Bearer " + options_.api_key}, {"Accept", "application/json"}},
      .max_response = longest,
      .fresh_connection = inquiry.is_retry,
  };
  auto waited = std::chrono::steady_clock::duration::zero();
  request.admit = [&] {
    const auto began = std::chrono::steady_clock::now();
    const bool taken = options_.memory.take_largest(memory, deadline);
    waited = std::chrono::steady_clock::now() - began;
    return taken;
  };
  if (gives_up_early(inquiry, deadline)) request.first_byte_limit = options_.first_byte_limit;
  auto response = send(request, deadline, waited);
  if (!response) return outcome_of(response.error());
  if (response->status != 200) return outcome_without_answer(*response);
  if (!options_.memory.take_for(response->body.size(), memory, deadline)) {
    return without_memory("no memory was free in time for the answer");
  }
  auto limits = options_.memory.limits(response->body.size());
  limits.size = longest;
  limits.depth = options_.max_depth;
  auto outcome = answer_in(std::move(response->body), limits, std::move(memory));
  // A proxy's page is malformed too.
  match(
      outcome,
      [&](const Found&) {
        const std::lock_guard lock(mutex_);
        if (servers_.size() < max_servers) servers_.insert(server_of(*response));
      },
      [](const one_of<NotFound, Skipped, RateLimited, QuotaExhausted, Refused, Rejected,
                      Unavailable, Malformed> auto&) {});
  return outcome;
}

Outcome Client::outcome_without_answer(const net::HttpResponse& response) const {
  if (!decides_by_page(response)) return outcome_of(response);
  const std::lock_guard lock(mutex_);
  if (!servers_.empty() && servers_.size() < max_servers &&
      !servers_.contains(server_of(response))) {
    return Unavailable{
        fmt::format("status {}, from another server than Kaspersky's answers so far: something "
                    "else answers in Kaspersky's place",
                    response.status)};
  }
  return outcome_of(response);
}

net::Result<net::HttpResponse> Client::send(const net::HttpRequest& request,
                                            const net::Deadline& deadline,
                                            const std::chrono::steady_clock::duration& own_wait) {
  const telemetry::Stopwatch stopwatch(options_.metrics.took);
  const auto began = std::chrono::steady_clock::now();
  auto response = http_.send(request, deadline.within(options_.total_timeout));
  const auto ended = std::chrono::steady_clock::now();
  const bool slow =
      !request.first_byte_limit && ended - began - own_wait >= options_.first_byte_limit;
  if (response && slow) slow_until_ = ended + options_.slow_for;
  return response;
}

bool Client::gives_up_early(const Inquiry& inquiry, const net::Deadline& deadline) const {
  return inquiry.hedged && std::chrono::steady_clock::now() >= slow_until_.load() &&
         deadline.remaining() >= 2 * options_.first_byte_limit;
}

void Client::count(const Outcome& outcome) const {
  if (is_deferred(outcome)) return;
  const auto& metrics = options_.metrics;
  const auto& row = source::row_of(kind_of(outcome));
  metrics.requests.with(row.name).add();
  if (!row.answered()) metrics.failures.add();
}

}  // namespace kaspersky
