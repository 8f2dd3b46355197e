// Checks whether results were imported, and sends results again that the platform dropped.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <vector>

#include "opencti/client/platform.hpp"
#include "opencti/out/output.hpp"
#include "os/thread.hpp"
#include "runtime/sent_results.hpp"
#include "telemetry/metrics.hpp"

namespace runtime {

struct ImportWatchOptions {
  /// Average number of requests to the platform per kept result; one request is available at the
  /// start.
  double calls_per_result = 0.2;
  /// A result that is due for this time is checked even if no request is available.
  std::chrono::milliseconds longest_delay{60 * 60'000};
  /// The pause after the first check of a result doubles with each further check, up to
  /// `longest_pause`.
  std::chrono::milliseconds first_pause{60'000};
  std::chrono::milliseconds longest_pause{60 * 60'000};
  /// A result that is not imported after this time is sent again, in any state of its work.
  std::chrono::milliseconds give_up_after{24 * 60 * 60'000};
  /// Interval of checks.
  std::chrono::milliseconds interval{20'000};
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
  /// Results that were sent again.
  telemetry::Counter sent_again = {};
};

/// Each minute the platform closes every work of the connector that is older than the last work
/// that a worker reported on. Until 2026 its workers then dropped the remaining objects of that
/// work silently (opencti-graphql: connectorManager.js, httpServer.js). Therefore results that were
/// sent with their work's id are checked later, many in one request. If the work is complete with
/// the announced number of objects, the result is forgotten. If the work was closed with fewer
/// objects, or was deleted, and workers accept nothing more for it, the result is sent again
/// without its work's id: such messages are never dropped, and deterministic ids make the repeat
/// harmless. If workers still accept objects of closed works, the import continues.
///
/// Owns one thread. Public functions are thread-safe.
class ImportWatch final {
 public:
  /// All references must outlive this object.
  /// @param output leads to the workers, and makes no copies
  ImportWatch(ImportWatchOptions options, opencti::Platform& platform, opencti::Output& output,
              SentResults& sent, telemetry::Log log);
  ~ImportWatch();
  ImportWatch(const ImportWatch&) = delete;
  ImportWatch& operator=(const ImportWatch&) = delete;

  /// Starts the checks, after the connector is registered. Results that are due are checked soon.
  void start();
  /// Stops permanently, without waiting for imports. Remaining results are checked after the next
  /// start, if the store is a file.
  void stop();

  /// Checks the due results once, if a request is available; public for tests.
  /// @returns whether there may be more due results
  bool check(const std::stop_token& stop);

 private:
  using Due = std::vector<DueResult>;
  void run(const std::stop_token& stop);
  [[nodiscard]] bool may_call(const Due& due);
  /// The debt is limited to one request, so that checks continue normally after an outage.
  void spend() { calls_left_ = std::max(calls_left_ - 1, -1.0); }
  /// @returns whether all results that had to be sent again were sent
  [[nodiscard]] bool judge(const Due& due, const std::vector<opencti::WorkState>& works,
                           const std::stop_token& stop);
  /// Postpones results that are not imported yet; sends overdue results again.
  /// @returns as judge()
  [[nodiscard]] bool wait_for(Due results, const std::stop_token& stop);
  /// @returns results for whose works the workers accept nothing any more; the others are added to
  /// `living`
  [[nodiscard]] Due without_living(const Due& results, Due& living, const std::stop_token& stop);
  [[nodiscard]] std::vector<bool> ask_alive(const Due& results, const std::stop_token& stop);
  /// Why a result is sent again.
  struct Why {
    std::string_view reason;
    /// The text for the work; empty: none.
    std::string_view on_work = {};
  };
  [[nodiscard]] bool send_again(const Due& results, const Why& why, const std::stop_token& stop);
  [[nodiscard]] bool send_again(const DueResult& result, const Why& why,
                                const std::stop_token& stop);
  void report_on_work(const DueResult& result, std::string_view text, const std::stop_token& stop);
  void postpone(const Due& results);
  [[nodiscard]] bool overdue(const DueResult& result) const;

  ImportWatchOptions options_;
  opencti::Platform& platform_;
  opencti::Output& output_;
  SentResults& sent_;
  telemetry::Log log_;
  // Used by one thread at a time.
  double calls_left_ = 1;
  std::uint64_t counted_ = 0;
  bool said_unreadable_ = false;
  /// The number of works reported to at this check.
  int reports_ = 0;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool started_ = false;
  bool stopped_ = false;
  os::Thread thread_;
};

}  // namespace runtime
