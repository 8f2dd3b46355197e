// A lookup that a person asks for, without the platform.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/lookup_chain.hpp"
#include "enrichment/convert.hpp"
#include "kaspersky/outcome.hpp"
#include "net/error.hpp"
#include "settings/settings.hpp"
#include "stix/observable.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace commands {

struct LookedUp {
  stix::Observable observable;
  /// Nothing where it was not worth one.
  std::optional<enrichment::Question> question;
  kaspersky::Outcome outcome;
  /// What the connector would send: where something is known, or a note is made of what is not.
  std::optional<enrichment::Enrichment> enrichment;

  /// Kaspersky knows something.
  [[nodiscard]] const kaspersky::Found* known() const;
};

/// The day's requests to Kaspersky, as far as the settings or the licence limit them.
struct RequestsLeft {
  std::int64_t left = 0;
  std::int64_t limit = 0;
};

/// Asks as the connector does: through its cache, counted in its ledger, and for people, who may
/// use the last of the day's requests.
class ManualLookup final {
 public:
  /// A cache that cannot be opened, most likely because the running connector has it, is done
  /// without; the log says so.
  ManualLookup(const settings::Settings& settings, const telemetry::Log& log);

  /// @param fresh whether an answer that is remembered will not do
  [[nodiscard]] LookedUp ask(const stix::Observable& observable, bool fresh);

  /// Nothing where no limit is known.
  [[nodiscard]] std::optional<RequestsLeft> requests_left();

 private:
  settings::Settings settings_;
  std::unique_ptr<storage::Database> store_;
  std::unique_ptr<app::LookupChain> chain_;
};

/// Opens the cache, or one in memory where that cannot be; the log says so.
[[nodiscard]] std::unique_ptr<storage::Database> open_store(const settings::Settings& settings,
                                                            const telemetry::Log& log);

/// Of today, by what a ledger in that store has; see ManualLookup.
[[nodiscard]] std::optional<RequestsLeft> requests_left(const settings::Settings& settings,
                                                        storage::Database& store);

/// What the observable's lookup would give if this were Kaspersky's answer.
[[nodiscard]] LookedUp look_up_in(std::string_view answer, const stix::Observable& observable,
                                  const settings::Settings& settings);

/// What an answer says that it is about: a hash, address, domain or URL; empty where it does not.
[[nodiscard]] std::string subject_in(std::string_view answer);

/// The STIX bundle that the connector would send, on one line; `null` where it would send none.
[[nodiscard]] std::string bundle_of(const LookedUp& looked_up);

}  // namespace commands
