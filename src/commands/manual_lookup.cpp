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

}  // namespace

OutcomeCategory LookedUp::category() const { return source::row_of(verdict.outcome).category; }

LookedUp look_up(source::Source& source, const stix::Observable& observable, bool fresh,
                 const std::stop_token& stop) {
  const auto deadline = net::Deadline::after(lookup_timeout, stop);
  LookedUp out{
      .observable = observable,
      .verdict = source.enrich(
          {.observable = observable, .purpose = source::Purpose::manual, .fresh = fresh}, deadline),
      .source = source.name()};
  if (out.category() == OutcomeCategory::known) out.known = source.summarize(out.verdict);
  return out;
}

LookedUp look_up_in(const source::SavedAnswers& saved, std::string_view source,
                    std::string_view answer, const stix::Observable& observable) {
  LookedUp out{.observable = observable,
               .verdict = saved.judge(answer, {.observable = observable}),
               .source = source};
  if (out.category() == OutcomeCategory::known) out.known = saved.summarize(out.verdict);
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
