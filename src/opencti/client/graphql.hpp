// One GraphQL request to the platform, and what its errors mean.
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
    if (error.kind == ErrorKind::internal) return ++internal_ < most_internal;
    return error.transient();
  }

 private:
  static constexpr int most_internal = 3;
  int internal_ = 0;
};

/// How a request comes to its answer.
using Exchange = std::function<net::Result<net::HttpResponse>(const net::HttpRequest& request,
                                                              const net::Deadline& deadline)>;

struct GraphqlOptions {
  /// Base address of the platform, which may have a path; `/graphql` is appended.
  std::string url;
  std::string token;
  /// They replace our own headers of the same name.
  std::vector<std::pair<std::string, std::string>> custom_headers;
  net::HttpClientOptions http;
  /// One of several tries, from connect to the last byte.
  std::chrono::milliseconds try_timeout{60'000};
  net::BackoffOptions backoff;
  /// Of what answers in the platform's place.
  IntermediaryWatchOptions intermediary = {};
  /// In place of HTTP; empty: HTTP.
  Exchange exchange = {};
  /// From which each answer takes what it costs, before more than 256 KiB of it are read. One of
  /// its own: who asks the platform has a message in hand, and perhaps an answer of the source.
  /// nullptr: there is enough for all. Has room for the longest answer, and outlives the client.
  net::MemoryBudget* memory = nullptr;
};

/// The `data` of an answer, and the memory that was taken for it. Nobody may ask the platform who
/// has one: the next answer could wait for this memory.
struct Answer {
  nlohmann::json data;
  std::shared_ptr<net::MemoryBudget::Lease> memory = {};
};

/// A file that goes along with a document, as its variable `file`.
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
  /// @param draft_id the draft workspace to work in; empty: none. The header is always sent, since
  /// without it the platform would use the draft that the token's user last looked at.
  [[nodiscard]] Result<Answer> send_once(std::string_view document, const nlohmann::json& variables,
                                         const DraftId& draft_id,
                                         const net::Deadline& deadline) const;

  /// The same, but what is worth it is retried until the deadline (net::Retry). Only for documents
  /// whose effect is the same when they run twice.
  [[nodiscard]] Result<Answer> send(std::string_view document, const nlohmann::json& variables,
                                    const DraftId& draft_id, const net::Deadline& deadline) const;

  /// The same with the whole request as text: an object with this document as `query`, and
  /// `variables`.
  [[nodiscard]] Result<Answer> send_text_once(std::string_view document, std::string request,
                                              const net::Deadline& deadline) const;

  /// Sends a document with a file, once (GraphQL multipart request specification). The document
  /// takes the file as `$file: Upload!`.
  [[nodiscard]] Result<Answer> upload_once(std::string_view document, nlohmann::json variables,
                                           const Attachment& attachment,
                                           const net::Deadline& deadline) const;

  /// Whether the last words of the platform itself were that it does not accept the token.
  [[nodiscard]] bool token_rejected() const { return token_rejected_; }
  /// Whether the platform itself has answered any request since then.
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

/// Of data that does not hold what was asked for, about what was asked: it answers another request,
/// as a cache or a proxy can mix them up.
[[nodiscard]] Error another_answer();

/// What an answer means. Kinds that settle something come from the platform's own words alone (see
/// reply.hpp): the `extensions.code` of the first error.
/// @param document the request that it is an answer to
[[nodiscard]] Result<nlohmann::json> decode_answer(const net::HttpResponse& response,
                                                   std::string_view document);

}  // namespace opencti
