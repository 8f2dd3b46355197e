// What the status port answers to whom.
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
  /// Whoever wants the status or the metrics must send it; empty: nobody has to.
  std::string token;
  /// Only requests to this host itself are answered: a page from elsewhere whose name leads here
  /// could read the answers otherwise.
  bool local_only = false;
  About about;
};

/// All are called on the server's thread, and are quick.
struct RoutesSources {
  std::function<Snapshot()> snapshot;
  std::function<Journal::Contents()> journal;
  /// In Prometheus' text format; empty: there is no such route.
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

  /// @param request to read: others do not come this far
  [[nodiscard]] net::HttpServerReply answer(const net::HttpServerRequest& request) const;

 private:
  struct Route {
    std::string path;
    /// Whether it shows what is enriched.
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

/// What every reply of the port carries, also those that the server itself makes.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> common_headers();

/// Whether the name in a Host header, with or without a port, is this host's own.
[[nodiscard]] bool is_local_host(std::string host);

}  // namespace monitoring
