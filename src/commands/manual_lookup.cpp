#include "commands/manual_lookup.hpp"

#include <chrono>
#include <utility>

#include "app/options.hpp"
#include "commands/one_line.hpp"
#include "net/json.hpp"
#include "opencti/observable.hpp"
#include "runtime/today.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"

namespace commands {
namespace {

/// For one value, retries and pauses included.
constexpr std::chrono::seconds lookup_timeout{60};

/// As for a platform that has none of what the answer names, since none is asked.
void convert(LookedUp& looked_up, const settings::Settings& settings) {
  const auto options = app::enrichment_options(settings.kaspersky);
  const auto& question = *looked_up.question;
  const auto* found = looked_up.known();
  const bool unknown = std::holds_alternative<kaspersky::NotFound>(looked_up.outcome) ||
                       (std::holds_alternative<kaspersky::Found>(looked_up.outcome) && !found);
  if (unknown && options.note_not_found) {
    looked_up.enrichment = enrichment::nothing_known(looked_up.observable, question, {});
  }
  if (found == nullptr) return;
  std::vector<std::string> left_out;
  auto enrichment = enrichment::convert(
      found->answer, looked_up.observable, question, options,
      {{}, enrichment::entities_named(found->answer, left_out), runtime::today()});
  if (enrichment) {
    looked_up.enrichment = std::move(*enrichment);
  } else {
    looked_up.outcome = kaspersky::Malformed{enrichment.error()};
  }
}

/// Without an outcome yet, unless it is not worth a lookup.
LookedUp begin(const stix::Observable& observable, const settings::Settings& settings) {
  LookedUp looked_up{.observable = observable};
  auto question = enrichment::question_about(
      observable, app::enrichment_options(settings.kaspersky).ask_about_reserved);
  if (question) {
    looked_up.question = std::move(*question);
  } else {
    looked_up.outcome = kaspersky::Skipped{std::move(question.error())};
  }
  return looked_up;
}

}  // namespace

const kaspersky::Found* LookedUp::known() const {
  const auto* found = std::get_if<kaspersky::Found>(&outcome);
  if (found == nullptr || enrichment::tells_nothing(found->answer, *question)) return nullptr;
  return found;
}

ManualLookup::ManualLookup(const settings::Settings& settings, const telemetry::Log& log)
    : settings_(settings),
      store_(open_store(settings_, Creation::of_own_files, log)),
      // What goes wrong with a request is told as its outcome.
      chain_(std::make_unique<app::LookupChain>(settings_, *store_.database, silence())) {}

LookedUp ManualLookup::ask(const stix::Observable& observable, bool fresh,
                           const std::stop_token& stop) {
  auto looked_up = begin(observable, settings_);
  if (!looked_up.question) return looked_up;
  looked_up.outcome = chain_->look_up({.kind = looked_up.question->kind,
                                       .value = looked_up.question->value,
                                       .purpose = kaspersky::Purpose::manual,
                                       .fresh = fresh || settings_.lookups.fresh_for_manual},
                                      net::Deadline::after(lookup_timeout, stop));
  convert(looked_up, settings_);
  return looked_up;
}

std::string ManualLookup::requests_left() const {
  return requests_left_text(commands::requests_left(settings_, store_), store_.counted);
}

LookedUp look_up_in(std::string_view answer, const stix::Observable& observable,
                    const settings::Settings& settings) {
  auto looked_up = begin(observable, settings);
  // It has been answered, so it was worth asking.
  if (!looked_up.question) {
    if (auto question = enrichment::question_about(observable, true)) {
      looked_up.question = std::move(*question);
    } else {
      return looked_up;
    }
  }
  auto read = net::parse_json(answer).and_then(kaspersky::read_answer);
  if (!read) {
    looked_up.outcome = kaspersky::Malformed{std::move(read.error().message)};
    return looked_up;
  }
  looked_up.outcome = kaspersky::Found{std::move(*read), std::string(answer)};
  convert(looked_up, settings);
  return looked_up;
}

std::string bundle_of(const LookedUp& looked_up) {
  if (!looked_up.enrichment) return "null";
  stix::Bundle bundle;
  for (const auto& object : looked_up.enrichment->objects) bundle.add(object);
  bundle.add(opencti::lean_object(looked_up.observable, looked_up.enrichment->update));
  return on_one_line(bundle.dump(stix::random_id("bundle")));
}

}  // namespace commands
