// A client of a service that answers in JSON over HTTP.
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
  /// The service's name in texts for people: `AbuseIPDB`.
  std::string name;
  /// May have a path: `https://gateway.example/abuseipdb`.
  std::string base_url;
  /// Headers of each request, in addition to those of the call. Headers and `query` never appear in
  /// a text.
  Pairs headers = {};
  Pairs query = {};
  /// The options from source::Services.
  net::HttpClientOptions http = {};
  /// Each answer leases its memory from this budget, which also limits the size of an answer.
  AnswerMemory memory = AnswerMemory();
  /// Maximum number of requests per call.
  int tries = 3;
  /// Pause between them, if the service does not name a time.
  net::BackoffOptions retry = {};
  /// Timeout of each request.
  std::chrono::milliseconds timeout{30'000};
};

struct HttpAnswer {
  /// 200 to 299.
  int status = 0;
  /// Null if the answer is empty.
  nlohmann::json json;
  /// The unchanged answer, for Verdict::answer.
  std::string text;
  /// For Verdict::memory.
  AnswerMemory::Lease memory;
};

/// The verdict for an object that the service knows, with its answer.
[[nodiscard]] Verdict found(std::string text, Enrichment enrichment, HttpAnswer answer);

/// Sends a request, and retries after a broken connection, a time-out, and a status of 5xx, 408 or
/// 429. After 429 or 503 it waits as long as Retry-After demands, and so do all other calls. No
/// wait lasts beyond the deadline.
///
/// A failure is returned as a verdict with a text for people: `not_found` (404), `refused` (401,
/// 403), `rate_limited` (429), `rejected` (another 4xx, a redirect), `unavailable` (5xx,
/// transport), `malformed` (not JSON, or larger than allowed).
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

  /// @throws std::runtime_error if `http.ca_path` is a file that cannot be read
  explicit HttpApi(HttpApiOptions options);

  /// @param path values in it must be encoded with net::percent_encode(); values of `query` must
  /// not
  [[nodiscard]] Answer get(std::string_view path, const Pairs& query, const net::Deadline& deadline,
                           const Pairs& headers = {});

  /// The same, repeated while the answer is 202 (Accepted), until the result is ready.
  /// `unavailable` if it is not ready by the deadline.
  [[nodiscard]] Answer get_when_ready(std::string_view path, const Pairs& query,
                                      const net::Deadline& deadline, const Pairs& headers = {});

  /// Sends JSON. Retries only if the service has done nothing: it was not reached, or answered 429.
  [[nodiscard]] Answer post(std::string_view path, const Pairs& query, const nlohmann::json& body,
                            const net::Deadline& deadline, const Pairs& headers = {});

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// The result of one request.
  struct Attempt {
    Answer answer;
    /// Whether a retry may succeed.
    bool transient = false;
    /// The service has done nothing.
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
  /// The time until requests may be sent again.
  [[nodiscard]] std::chrono::milliseconds remaining_pause() const;
  /// Never shortens the pause that another call has set.
  void pause_for(std::chrono::seconds wait);

  const HttpApiOptions options_;
  const net::HttpClient http_;
  std::atomic<Time> paused_until_{Time()};
};

/// For Source::check(): what an answer, or a failure, says about address and credentials.
/// `not_found` is a success.
/// @param fine the text for success: `the API key is accepted`
[[nodiscard]] CheckResult checked(const HttpApi::Answer& answer, std::string fine);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
