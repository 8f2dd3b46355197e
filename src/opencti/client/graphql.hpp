// Sends GraphQL requests to the platform, and interprets their errors.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "net/backoff.hpp"
#include "net/http/client.hpp"
#include "net/memory_budget.hpp"
#include "opencti/client/error.hpp"
#include "opencti/client/intermediary_watch.hpp"
#include "opencti/ids.hpp"

namespace opencti {

/// Whether to retry a call after this error. Counts errors of the platform itself (`internal`):
/// after three INTERNAL_SERVER_ERRORs the call is not retried.
class WorthRetry final {
 public:
  [[nodiscard]] bool operator()(const Error& error) {
    if (error.kind == ErrorKind::internal) return ++internal_ < max_internal;
    return error.transient();
  }

 private:
  static constexpr int max_internal = 3;
  int internal_ = 0;
};

/// Sends a request and returns the response.
using Exchange = std::function<net::Result<net::HttpResponse>(const net::HttpRequest& request,
                                                              const net::Deadline& deadline)>;

struct GraphqlOptions {
  /// Base address of the platform, which may have a path; `/graphql` is appended.
  std::string url;
  std::string token;
  /// They replace the connector's own headers of the same name.
  std::vector<std::pair<std::string, std::string>> custom_headers;
  net::HttpClientOptions http;
  /// Limit of one attempt, from connecting to the last byte.
  std::chrono::milliseconds try_timeout{60'000};
  net::BackoffOptions backoff;
  /// Options about an intermediary that answers in the platform's place.
  IntermediaryWatchOptions intermediary = {};
  /// Replaces HTTP, for tests; empty: HTTP.
  Exchange exchange = {};
  /// Each response leases its cost from this budget before more than 256 KiB of it are read. It
  /// must be separate from the budgets of messages and of the source's answers, because callers
  /// hold leases of those. nullptr: no limit. The longest response must fit. Outlives the client.
  net::MemoryBudget* memory = nullptr;
};

/// The `data` of a response, and the memory leased for it. A caller that holds one must not call
/// the platform: the next response could wait for this memory.
struct Answer {
  nlohmann::json data;
  std::shared_ptr<net::MemoryBudget::Lease> memory = {};
};

/// A file that is sent with a document, as its variable `file`.
struct Attachment {
  std::string name;
  std::string content_type;
  std::string content;
};

/// The class is thread-safe.
class GraphqlClient final {
 public:
  explicit GraphqlClient(GraphqlOptions options);

  /// Sends the document once.
  ///
  /// @param draft_id the draft to work in; empty: none. The header is always sent: without it the
  /// platform would use the draft that the token's user opened last
  [[nodiscard]] Result<Answer> send_once(std::string_view document, const nlohmann::json& variables,
                                         const DraftId& draft_id,
                                         const net::Deadline& deadline) const;

  /// The same, but retries errors that may pass until the deadline (net::Retry). Only for
  /// idempotent documents.
  [[nodiscard]] Result<Answer> send(std::string_view document, const nlohmann::json& variables,
                                    const DraftId& draft_id, const net::Deadline& deadline) const;

  /// The same with the whole request as text: an object with this document as `query`, and
  /// `variables`.
  [[nodiscard]] Result<Answer> send_text_once(std::string_view document, std::string request,
                                              const net::Deadline& deadline) const;

  /// Sends a document with a file, once (GraphQL multipart request specification). The document has
  /// the parameter `$file: Upload!`.
  [[nodiscard]] Result<Answer> upload_once(std::string_view document, nlohmann::json variables,
                                           const Attachment& attachment,
                                           const net::Deadline& deadline) const;

  /// Whether the platform rejected the token in its last own response.
  [[nodiscard]] bool token_rejected() const { return token_rejected_; }
  /// Whether the platform itself has answered any request since `time`.
  [[nodiscard]] bool heard_since(std::chrono::steady_clock::time_point time) const {
    return heard_.load() > time;
  }

 private:
  [[nodiscard]] Result<Answer> post(std::string_view document, std::string body,
                                    const std::string& content_type, const DraftId& draft_id,
                                    const net::Deadline& deadline) const;
  void note(const Result<nlohmann::json>& answer) const;

  [[nodiscard]] bool take(std::shared_ptr<net::MemoryBudget::Lease>& memory, std::size_t bytes,
                          const net::Deadline& deadline) const;

  GraphqlOptions options_;
  net::HttpClient http_;
  mutable std::atomic<bool> token_rejected_ = false;
  mutable std::atomic<std::chrono::steady_clock::time_point> heard_ =
      std::chrono::steady_clock::time_point::min();
  mutable IntermediaryWatch intermediary_;
};

/// The error for data that belongs to another request, because a cache or a proxy mixed up
/// responses.
[[nodiscard]] Error another_answer();

/// Decodes a response. Kinds that decide the outcome of a message come only from the platform's own
/// response (see reply.hpp): the `extensions.code` of the first error.
/// @param document of the request
[[nodiscard]] Result<nlohmann::json> decode_answer(const net::HttpResponse& response,
                                                   std::string_view document);

}  // namespace opencti
