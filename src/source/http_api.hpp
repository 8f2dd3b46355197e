// A service that is asked over HTTP and answers in JSON.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "export.hpp"
#include "net/backoff.hpp"
#include "net/deadline.hpp"
#include "net/http/client.hpp"
#include "source/answer_memory.hpp"
#include "source/source.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct HttpApiOptions {
  /// As people call the service, in texts: `AbuseIPDB`.
  std::string name;
  /// May have a path: `https://gateway.example/abuseipdb`.
  std::string base_url;
  /// Of each request, as well as those of the call. Neither these nor `query` appear in a text.
  Pairs headers = {};
  Pairs query = {};
  /// Those of source::Services.
  net::HttpClientOptions http = {};
  /// From which each answer takes what it needs; decides how long one can be.
  AnswerMemory memory = AnswerMemory();
  /// Requests for one call, at most.
  int tries = 3;
  /// Between them, where the service names no time.
  net::BackoffOptions retry = {};
  /// Of each request.
  std::chrono::milliseconds timeout{30'000};
};

struct HttpAnswer {
  /// 200 to 299.
  int status = 0;
  /// Null where the answer is empty.
  nlohmann::json json;
  /// As it came, for Verdict::answer.
  std::string text;
  /// For Verdict::memory.
  AnswerMemory::Lease memory;
};

/// That the service knows the object, with its answer.
[[nodiscard]] Verdict found(std::string text, Enrichment enrichment, HttpAnswer answer);

/// Asks, and asks again after a broken connection, a time-out, a status of 5xx or 408, and after
/// 429 or 503 no sooner than the service wants (Retry-After): while it does, no other call asks
/// either. No wait lasts beyond the deadline.
///
/// What went wrong comes as a verdict with a text for people: `not_found` (404), `refused` (401,
/// 403), `rate_limited` (429), `rejected` (another 4xx, a redirect), `unavailable` (5xx,
/// transport), `malformed` (not JSON, or more of it than allowed).
///
/// ```cpp
/// source::Verdict ask(source::HttpApi& api, const source::Author& author,
///                     const source::Request& request, const net::Deadline& deadline) {
///   auto answer = api.get("/v1/check", {{"ip", request.observable.value}}, deadline);
///   if (!answer) return answer.error();
///   source::Builder builder(author, request);
///   if (text::text_at(answer->json, "verdict") == "bad") builder.set_score(90);
///   return source::found("The service knows it.", builder.take(), std::move(*answer));
/// }
/// ```
///
/// The class is thread-safe.
class HttpApi final {
 public:
  using Answer = tl::expected<HttpAnswer, Verdict>;

  /// @throws std::runtime_error when `http.ca_path` is a file that cannot be read
  explicit HttpApi(HttpApiOptions options);

  /// @param path values in it have been through net::percent_encode(); those of `query` have not
  [[nodiscard]] Answer get(std::string_view path, const Pairs& query, const net::Deadline& deadline,
                           const Pairs& headers = {});

  /// The same, while the answer is 202 (Accepted): until the service has done what it was asked
  /// for. `unavailable` where it has not by the deadline.
  [[nodiscard]] Answer get_when_ready(std::string_view path, const Pairs& query,
                                      const net::Deadline& deadline, const Pairs& headers = {});

  /// Sends JSON. Asks again only where the service has done nothing: it was not reached, or said
  /// 429.
  [[nodiscard]] Answer post(std::string_view path, const Pairs& query, const nlohmann::json& body,
                            const net::Deadline& deadline, const Pairs& headers = {});

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// What one request brought.
  struct Attempt {
    Answer answer;
    /// Whether it is worth another.
    bool passing = false;
    /// The service did nothing.
    bool undone = false;
  };

  [[nodiscard]] Answer ask(net::HttpRequest request, const net::Deadline& deadline);
  [[nodiscard]] Attempt attempt(net::HttpRequest request, const net::Deadline& deadline);
  [[nodiscard]] Attempt read(net::HttpResponse response, AnswerMemory::Lease memory,
                             const net::Deadline& deadline) const;
  [[nodiscard]] Attempt without_answer(const net::Error& error) const;
  [[nodiscard]] Attempt without_answer(const net::HttpResponse& response);
  [[nodiscard]] net::HttpRequest make(std::string_view path, const Pairs& query,
                                      const Pairs& headers) const;
  /// Until the service wants to be asked again.
  [[nodiscard]] std::chrono::milliseconds rest() const;
  /// Never shortens what another call was told.
  void rest_for(std::chrono::seconds wait);

  const HttpApiOptions options_;
  const net::HttpClient http_;
  std::atomic<Time> resting_until_{Time()};
};

/// For Source::check(): what an answer, or the lack of one, says of address and credentials. That
/// the service does not know what it was asked about is fine.
/// @param fine what is said then: `the API key is accepted`
[[nodiscard]] CheckResult checked(const HttpApi::Answer& answer, std::string fine);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
