// A lookup that a person asks for, without the platform.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "commands/guest_store.hpp"
#include "kaspersky/answer.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "stix/observable.hpp"
#include "telemetry/log.hpp"
#include "tip/lookup_chain.hpp"
#include "tip/tip_source.hpp"

namespace commands {

/// What an outcome means for a person who looks values up.
enum class Standing {
  known,
  unknown,
  /// Without a request, and without need of one.
  not_asked,
  /// This value fails.
  unusable,
  /// The service is at fault, so that further values will not fare better now.
  outage,
};

struct LookedUp {
  stix::Observable observable;
  source::Verdict verdict;
  /// What Kaspersky knows, read again from the verdict's answer; nothing where it knows nothing.
  std::optional<kaspersky::Answer> known = {};

  [[nodiscard]] Standing standing() const;
};

/// Asks as the connector does: through its cache, counted in its ledger, and for people, who may
/// use the last of the day's requests.
class ManualLookup final {
 public:
  /// A cache that cannot be opened, most likely because the running connector has it, is done
  /// without, see open_store(); the log says so.
  ManualLookup(const source::Product& product, const settings::Settings& settings,
               const telemetry::Log& log);

  /// @param fresh whether an answer that is remembered will not do
  /// @param stop ends it at once; the verdict means nothing then
  [[nodiscard]] LookedUp ask(const stix::Observable& observable, bool fresh,
                             const std::stop_token& stop);

  /// As requests_left_text() says it.
  [[nodiscard]] std::string requests_left() const;

 private:
  settings::Settings settings_;
  GuestStore store_;
  std::unique_ptr<tip::LookupChain> chain_;
  tip::TipSource source_;
};

/// What the observable's lookup would give if this were Kaspersky's answer.
[[nodiscard]] LookedUp look_up_in(std::string_view answer, const stix::Observable& observable,
                                  const settings::Settings& settings);

/// The STIX bundle that the connector would send, on one line; `null` where it would send none.
[[nodiscard]] std::string bundle_of(const LookedUp& looked_up);

}  // namespace commands
