// Looks whether what was sent was imported, and sends again what the platform dropped.
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
  /// Requests to the platform for each result that is kept, on average; a whole one is left to
  /// begin with.
  double calls_per_result = 0.2;
  /// One that is due for so long is looked at although there is no such request left.
  std::chrono::milliseconds longest_delay{60 * 60'000};
  /// The pause after the first look at a result doubles with each further one, up to this.
  std::chrono::milliseconds first_pause{60'000};
  std::chrono::milliseconds longest_pause{60 * 60'000};
  /// What was not imported by then is sent again, whatever the platform says.
  std::chrono::milliseconds give_up_after{24 * 60 * 60'000};
  /// Between two looks.
  std::chrono::milliseconds interval{20'000};
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
  /// Results that were sent again.
  telemetry::Counter sent_again = {};
};

/// Each minute the platform closes every work of the connector that is older than the last one that
/// a worker reported on, and until 2026 its workers then dropped what was left of it, without a
/// word (opencti-graphql: connectorManager.js, httpServer.js). So a result that was sent under its
/// work's id is looked at some time later, many at once. One whose work is complete with as many
/// objects as were announced is forgotten. One whose work was closed with fewer, or is gone, and
/// that workers take nothing for any more, is sent again, without its work's id: such messages are
/// never dropped, and the ids of objects make a repeat harmless. A platform whose workers still
/// take what was closed is seen by that, and left to finish.
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

  /// From now on, once the connector is registered. What is due already is looked at soon.
  void start();
  /// For good. Waits for nothing: what is left is looked at after the next start of the process, if
  /// the store is a file.
  void stop();

  /// One look at what is due, if that may cost a request now; for tests of their own too.
  /// @returns whether there may be more to look at at once
  bool look(const std::stop_token& stop);

 private:
  using Due = std::vector<DueResult>;
  void run(const std::stop_token& stop);
  [[nodiscard]] bool may_call(const Due& due);
  /// No more than one is owed: after an outage the next results are looked at as ever.
  void spend() { calls_left_ = std::max(calls_left_ - 1, -1.0); }
  /// @returns whether all that was to be sent again was
  [[nodiscard]] bool judge(const Due& due, const std::vector<opencti::WorkState>& works,
                           const std::stop_token& stop);
  /// What is not imported yet is looked at later, or sent again if it is overdue.
  /// @returns as judge()
  [[nodiscard]] bool wait_for(Due results, const std::stop_token& stop);
  /// @returns those for whose works the workers take nothing any more; the others go to `living`
  [[nodiscard]] Due without_living(const Due& results, Due& living, const std::stop_token& stop);
  [[nodiscard]] std::vector<bool> ask_alive(const Due& results, const std::stop_token& stop);
  /// Why a result is sent again.
  struct Why {
    std::string_view reason;
    /// What the work says then; empty: nothing.
    std::string_view on_work = {};
  };
  [[nodiscard]] bool send_again(const Due& results, const Why& why, const std::stop_token& stop);
  [[nodiscard]] bool send_again(const DueResult& result, const Why& why,
                                const std::stop_token& stop);
  void tell(const DueResult& result, std::string_view text, const std::stop_token& stop);
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
  /// At this look.
  int told_ = 0;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool started_ = false;
  bool stopped_ = false;
  os::Thread thread_;
};

}  // namespace runtime
