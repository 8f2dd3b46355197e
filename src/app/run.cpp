#include "app/run.hpp"

#include <malloc.h>
#include <signal.h>

#include <exception>
#include <optional>
#include <set>
#include <string>

#include "app/connector.hpp"
#include "app/memory_limit.hpp"
#include "app/problems.hpp"
#include "app/stop_signals.hpp"
#include "monitoring/journal.hpp"
#include "settings/load.hpp"
#include "telemetry/log_writer.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;

/// Time after the grace period to close connections. Less than the time until unit, image and
/// manifest kill the process.
constexpr auto overtime = 10s;
/// Maximum wait for the reader of the log.
constexpr auto last_words = 200ms;

/// Limits the number of heaps: otherwise each worker's thread has its own heap, which never
/// shrinks.
void keep_memory_small() {
  constexpr int heaps = 2;
  constexpr int trim_at_bytes = 1024 * 1024;
  // A fixed value: by default glibc raises it to the size of freed blocks; then large texts lie
  // between small ones, and their memory is not returned.
  constexpr int mapped_from_bytes = 256 * 1024;
  mallopt(M_ARENA_MAX, heaps);
  mallopt(M_MMAP_THRESHOLD, mapped_from_bytes);
  mallopt(M_TRIM_THRESHOLD, trim_at_bytes);
}

telemetry::LogOptions log_options(const settings::Settings& settings, telemetry::Level level) {
  return {.level = level,
          .name = settings.connector.name,
          .json = settings.opencti.json_logging,
          .write = {}};
}

/// The line that replaces missing lines.
std::string missing_lines(const settings::Settings& settings, std::uint64_t count) {
  std::string text;
  auto options = log_options(settings, telemetry::Level::warning);
  options.write = [&text](std::string_view line) { text = line; };
  telemetry::Log(std::move(options))
      .warning("Log lines are missing here: they could not be written in time", {{"lines", count}});
  return text;
}

/// The log of the running connector.
class RunLog final {
 public:
  RunLog(const settings::Loaded& loaded, monitoring::Journal& journal)
      : settings_(loaded.settings),
        secrets_(loaded.secrets),
        journal_(journal),
        writer_(writer_options(settings_)) {}

  [[nodiscard]] telemetry::Log log(telemetry::Level level) {
    auto options = log_options(settings_, level);
    options.write = [this](std::string_view line) { writer_.write(line); };
    options.on_trouble = [this](const auto& entry) { journal_.note(entry); };
    telemetry::Log log(std::move(options));
    for (const auto& secret : secrets_) log.hide(secret);
    return log;
  }
  [[nodiscard]] std::uint64_t dropped() const { return writer_.dropped(); }
  /// Writes the last lines of a process that ends without its destructors.
  void flush() { writer_.flush(last_words); }
  void end(bool overdue) {
    if (overdue) {
      log(telemetry::Level::error)
          .error(
              "Did not stop in time, ending the process; unfinished messages will be delivered "
              "again");
    }
    flush();
  }

 private:
  static telemetry::LogWriterOptions writer_options(const settings::Settings& settings) {
    telemetry::LogWriterOptions options;
    options.notice = [&settings](std::uint64_t count) { return missing_lines(settings, count); };
    return options;
  }

  const settings::Settings& settings_;
  const std::set<std::string>& secrets_;
  monitoring::Journal& journal_;
  telemetry::LogWriter writer_;
};

ExitCode report_stop(Connector::Stopped stopped, const telemetry::Log& log) {
  switch (stopped) {
    case Connector::Stopped::finished:
      log.info("Stopped");
      return ExitCode::ok;
    case Connector::Stopped::rest_given_back:
      log.warning("Stopped before everything was finished; the rest will be delivered again");
      return ExitCode::ok;
    case Connector::Stopped::some_lost:
      break;
  }
  return ExitCode::failed;
}

}  // namespace

ExitCode run(const source::Product& product, const std::optional<std::string>& config_path) {
  const auto loaded = settings::load_from_process(product, config_path);
  if (!loaded) {
    print_problems(product, loaded.error());
    return ExitCode::configuration;
  }
  const auto& settings = loaded->settings;
  keep_memory_small();
  signal(SIGPIPE, SIG_IGN);

  monitoring::Journal journal;
  RunLog lines(*loaded, journal);
  StopSignals signals({.longest_stop = settings.connector.shutdown_grace + overtime,
                       .before_end = [&lines](bool overdue) { lines.end(overdue); }});
  const auto log = lines.log(settings.connector.log_level);
  // Independent of the log level, because a misspelled setting is not visible otherwise.
  const auto start_log = lines.log(telemetry::Level::warning);
  for (const auto& warning : loaded->warnings) start_log.warning(warning);
  log.info("Starting", {{"version", product.version}, {"scope", settings.connector.scope}});
  report_memory_limit(settings, container_limit(), log);

  std::optional<Connector> connector;
  try {
    connector.emplace(product, settings, journal, log, [&lines] { return lines.dropped(); });
  } catch (const std::exception& unusable) {
    // A port is in use, the cache cannot be opened, or a file that a setting names was removed
    // after the check.
    lines.flush();
    print_problems(product, {unusable.what()});
    return ExitCode::configuration;
  }
  const int number = signals.wait();
  log.info("Stopping: finishing begun messages",
           {{"signal", number}, {"grace_seconds", settings.connector.shutdown_grace.count()}});
  const auto stopped = connector->stop(settings.connector.shutdown_grace);
  connector.reset();
  return report_stop(stopped, log);
}

}  // namespace app
