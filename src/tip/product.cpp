#include "tip/product.hpp"

#include <array>
#include <memory>
#include <utility>

#include "kaspersky/zone.hpp"
#include "tip/metrics.hpp"
#include "tip/rows.hpp"
#include "tip/saved_answer.hpp"
#include "tip/tip_source.hpp"
#include "tip/wording.hpp"

namespace tip {
namespace {

constexpr auto scopes = std::to_array<std::string_view>(
    {"StixFile", "Artifact", "IPv4-Addr", "IPv6-Addr", "Domain-Name", "Hostname", "Url"});

constexpr std::string_view about =
    "OpenCTI enrichment connector for Kaspersky Threat Intelligence Portal.\nTakes observables "
    "that OpenCTI wants enriched, looks them up at Kaspersky,\nand sends back the results.";

constexpr auto zones =
    std::to_array<source::Rating>({{name_of(kaspersky::Zone::red), source::Tone::bad},
                                   {name_of(kaspersky::Zone::orange), source::Tone::suspicious},
                                   {name_of(kaspersky::Zone::yellow), source::Tone::unwanted},
                                   {name_of(kaspersky::Zone::grey), source::Tone::unknown},
                                   {name_of(kaspersky::Zone::green), source::Tone::good}});

std::unique_ptr<source::Source> make(const Options& options, const source::Services& services) {
  auto chain = options.chain;
  chain.client.http = services.http;
  chain.client.memory = source::AnswerMemory(services.memory);
  // One worker stays free for manual requests.
  chain.max_waiting = services.workers - 1;
  return std::make_unique<TipSource>(
      TipSourceOptions{.enrichment = options.enrichment, .metrics = services.metrics},
      std::move(chain), services.store, services.log, services.shared);
}

}  // namespace

source::Product product(Options& options) {
  return {.program = "kaspersky-enrichment",
          .version = PROJECT_VERSION,
          .source = source_name,
          .service = "Kaspersky TIP",
          .service_meaning = "Kaspersky Threat Intelligence Portal, which lookups are sent to.",
          .title = "Kaspersky enrichment",
          .about = about,
          .settings_document = "docs/configuration.md",
          .prefix = "KASPERSKY_",
          .long_prefix = "KASPERSKY_ENRICHMENT_",
          .replaces_python = true,
          .connector_id = "kaspersky--8825ba29-8475-4e6a-95b7-9206052c0934",
          .connector_name = "Kaspersky Enrichment",
          .scopes = scopes,
          .scope = "StixFile,IPv4-Addr,Domain-Name,Hostname,Url",
          .ratings = {.word = "zone", .all = zones},
          .metrics = own_metrics(),
          .settings = rows(options),
          .advice = [&options] { return advice(options); },
          .makes_labels =
              [&options] { return options.enrichment.labels || options.enrichment.zone_label; },
          .stored = [&options] { return options.chain.cache_size; },
          .make = [&options](const source::Services& services) { return make(options, services); },
          .saved_answers = saved_answers(options.enrichment)};
}

}  // namespace tip
