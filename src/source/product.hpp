// A connector, as far as the platform's side has to know it: what it is called, its settings, and
// how its source is made.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/table.hpp"
#include "export.hpp"
#include "net/http/client.hpp"
#include "net/memory_budget.hpp"
#include "source/metrics.hpp"
#include "source/ratings.hpp"
#include "source/saved_answers.hpp"
#include "source/source.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"
#include "text/ascii.hpp"

namespace storage {
struct Shared;
}

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// What a source works with. What is referred to outlives the source.
struct Services {
  telemetry::Log log;
  /// For what is to survive a restart. Each replica has its own.
  storage::Database& store;
  /// User agent and trusted certificates. Proxies come from the environment.
  net::HttpClientOptions http = {};
  /// For answers, as long as they are worked on. nullptr: without a limit.
  net::MemoryBudget* memory = nullptr;
  /// How many threads call the source at the same time.
  int workers = 1;
  Metrics metrics = {};
  /// What this library's own sources share with other replicas; nullptr where there are none.
  const storage::Shared* shared = nullptr;
};

/// All texts outlive the process. What has a default may be left out.
///
/// ```cpp
/// source::Product weather(std::vector<configuration::Row> settings) {
///   static constexpr std::array<std::string_view, 1> scopes{"IPv4-Addr"};
///   static constexpr auto words = std::to_array<source::Rating>(
///       {{"storm", source::Tone::bad}, {"sun", source::Tone::good}});
///   return {.program = "weather",
///           .version = "1.0.0",
///           .source = "Weather",
///           .about = "What the weather service knows about addresses.",
///           .prefix = "WEATHER_",
///           .connector_id = "weather--2f2e0d4c-7f5a-4c0e-9d5b-6f6b8c2a1e90",
///           .connector_name = "Weather",
///           .scopes = scopes,
///           .scope = "IPv4-Addr",
///           .ratings = {.word = "forecast", .all = words},
///           .settings = std::move(settings)};
/// }
/// ```
struct Product {
  /// `kaspersky-enrichment`: the command, and what servers and the platform know the connector as.
  std::string_view program;
  std::string_view version;
  /// `Kaspersky`, in texts. In lower case it is the source's name on the page and in metrics.
  std::string_view source;
  /// `Kaspersky TIP`, where there is room for it. Empty: as `source`.
  std::string_view service = {};
  /// What the service is, in one sentence of the status page.
  std::string_view service_meaning = {};
  /// `Kaspersky enrichment`, of the status page. Empty: as `connector_name`.
  std::string_view title = {};
  /// What the help says first: a sentence, or several lines.
  std::string_view about;

  /// What variables of the connector's own settings begin with: `KASPERSKY_`.
  std::string_view prefix;
  /// A longer form of it that the Python connector reads: `KASPERSKY_ENRICHMENT_`. Empty: none.
  std::string_view long_prefix = {};
  /// Takes the place of a connector in Python: KASPERSKY_MAX_TLP is read where CONNECTOR_MAX_TLP is
  /// not given.
  bool replaces_python = false;

  /// Defaults of CONNECTOR_ID and CONNECTOR_NAME.
  std::string_view connector_id;
  std::string_view connector_name;
  /// Types of observables that it can enrich, as OpenCTI spells them.
  std::span<const std::string_view> scopes;
  /// Those that it enriches unless CONNECTOR_SCOPE is set: `IPv4-Addr,Domain-Name`.
  std::string_view scope;

  Ratings ratings = {};
  /// Those that the source registers beside the ones of any connector.
  OwnMetrics metrics = {};

  /// The connector's own settings, each bound to the option that it sets, which must outlive the
  /// product. A name begins with the prefix.
  std::vector<configuration::Row> settings = {};
  /// What is wrong with settings that only make sense together, one line each.
  std::function<std::vector<std::string>()> problems = {};
  /// What is allowed but risky.
  std::function<std::vector<std::string>()> advice = {};
  /// Whether labels are made, for which the connector's user needs a right.
  std::function<bool()> makes_labels = {};

  /// How much the source keeps in the store at most, in bytes; nothing where it keeps little.
  std::function<std::int64_t()> stored = {};

  /// Called once the settings are read.
  std::function<std::unique_ptr<Source>(const Services&)> make = {};
  /// For `lookup --offline`, which is there with them alone.
  std::optional<SavedAnswers> saved_answers = {};
};

/// What servers see: `kaspersky-enrichment/0.1.0`.
[[nodiscard]] inline std::string user_agent(const Product& product) {
  return std::string(product.program).append("/").append(product.version);
}

/// In names of metrics, of fields and of the source's link: `kaspersky`. What is neither a letter
/// nor a digit becomes `_`.
[[nodiscard]] inline std::string word_of_source(const Product& product) {
  auto out = text::lower_case(product.source);
  for (char& c : out) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
  }
  return out;
}

/// Of one of the settings whose names begin with the product's prefix.
/// @param name without the prefix: `CACHE_PATH`
[[nodiscard]] inline std::string setting(const Product& product, std::string_view name) {
  return std::string(product.prefix).append(name);
}

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
