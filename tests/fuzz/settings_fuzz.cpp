// Any text as environment and config.yml: every problem and warning is one printable line, and
// loaded values are within their limits.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "settings/listening_rows.hpp"
#include "settings/load.hpp"
#include "unit/settings/fixture.hpp"

namespace {

constexpr std::string_view secret = "hunter2-hunter2";

using fuzz::require;

void check_lines(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    require(!line.empty() && line.find(secret) == std::string::npos);
    for (const char c : line) require(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  }
}

void check(const settings::AllLoaded& loaded) {
  const auto& settings = loaded.settings;
  require(!settings.opencti.url.empty() && !settings.opencti.token.empty());
  require(!settings.connector.scope.empty());
  require(settings.connector.workers >= 1 && settings.connector.workers <= 64);
  require(settings.listening.port != 0);
  for (const auto& [zone, score] : loaded.kaspersky.enrichment.scores) {
    require(score >= 0 && score <= 100);
  }
  require(!settings::callback_url(settings.listening).empty());
  require(!loaded.secrets.empty());
}

}  // namespace

// The input has lines NAME=value. If there is a line `---`, the lines after it are config.yml.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find(secret) != std::string_view::npos) return 0;
  const settings::FakeFiles files{{"/pem", "-----BEGIN CERTIFICATE-----"},
                                  {"/token", std::string(secret) + "\n"}};
  settings::Environment environment;
  std::optional<std::string> config;
  while (!text.empty() && !config) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto equals = line.find('=');
    if (line == "---") {
      config = std::string(text);
    } else if (equals != std::string_view::npos) {
      environment.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  // The required settings, so that most inputs are read further.
  environment.emplace("OPENCTI_URL", "http://opencti");
  for (const auto* name : {"OPENCTI_TOKEN", "KASPERSKY_API_KEY"}) {
    if (!environment.contains(std::string(name) + "_FILE")) environment.emplace(name, secret);
  }
  const auto loaded = settings::load(environment, config, files);
  check_lines(loaded ? loaded->warnings : loaded.error());
  if (!loaded) check_lines(loaded.error().warnings);
  if (loaded) check(*loaded);
  return 0;
}
