// Any bytes as Kaspersky's answer about any type of observable. The result follows the rules of
// bundles, is the same if it is made twice, and needs memory in proportion to the answer.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "enrichment/convert.hpp"
#include "fuzz/heap.hpp"
#include "fuzz/require.hpp"
#include "kaspersky/answer.hpp"
#include "mapping/bundle_rules.hpp"
#include "opencti/in/observable.hpp"
#include "source/fit_to_platform.hpp"
#include "stix/bundle.hpp"
#include "text/json.hpp"

namespace {

using kaspersky::Zone;

constexpr auto there = "--00000000-0000-4000-8000-000000000002";

const std::array<stix::Observable, 7> observables{{
    {.id = "file--00000000-0000-4000-8000-000000000001",
     .type = "file",
     .hashes = {{"MD5", "00112233445566778899aabbccddeeff"}}},
    {.id = "artifact--00000000-0000-4000-8000-000000000001",
     .type = "artifact",
     .hashes = {{"MD5", "00112233445566778899aabbccddeeff"}}},
    {.id = "ipv4-addr--00000000-0000-4000-8000-000000000001",
     .type = "ipv4-addr",
     .value = "198.51.100.7"},
    {.id = "ipv6-addr--00000000-0000-4000-8000-000000000001",
     .type = "ipv6-addr",
     .value = "2001:db8::7"},
    {.id = "domain-name--00000000-0000-4000-8000-000000000001",
     .type = "domain-name",
     .value = "malware.example.com"},
    {.id = "hostname--00000000-0000-4000-8000-000000000001",
     .type = "hostname",
     .value = "malware.example.com"},
    {.id = "url--00000000-0000-4000-8000-000000000001",
     .type = "url",
     .value = "http://malware.example.com/drop/invoice_2026.exe"},
}};

enrichment::Options options() {
  enrichment::Options out;
  out.scores = {{Zone::red, 100}, {Zone::orange, 80}, {Zone::grey, 20}, {Zone::green, 0}};
  out.indicators_for = {Zone::red, Zone::grey};
  out.rows = 20;
  out.ask_about_reserved = true;
  return out;
}

/// What the platform may already have of the objects in an answer.
struct Situation {
  std::optional<stix::Tlp> tlp;
  /// Whether the platform has all objects that the answer names.
  bool all_there;
};
constexpr std::array situations{Situation{std::nullopt, false}, Situation{stix::Tlp::green, true},
                                Situation{stix::Tlp::red, false}};

enrichment::Context context_of(const Situation& situation) {
  return {{situation.tlp, {}}, "2026-11-24T00:00:00.000Z"};
}

/// The objects that the platform has: all that are named, or none.
source::Present present_in(const Situation& situation, const enrichment::Enrichment& made) {
  source::Present present;
  for (const auto& id : source::ids_to_query(made)) {
    auto& object = present[id];
    if (!situation.all_there) continue;
    const auto type = id.substr(0, id.find("--"));
    const bool shared = type == "location" || type == "identity";
    object = std::make_shared<const stix::PresentObject>(
        stix::PresentObject{.standard_id = shared ? type + there : id});
  }
  return present;
}

/// @param known receives the ids that the platform has
stix::Bundle bundle_of(const kaspersky::Answer& answer, const stix::Observable& observable,
                       const Situation& situation, std::vector<std::string>& known) {
  const auto context = context_of(situation);
  const auto question = enrichment::question_about(observable, true);
  stix::Bundle bundle;
  auto made = enrichment::convert(answer, observable, *question, options(), context);
  if (!made) return bundle;
  const auto present = present_in(situation, *made);
  for (const auto& [id, object] : present) {
    if (object) known.push_back(object->standard_id);
  }
  (void)source::fit_to_platform(*made, present, source::ScorePolicy::replace);
  bundle.add(opencti::lean_object(observable, made->update));
  for (const auto& object : made->objects) {
    if (!bundle.add(object)) std::abort();
  }
  return bundle;
}

void try_out(const kaspersky::Answer& answer, const stix::Observable& observable,
             const Situation& situation) {
  std::vector<std::string> known;
  const auto bundle = bundle_of(answer, observable, situation, known);
  for (const auto& line : mapping::broken_rules(bundle.objects(), known)) {
    std::fprintf(stderr, "broken: %s\n", line.c_str());
    std::abort();
  }
  const auto again = bundle_of(answer, observable, situation, known);
  if (bundle.dump("bundle--1") != again.dump("bundle--1")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // A JSON value needs the most memory per byte. The rest is the maximum for a bundle of 20 rows.
  constexpr std::size_t for_each_byte = 256;
  constexpr std::size_t for_the_bundle = std::size_t{4} * 1024 * 1024;
  const fuzz::HeapPeak peak;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = text::parse_json(text, {.size = 1 << 20, .depth = 64});
  if (!document) return 0;
  const auto answer = kaspersky::read_answer(*document);
  if (!answer) return 0;
  // Not every combination, which would take three times as long: inputs differ in size.
  for (std::size_t at = 0; at < observables.size(); ++at) {
    try_out(*answer, observables[at], situations[(size + at) % situations.size()]);
  }
  fuzz::require(peak.bytes() <= for_each_byte * size + for_the_bundle);
  return 0;
}
