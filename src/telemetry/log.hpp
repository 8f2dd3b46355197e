// The connector's log: one JSON object per line, as OpenCTI's own connectors write it, so that
// existing log collectors keep working. Every line of one enrichment has the attributes that
// identify it: bind them once with Log::with() and pass that Log on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "export.hpp"

namespace telemetry OPENCTI_CONNECTOR_PUBLIC {

enum class Level { debug, info, warning, error };

/// `debug`, `info`, `warn`, `warning` or `error`, in any letter case; nothing for other text.
[[nodiscard]] std::optional<Level> parse_level(std::string_view text);

/// Attributes of a line, by name. Values are numbers, booleans or text; nested values are allowed.
using Attributes = nlohmann::json::object_t;

/// A log line before it is formatted. Secrets are hidden, long values cut.
struct Entry {
  Level level = Level::error;
  std::string message;
  Attributes attributes;
};

/// Where lines go and how they look. Shared by every Log that was made from it.
struct LogOptions {
  Level level = Level::error;
  /// Connector name, the `name` of each line.
  std::string name;
  /// false: `LEVEL:name:message key=value …` on one line, for people.
  bool json = true;
  /// Receives each finished line, newline included, one call at a time. Standard error when empty.
  std::function<void(std::string_view)> write;
  /// Receives each warning and error, whatever `level` is, one call at a time. Must be quick, not
  /// throw, and not use the log. May be empty.
  std::function<void(const Entry&)> on_trouble = {};
};

/// A handle to the log with some attributes bound to it. Cheap to copy.
///
/// A line: {"timestamp": UTC with microseconds and Z, "level": "INFO", "name": …, "message": …,
/// "attributes": {…}}; non-ASCII as `\uXXXX`, control characters escaped, so that no value can
/// forge a line. Values longer than 4 KiB are cut.
///
/// The class is thread-safe: lines of several threads do not mix. Writing a line does not fail for
/// the caller.
///
/// ```cpp
/// void report(const telemetry::Log& log, const std::string& api_key, int status) {
///   log.hide(api_key);
///   const auto here = log.with({{"service", "example"}});
///   if (status == 429) here.warning("The service's rate limit is reached", {{"status", status}});
/// }
/// ```
class Log {
 public:
  explicit Log(LogOptions options);

  /// The same log, whose lines also carry these attributes.
  [[nodiscard]] Log with(const Attributes& attributes) const;

  /// From now on every occurrence of `secret` in any line is written as `***`, in all handles of
  /// this log. Text shorter than text::shortest_hidden (8) is ignored.
  void hide(std::string_view secret) const;

  /// The text as a line would show it: secrets hidden, cut if it is long.
  [[nodiscard]] std::string redacted(std::string_view text) const;

  void debug(std::string_view message, const Attributes& attributes = {}) const;
  void info(std::string_view message, const Attributes& attributes = {}) const;
  void warning(std::string_view message, const Attributes& attributes = {}) const;
  void error(std::string_view message, const Attributes& attributes = {}) const;
  void line(Level level, std::string_view message, const Attributes& attributes = {}) const;

  /// Whether a line of this level would be written.
  [[nodiscard]] bool enabled(Level level) const;

 private:
  struct Sink;
  Log(std::shared_ptr<Sink> sink, Attributes bound);

  std::shared_ptr<Sink> sink_;
  Attributes bound_;
};

}  // namespace telemetry OPENCTI_CONNECTOR_PUBLIC
