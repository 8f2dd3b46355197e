#include "app/run.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>

#include <cstdio>
#include <exception>
#include <optional>

#include "app/connector.hpp"
#include "app/problems.hpp"
#include "app/version.hpp"
#include "monitoring/journal.hpp"
#include "settings/load.hpp"

namespace app {
namespace {

/// Blocks the signals that stop the program, for this thread and all that it starts, so that one
/// thread can wait for them; undoes that at the end.
class StopSignals final {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  ~StopSignals() { release(); }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// @returns the signal's number.
  int wait() {
    int number = 0;
    sigwait(&signals_, &number);
    return number;
  }

  /// From now on a further signal ends the process.
  void release() { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

 private:
  sigset_t signals_{};
};

/// A thread per worker would otherwise get a heap of its own, each of which keeps what it once
/// needed.
void keep_memory_small() {
  constexpr int heaps = 2;
  constexpr int trim_at_bytes = 1024 * 1024;
  mallopt(M_ARENA_MAX, heaps);
  mallopt(M_TRIM_THRESHOLD, trim_at_bytes);
}

telemetry::Log open_log(const settings::Settings& settings, telemetry::Level level,
                        monitoring::Journal& journal) {
  telemetry::Log log({.level = level,
                      .name = settings.connector.name,
                      .json = settings.opencti.json_logging,
                      .write = {},
                      .on_trouble = [&journal](const auto& entry) { journal.note(entry); }});
  for (const auto& secret : settings::secrets(settings)) log.hide(secret);
  return log;
}

}  // namespace

ExitCode run(const std::optional<std::string>& config_path) {
  const auto loaded = settings::load_from_process(config_path);
  if (!loaded) {
    print_problems(loaded.error());
    return ExitCode::configuration;
  }
  keep_memory_small();
  signal(SIGPIPE, SIG_IGN);
  StopSignals signals;

  monitoring::Journal journal;
  const auto log = open_log(loaded->settings, loaded->settings.connector.log_level, journal);
  // Whatever the level: a misspelled setting is silent otherwise, and nobody looks twice.
  const auto start_log = open_log(loaded->settings, telemetry::Level::warning, journal);
  for (const auto& warning : loaded->warnings) start_log.warning(warning);
  log.info("Starting", {{"version", version}, {"scope", loaded->settings.connector.scope}});

  std::optional<Connector> connector;
  try {
    connector.emplace(loaded->settings, journal, log);
  } catch (const std::exception& unusable) {
    // A port is taken, the cache cannot be opened, or a file that a setting names has gone since
    // the settings were checked.
    print_problems({unusable.what()});
    return ExitCode::configuration;
  }
  const int number = signals.wait();
  signals.release();
  log.info(
      "Stopping: finishing what has been begun",
      {{"signal", number}, {"grace_seconds", loaded->settings.connector.shutdown_grace.count()}});
  const bool finished = connector->stop(loaded->settings.connector.shutdown_grace);
  if (finished) {
    log.info("Stopped");
  } else {
    log.error("Stopped before everything was finished; the rest will be delivered again");
  }
  return finished ? ExitCode::ok : ExitCode::failed;
}

}  // namespace app
