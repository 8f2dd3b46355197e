#include "commands/manual_lookup.hpp"

#include <chrono>
#include <utility>

#include "app/options.hpp"
#include "commands/one_line.hpp"
#include "net/json.hpp"
#include "opencti/in/observable.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"

namespace commands {
namespace {

/// For one value, retries and pauses included.
constexpr std::chrono::seconds lookup_timeout{60};

Standing standing_of(source::Outcome outcome) {
  using enum source::Outcome;
  switch (outcome) {
    case found:
      return Standing::known;
    case not_found:
      return Standing::unknown;
    case skipped:
      return Standing::not_asked;
    case rejected:
    case malformed:
      return Standing::unusable;
    case rate_limited:
    case quota_spent:
    case refused:
    case unavailable:
      return Standing::outage;
    // Of messages, which a lookup has none of.
    case out_of_scope:
    case over_tlp:
    case over_pap:
    case own_result:
    case not_for_drafts:
    case unreadable:
    case too_large:
    case given_up:
    case already_sent:
    case already_reported:
    case draft_gone:
    case playbook_gone:
    case not_published:
    case internal_error:
      break;
  }
  return Standing::unusable;
}

LookedUp looked_up(const stix::Observable& observable, source::Verdict verdict) {
  LookedUp out{.observable = observable, .verdict = std::move(verdict)};
  if (out.standing() != Standing::known) return out;
  if (auto read = net::parse_json(out.verdict.answer).and_then(kaspersky::read_answer)) {
    out.known = std::move(*read);
  }
  return out;
}

}  // namespace

Standing LookedUp::standing() const { return standing_of(verdict.outcome); }

ManualLookup::ManualLookup(const source::Product& product, const settings::Settings& settings,
                           const telemetry::Log& log)
    : settings_(settings),
      store_(open_store(settings_, Creation::of_own_files, log)),
      // What goes wrong with a request is told as its outcome.
      chain_(std::make_unique<tip::LookupChain>(app::lookup_chain_options(product, settings_),
                                                *store_.database, silence())),
      source_({.enrichment = app::enrichment_options(settings_.kaspersky)}, *chain_) {}

LookedUp ManualLookup::ask(const stix::Observable& observable, bool fresh,
                           const std::stop_token& stop) {
  return looked_up(observable,
                   source_.enrich({.observable = observable,
                                   .purpose = source::Purpose::manual,
                                   .fresh = fresh || settings_.lookups.fresh_for_manual},
                                  net::Deadline::after(lookup_timeout, stop)));
}

std::string ManualLookup::requests_left() const {
  return requests_left_text(commands::requests_left(settings_, store_), store_.counted);
}

LookedUp look_up_in(std::string_view answer, const stix::Observable& observable,
                    const settings::Settings& settings) {
  return looked_up(observable,
                   tip::judge_saved_answer(answer, {.observable = observable},
                                           app::enrichment_options(settings.kaspersky)));
}

std::string bundle_of(const LookedUp& looked_up) {
  const auto& enrichment = looked_up.verdict.enrichment;
  if (!enrichment) return "null";
  stix::Bundle bundle;
  for (const auto& object : enrichment->objects) bundle.add(object);
  bundle.add(opencti::lean_object(looked_up.observable, enrichment->update));
  return on_one_line(bundle.dump(stix::random_id("bundle")));
}

}  // namespace commands
