// Asks the lookup API of Kaspersky Threat Intelligence Portal.
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
  /// By what came of them: `found`, `not_found`, `rate_limited`, `refused`, `rejected`,
  /// `unavailable`, `malformed`.
  telemetry::Labelled<telemetry::Counter, 1> requests;
  /// Those that brought neither an answer nor that there is none.
  telemetry::Counter failures;
  /// Those that were not the first try for their inquiry.
  telemetry::Counter retries;
  /// From connecting to the last byte.
  telemetry::Histogram took;
};

struct ClientOptions {
  /// May have a path: `https://gateway.example/tip`. A `/api` at its end is left out.
  std::string base_url = "https://tip.kaspersky.com";
  std::string api_key;
  /// Canonical names; the mandatory ones are asked for anyway.
  std::map<ObjectKind, std::vector<std::string>> sections;
  /// The most records in each section of an answer.
  int records_count = 10;
  std::chrono::milliseconds total_timeout{60'000};
  /// The answer to a hedged inquiry is lost if it has not begun after this time. TIP takes less
  /// than two seconds as a rule.
  std::chrono::milliseconds first_byte_limit{10'000};
  /// An answer that came after more than that shows that TIP is slow, not that answers are lost:
  /// for this long no inquiry is hedged, since each would be paid for twice.
  std::chrono::minutes slow_for{10};
  /// From which each answer takes what it needs; decides how long one can be.
  source::AnswerMemory memory = source::AnswerMemory();
  /// Less than the memory allows. In bytes, after decompression.
  std::size_t max_answer = std::size_t{16} * 1024 * 1024;
  /// Nested arrays and objects.
  int max_depth = 64;
  net::HttpClientOptions http;
  ClientMetrics metrics = {};
};

/// One request per lookup. (The HTTP library alone repeats one whose kept connection turns out to
/// be closed before any answer.) What is asked again is asked over a connection of its own. The
/// class is thread-safe.
///
/// No outcome holds the token, the value asked for, or text of the service, except what
/// Answer::oddities quotes.
class Client final : public Lookup {
 public:
  explicit Client(ClientOptions options);

  /// Whatever the purpose.
  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// Where the answer to an inquiry is: service, kind, value, sections and count, and nothing
  /// secret. The same for the same question.
  [[nodiscard]] std::string url_of(const Inquiry& inquiry) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] Outcome ask(const Inquiry& inquiry, const net::Deadline& deadline);
  [[nodiscard]] net::Result<net::HttpResponse> send(const net::HttpRequest& request,
                                                    const net::Deadline& deadline);
  /// Whether the answer is given up early. Only where as much time is left for the next try.
  [[nodiscard]] bool gives_up_early(const Inquiry& inquiry, const net::Deadline& deadline) const;
  void count(const Outcome& outcome) const;
  /// Whether a page says what Kaspersky would say, but comes from elsewhere than its answers.
  [[nodiscard]] bool is_foreign(const net::HttpResponse& response) const;

  const ClientOptions options_;
  const net::HttpClient http_;
  std::atomic<Time> slow_until_{Time()};
  mutable std::mutex mutex_;
  /// What answers said of the servers that sent them: only Kaspersky sends such.
  std::set<std::string> servers_;
};

}  // namespace kaspersky
