// The responses of the status port.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "monitoring/journal.hpp"
#include "monitoring/page.hpp"
#include "monitoring/snapshot.hpp"
#include "monitoring/status.hpp"
#include "net/http/server.hpp"
#include "source/product.hpp"

namespace monitoring {

struct RoutesOptions {
  /// Clients must send it to read status and metrics; empty: not required.
  std::string token;
  /// Only requests with a Host header of this host are answered, against DNS rebinding: otherwise a
  /// foreign web page whose name resolves to this host could read the responses.
  bool local_only = false;
  About about;
};

/// All are called on the server's thread, and must be quick.
struct RoutesSources {
  std::function<Snapshot()> snapshot;
  std::function<Journal::Contents()> journal;
  /// In Prometheus' text format; empty: without this route.
  std::function<std::string()> metrics = {};
};

/// `/livez` and `/readyz` for probes, `/metrics`, `/status`, and the page.
class Routes final {
 public:
  /// @param product must outlive this object
  Routes(const source::Product& product, RoutesOptions options, RoutesSources sources);
  ~Routes() = default;
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  /// @param request GET or HEAD: the server rejects others before
  [[nodiscard]] net::HttpServerReply answer(const net::HttpServerRequest& request) const;

 private:
  struct Route {
    std::string path;
    /// Whether it shows what is enriched, and requires the token.
    bool guarded = false;
    std::function<net::HttpServerReply()> make;
  };

  [[nodiscard]] bool admits(const net::HttpServerRequest& request) const;
  [[nodiscard]] net::HttpServerReply ready() const;
  [[nodiscard]] net::HttpServerReply status() const;

  const source::Product& product_;
  RoutesOptions options_;
  RoutesSources sources_;
  Page page_ = status_page(product_);
  std::vector<Route> routes_;
};

/// Headers of each response of the port, also of the server's own responses.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> common_headers();

/// Whether the name in a Host header, with or without a port, is this host's own.
[[nodiscard]] bool is_local_host(std::string host);

}  // namespace monitoring
