// A client of the lookup API of Kaspersky Threat Intelligence Portal.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kaspersky/lookup.hpp"
#include "net/http/client.hpp"
#include "source/answer_memory.hpp"
#include "telemetry/metric_table.hpp"

namespace kaspersky {

struct ClientMetrics {
  /// By outcome: `found`, `not_found`, `rate_limited`, `refused`, `rejected`, `unavailable`,
  /// `malformed`. A request that was deferred for want of memory has none.
  telemetry::Labelled<telemetry::Counter, 1> requests;
  /// Requests with another outcome than `found` and `not_found`.
  telemetry::Counter failures;
  /// Requests that were retries.
  telemetry::Counter retries;
  /// Duration from connecting to the last byte.
  telemetry::Histogram took;
};

struct ClientOptions {
  /// May have a path: `https://gateway.example/tip`. A `/api` at its end is removed.
  std::string base_url = "https://tip.kaspersky.com";
  std::string api_key;
  /// Canonical names; the mandatory sections are always requested.
  std::map<ObjectKind, std::vector<std::string>> sections;
  /// Maximum number of records per section of an answer.
  int records_count = 10;
  std::chrono::milliseconds total_timeout{60'000};
  /// The answer to a hedged inquiry counts as lost if it has not begun after this time. TIP usually
  /// answers within two seconds.
  std::chrono::milliseconds first_byte_limit{10'000};
  /// If an answer takes longer than `first_byte_limit`, TIP is slow, and answers are not lost. Then
  /// no inquiry is hedged for this time, because each would be paid for twice.
  std::chrono::minutes slow_for{10};
  /// Each answer leases its memory from this budget, which also limits the size of an answer.
  source::AnswerMemory memory = source::AnswerMemory();
  /// Maximum size of an answer in bytes, after decompression. The memory may allow less.
  std::size_t max_answer = std::size_t{16} * 1024 * 1024;
  /// Maximum nesting of arrays and objects.
  int max_depth = 64;
  net::HttpClientOptions http;
  ClientMetrics metrics = {};
};

/// Sends one request per lookup. (Only the HTTP library may repeat it, if a reused connection was
/// closed before any answer.) A retry uses a new connection. The class is thread-safe.
///
/// No outcome contains the token, the value that is looked up, or text of the service, except
/// quotes in Answer::oddities.
class Client final : public Lookup {
 public:
  explicit Client(ClientOptions options);

  /// Does not depend on the purpose.
  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// The URL of an inquiry: service, kind, value, sections and count, without secrets. Equal for
  /// equal inquiries.
  [[nodiscard]] std::string url_of(const Inquiry& inquiry) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] Outcome ask(const Inquiry& inquiry, const net::Deadline& deadline);
  /// @param own_wait how long the request waited for memory; set while it is sent
  [[nodiscard]] net::Result<net::HttpResponse> send(
      const net::HttpRequest& request, const net::Deadline& deadline,
      const std::chrono::steady_clock::duration& own_wait);
  /// Whether to stop waiting for the answer early. Only if the deadline leaves as much time for the
  /// retry.
  [[nodiscard]] bool gives_up_early(const Inquiry& inquiry, const net::Deadline& deadline) const;
  void count(const Outcome& outcome) const;
  /// The outcome of any status but 200: `Unavailable` if a page with a status that Kaspersky uses
  /// comes from another server than its answers.
  [[nodiscard]] Outcome outcome_without_answer(const net::HttpResponse& response) const;

  const ClientOptions options_;
  const net::HttpClient http_;
  std::atomic<Time> slow_until_{Time()};
  mutable std::mutex mutex_;
  /// The servers named in valid answers, which only Kaspersky sends.
  std::set<std::string> servers_;
};

}  // namespace kaspersky
