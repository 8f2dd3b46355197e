// The requests of the day on a server that replicas share.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kaspersky/request_ledger.hpp"
#include "storage/replicas.hpp"
#include "storage/write_health.hpp"

namespace kaspersky {

/// A request is counted on the server before it is sent, if no other replica has counted one since
/// the figures were read. Otherwise the new figures are used to decide again.
///
/// While the server is unreachable, each request counts once per replica last known alive, as if
/// the others sent as many. So each replica uses only its share of the rest of the quota. Once the
/// server is reachable again, it receives the real count; it also does if it has lost its data.
class SharedLedger final : public RequestLedger {
 public:
  /// @param shared must outlive this object
  SharedLedger(storage::Shared shared, telemetry::Log log);
  ~SharedLedger() override;
  SharedLedger(const SharedLedger&) = delete;
  SharedLedger& operator=(const SharedLedger&) = delete;

  void begin(std::int64_t day) override;
  [[nodiscard]] bool count(std::int64_t day,
                           const std::function<bool(const Figures&)>& allowed) override;
  void learn(std::int64_t day, const LicenseInfo& license) override;
  void correct(std::int64_t day, const LicenseInfo& license) override;
  [[nodiscard]] Figures figures(std::int64_t day) const override;
  [[nodiscard]] std::string problem() const override { return write_health_.problem(); }

 private:
  /// Sends the server the requests that it does not have, and takes over its figures.
  bool meet(std::int64_t day);
  /// The same, even if the server has all requests.
  /// @param decided_by counts one more request if the server's figures still equal these; may be
  /// empty
  storage::Result<storage::Reply> ask(const std::vector<std::string>& decided_by);
  void take_over(std::int64_t day, const LicenseInfo& license, bool may_fall);
  void settle(const storage::Result<storage::Reply>& reply);
  /// The server's figures plus the requests made while it was unreachable.
  [[nodiscard]] Figures assumed() const;
  void publish_figures();
  /// Reads the counts of other replicas.
  void refresh();

  storage::Redis& redis_;
  storage::Replicas& replicas_;
  storage::WriteHealth write_health_;
  std::mutex mutex_;
  std::optional<std::int64_t> day_;
  /// The last figures from the server.
  Figures figures_;
  /// The number of requests of this replica, by day: a clock can be set back.
  std::map<std::int64_t, std::int64_t> made_;
  /// The number of requests of `day_` that the server has.
  std::int64_t known_ = 0;
  /// Never held during a call to the server.
  mutable std::mutex published_mutex_;
  std::optional<std::int64_t> published_day_;
  Figures published_;
};

}  // namespace kaspersky
