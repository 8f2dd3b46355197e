#include "telemetry/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <mutex>
#include <vector>

#include "text/ascii.hpp"
#include "text/secrecy.hpp"
#include "text/time.hpp"

namespace telemetry {
namespace {

using nlohmann::json;

constexpr std::size_t longest_value = 4096;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::warning:
      return "WARNING";
    case Level::error:
      break;
  }
  return "ERROR";
}

std::string now_text() { return text::timestamp_us(std::chrono::system_clock::now()); }

void write_to_standard_error(std::string_view line) {
  while (!line.empty()) {
    const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Cuts and redacts every text in the value, keys included.
json cleaned(const json& value, const std::vector<std::string>& secrets);

std::string cleaned_text(std::string text, const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  if (text.size() > longest_value) {
    text.resize(longest_value);
    text += "…";
  }
  return text;
}

json cleaned(const json& value, const std::vector<std::string>& secrets) {
  if (value.is_string()) return cleaned_text(value.get<std::string>(), secrets);
  if (value.is_object()) {
    json copy = json::object();
    for (const auto& [key, inner] : value.items()) {
      copy[cleaned_text(key, secrets)] = cleaned(inner, secrets);
    }
    return copy;
  }
  if (value.is_array()) {
    json copy = json::array();
    for (const auto& inner : value) copy.push_back(cleaned(inner, secrets));
    return copy;
  }
  return value;
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

}  // namespace

std::optional<Level> parse_level(std::string_view text) {
  const auto lower = text::lower_case(text);
  if (lower == "debug") return Level::debug;
  if (lower == "info") return Level::info;
  if (lower == "warn" || lower == "warning") return Level::warning;
  if (lower == "error") return Level::error;
  return std::nullopt;
}

struct Log::Sink {
  LogOptions options;
  std::mutex mutex;
  /// Separate from `mutex`: redacted() does not wait until lines are written.
  std::mutex secrets_mutex;
  std::vector<std::string> secrets;
};

Log::Log(LogOptions options) : sink_(std::make_shared<Sink>()) {
  sink_->options = std::move(options);
  if (!sink_->options.write) sink_->options.write = write_to_standard_error;
}

Log::Log(std::shared_ptr<Sink> sink, Attributes bound)
    : sink_(std::move(sink)), bound_(std::move(bound)) {}

Log Log::with(const Attributes& attributes) const {
  Attributes merged = bound_;
  for (const auto& [key, value] : attributes) merged[key] = value;
  return {sink_, std::move(merged)};
}

void Log::hide(std::string_view secret) const {
  if (secret.size() < text::shortest_hidden) return;
  const std::lock_guard lock(sink_->secrets_mutex);
  auto& secrets = sink_->secrets;
  if (std::find(secrets.begin(), secrets.end(), secret) != secrets.end()) return;
  secrets.emplace_back(secret);
  // Longest first: a secret that contains another is hidden whole.
  std::sort(secrets.begin(), secrets.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Log::redacted(std::string_view text) const {
  const std::lock_guard lock(sink_->secrets_mutex);
  return cleaned_text(std::string(text), sink_->secrets);
}

bool Log::enabled(Level level) const { return level >= sink_->options.level; }

void Log::line(Level level, std::string_view message, const Attributes& attributes) const {
  const bool reported = level >= Level::warning && sink_->options.on_trouble;
  if (!reported && !enabled(level)) return;
  Attributes merged = bound_;
  for (const auto& [key, value] : attributes) merged[key] = value;

  const std::lock_guard lock(sink_->mutex);
  const auto& options = sink_->options;
  const auto text = redacted(message);
  const json shown = [&] {
    const std::lock_guard secrets_lock(sink_->secrets_mutex);
    return cleaned(merged, sink_->secrets);
  }();
  if (reported) {
    options.on_trouble({level, text, shown.is_object() ? shown.get<Attributes>() : Attributes()});
  }
  if (!enabled(level)) return;
  std::string out;
  if (options.json) {
    // Written by hand to keep the field order that people know from OpenCTI's connectors.
    out = fmt::format(R"({{"timestamp": "{}", "level": "{}", "name": {}, "message": {})",
                      now_text(), name_of(level), dumped(options.name), dumped(text));
    if (!shown.empty()) out += R"(, "attributes": )" + dumped(shown);
    out += "}\n";
  } else {
    // Escapes control characters, so that a value cannot start a new line, and everything beyond
    // ASCII, which can control a terminal or look like other text.
    auto plain = [](const std::string& value) {
      auto quoted = dumped(value);
      return quoted.substr(1, quoted.size() - 2);
    };
    out = fmt::format("{}:{}:{}", name_of(level), options.name, plain(text));
    for (const auto& [key, value] : shown.items()) {
      out += fmt::format(" {}={}", plain(key),
                         value.is_string() ? plain(value.get<std::string>()) : dumped(value));
    }
    out += '\n';
  }
  options.write(out);
}

void Log::debug(std::string_view message, const Attributes& attributes) const {
  line(Level::debug, message, attributes);
}
void Log::info(std::string_view message, const Attributes& attributes) const {
  line(Level::info, message, attributes);
}
void Log::warning(std::string_view message, const Attributes& attributes) const {
  line(Level::warning, message, attributes);
}
void Log::error(std::string_view message, const Attributes& attributes) const {
  line(Level::error, message, attributes);
}

}  // namespace telemetry
