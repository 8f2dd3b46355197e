#include "commands/manual_lookup.hpp"

#include <chrono>
#include <utility>

#include "commands/one_line.hpp"
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
    // Outcomes of messages, which a lookup does not have.
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

}  // namespace

Standing LookedUp::standing() const { return standing_of(verdict.outcome); }

LookedUp look_up(source::Source& source, const stix::Observable& observable, bool fresh,
                 const std::stop_token& stop) {
  const auto deadline = net::Deadline::after(lookup_timeout, stop);
  LookedUp out{
      .observable = observable,
      .verdict = source.enrich(
          {.observable = observable, .purpose = source::Purpose::manual, .fresh = fresh}, deadline),
      .source = source.name()};
  if (out.standing() == Standing::known) out.known = source.summarize(out.verdict);
  return out;
}

LookedUp look_up_in(const source::SavedAnswers& saved, std::string_view source,
                    std::string_view answer, const stix::Observable& observable) {
  LookedUp out{.observable = observable,
               .verdict = saved.judge(answer, {.observable = observable}),
               .source = source};
  if (out.standing() == Standing::known) out.known = saved.summarize(out.verdict);
  return out;
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
