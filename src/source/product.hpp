// The description of a connector for the platform's side: its name, its settings, and how to make
// its source.
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

/// The services that a source may use. Referenced objects outlive the source.
struct Services {
  telemetry::Log log;
  /// For data that must survive a restart. Each replica has its own store.
  storage::Database& store;
  /// User agent and trusted certificates. Proxies come from the environment.
  net::HttpClientOptions http = {};
  /// Memory for answers while they are processed. nullptr: without a limit.
  net::MemoryBudget* memory = nullptr;
  /// Number of threads that call the source concurrently.
  int workers = 1;
  Metrics metrics = {};
  /// Data that this library's own sources share with other replicas; nullptr without replicas.
  const storage::Shared* shared = nullptr;
};

/// All texts must be valid for the whole process. Members with a default may be omitted.
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
  /// `kaspersky-enrichment`: the command, and the connector's name for servers and the platform.
  std::string_view program;
  std::string_view version;
  /// `Kaspersky`, in texts. In lower case it is the source's name on the page and in metrics.
  std::string_view source;
  /// `Kaspersky TIP`: a longer name. Empty: `source`.
  std::string_view service = {};
  /// What the service is, in one sentence of the status page.
  std::string_view service_meaning = {};
  /// `Kaspersky enrichment`: the title of the status page. Empty: `connector_name`.
  std::string_view title = {};
  /// The first text of the help: a sentence, or several lines.
  std::string_view about;

  /// The product's document that describes every setting: `docs/configuration.md`. Texts about
  /// settings name it; empty: there is none.
  std::string_view settings_document = {};

  /// The prefix of variables of the connector's own settings: `KASPERSKY_`.
  std::string_view prefix;
  /// A longer prefix for the same names, with precedence, as the linter of OpenCTI's connectors
  /// asks for: `KASPERSKY_ENRICHMENT_`. Empty: none.
  std::string_view long_prefix = {};
  /// Whether it replaces a connector in Python: KASPERSKY_MAX_TLP is then read if CONNECTOR_MAX_TLP
  /// is not set.
  bool replaces_python = false;

  /// Defaults of CONNECTOR_ID and CONNECTOR_NAME.
  std::string_view connector_id;
  std::string_view connector_name;
  /// Types of observables that it can enrich, as OpenCTI spells them.
  std::span<const std::string_view> scopes;
  /// Default of CONNECTOR_SCOPE: `IPv4-Addr,Domain-Name`.
  std::string_view scope;

  Ratings ratings = {};
  /// Metrics of the source, in addition to those of any connector.
  OwnMetrics metrics = {};

  /// The connector's own settings, each bound to the option that it sets, which must outlive the
  /// product. A name begins with the prefix.
  std::vector<configuration::Row> settings = {};
  /// Returns one line per problem with a combination of settings.
  std::function<std::vector<std::string>()> problems = {};
  /// Returns one line per setting that is allowed but risky.
  std::function<std::vector<std::string>()> advice = {};
  /// Whether the source creates labels, for which the connector's user needs a capability.
  std::function<bool()> makes_labels = {};

  /// Maximum size of the source's data in the store, in bytes; empty if it stores little.
  std::function<std::int64_t()> stored = {};

  /// Makes the source. Called after the settings are read.
  std::function<std::unique_ptr<Source>(const Services&)> make = {};
  /// For `lookup --offline`, which exists only if this is set.
  std::optional<SavedAnswers> saved_answers = {};
};

/// The User-Agent header: `kaspersky-enrichment/0.1.0`.
[[nodiscard]] inline std::string user_agent(const Product& product) {
  return std::string(product.program).append("/").append(product.version);
}

/// The source's name in names of metrics, of fields and of its link: `kaspersky`. Characters that
/// are neither letters nor digits become `_`.
[[nodiscard]] inline std::string word_of_source(const Product& product) {
  auto out = text::lower_case(product.source);
  for (char& c : out) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
  }
  return out;
}

/// The full name of a setting with the product's prefix.
/// @param name without the prefix: `CACHE_PATH`
[[nodiscard]] inline std::string setting(const Product& product, std::string_view name) {
  return std::string(product.prefix).append(name);
}

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
