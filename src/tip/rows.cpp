#include "tip/rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "net/loopback.hpp"
#include "tip/kinds.hpp"

namespace tip {
namespace {

using kaspersky::ObjectKind;
using namespace configuration;

constexpr std::int64_t mebibyte = std::int64_t{1024} * 1024;
constexpr auto zone_names =
    std::to_array<std::string_view>({"red", "orange", "yellow", "gray", "grey", "green"});

std::set<kaspersky::Zone> zones_of(const std::vector<std::string>& names) {
  std::set<kaspersky::Zone> zones;
  for (const auto& name : names) {
    if (const auto zone = kaspersky::parse_zone(name)) zones.insert(*zone);
  }
  return zones;
}

/// @param all, one plural and singular of the kind: `files`, `a file`
Row sections_row(std::string_view name, std::string_view all, ObjectKind kind, std::string_view one,
                 kaspersky::ClientOptions& client) {
  return {.name = std::string(name),
          .title = fmt::format("Sections for {}", all),
          .kind = sections(kind, into(client.sections[kind])),
          .default_value = fmt::format("{}", fmt::join(kaspersky::mandatory_sections(kind), ",")),
          .description = fmt::format("Sections that are requested for {}. The three default "
                                     "sections are always requested.",
                                     one)};
}

}  // namespace

std::vector<Row> rows(Options& options) {
  auto& chain = options.chain;
  auto& client = chain.client;
  auto& enrichment = options.enrichment;
  return {
      {
          .name = "KASPERSKY_API_KEY",
          .title = "Kaspersky API key",
          .kind = token(into(client.api_key)),
          .required = true,
          .secret = true,
          .sample = "ChangeMe",
          .description = "API token of Kaspersky Threat Intelligence Portal.",
      },
      {
          .name = "KASPERSKY_API_BASE_URL",
          .title = "Kaspersky API URL",
          .kind = url(into(client.base_url)),
          .default_value = "https://tip.kaspersky.com",
          .description = "Address of the API, or of a gateway. It may have a path; /api at its end "
                         "is removed.",
      },
      {
          .name = "KASPERSKY_ZONE_OCTI_SCORE_MAPPING",
          .title = "Score of each zone",
          .kind = zone_scores(into(enrichment.scores)),
          .default_value = "red:100,orange:80,yellow:60,gray:20,green:0",
          .description =
              "OpenCTI score for each Kaspersky zone. A zone that is not listed sets no score; "
              "gray and grey are the same. To let grey objects keep their score, leave gray out.",
      },
      sections_row("KASPERSKY_FILE_SECTIONS", "files", ObjectKind::hash, "a file", client),
      sections_row("KASPERSKY_IPV4_SECTIONS", "addresses", ObjectKind::ip, "an IP address", client),
      sections_row("KASPERSKY_DOMAIN_SECTIONS", "domains", ObjectKind::domain,
                   "a domain or host name", client),
      sections_row("KASPERSKY_URL_SECTIONS", "URLs", ObjectKind::url, "a URL", client),
      {
          .name = "KASPERSKY_RECORDS_COUNT",
          .title = "Records per section",
          .kind = integer(1, 1000, into(client.records_count, enrichment.rows)),
          .default_value = "10",
          .description = "Maximum number of records that are requested and used per section.",
      },
      {
          .name = "KASPERSKY_LOOKUP_RESERVED",
          .title = "Look up special addresses",
          .kind = boolean(into(enrichment.ask_about_reserved)),
          .default_value = "false",
          .description = "Whether private, loopback, link-local, documentation and other special "
                         "addresses are also looked up. Kaspersky knows nothing about them.",
      },
      {
          .name = "KASPERSKY_LABELS",
          .title = "Labels",
          .kind = boolean(into(enrichment.labels)),
          .default_value = "true",
          .description = "Whether Kaspersky's categories become labels.",
      },
      {
          .name = "KASPERSKY_LABEL_PREFIX",
          .title = "Label prefix",
          .kind = plain_text(1, into(enrichment.label_prefix)),
          .sample = "kaspersky:",
          .description = "Prefix of the label of each category, and of `apt`.",
      },
      {
          .name = "KASPERSKY_ZONE_LABEL",
          .title = "Zone label",
          .kind = boolean(into(enrichment.zone_label)),
          .default_value = "true",
          .description = "Whether the zone becomes a label, such as kaspersky:red.",
      },
      {
          .name = "KASPERSKY_CREATE_INDICATORS_FOR",
          .title = "Indicators for zones",
          .kind = subset(zone_names,
                         [&enrichment](const std::vector<std::string>& names) {
                           enrichment.indicators_for = zones_of(names);
                         }),
          .sample = "red,orange",
          .description = "Zones whose objects get an Indicator. None by default.",
      },
      {
          .name = "KASPERSKY_NOTE_NOT_FOUND",
          .title = "Note when unknown",
          .kind = boolean(into(enrichment.note_not_found)),
          .default_value = "false",
          .description = "Whether an object that Kaspersky knows nothing about gets a note that "
                         "says so. The work says so in any case.",
      },
      {
          .name = "KASPERSKY_CACHE_SIZE",
          .title = "Cache size",
          .kind = integer(1, 65536, [&chain](int size) { chain.cache_size = size * mebibyte; }),
          .default_value = "4",
          .description =
              "Maximum size of the cached answers in MiB; the oldest are removed. An answer has "
              "about 1 KiB with the default sections, and about 10 KiB with all sections. The file "
              "may be up to twice as large; without a file, this is memory.",
      },
      {
          .name = "KASPERSKY_CACHE_TTL",
          .title = "Cache lifetimes",
          .kind = lifetimes(into(chain.cache_ttl)),
          .default_value = "default:24h,red:12h,orange:12h,not_found:6h",
          .description = "Cache lifetime per zone, and for `not_found`. Others have the lifetime "
                         "`default`, which is 24h unless set. 0: not cached.",
      },
      {
          .name = "KASPERSKY_DAILY_QUOTA",
          .title = "Daily quota",
          .kind = integer(1, 1'000'000'000, into(chain.daily_quota)),
          .sample = "2000",
          .description = "Maximum number of requests of this connector per UTC day. The quota of "
                         "the licence, which Kaspersky reports with its answers and which all its "
                         "clients share, also applies.",
      },
      {
          .name = "KASPERSKY_QUOTA_RESERVE",
          .title = "Reserve for manual requests",
          .kind = integer(0, 100, into(chain.quota_reserve)),
          .default_value = "10",
          .description = "Percentage of the daily quota that only manual requests may use.",
      },
      {
          .name = "KASPERSKY_REQUESTS_PER_SECOND",
          .title = "Requests per second",
          .kind = integer(0, 1000, into(chain.requests_per_second)),
          .default_value = "0",
          .description = "Maximum number of requests to Kaspersky per second, evenly spread; "
                         "manual requests go first. 0: no limit.",
      },
  };
}

std::vector<std::string> advice(const Options& options) {
  const auto& url = options.chain.client.base_url;
  if (!url.starts_with("http://") || net::is_loopback(host_of(url))) return {};
  return {"KASPERSKY_API_BASE_URL is http://: the API key is sent unencrypted"};
}

}  // namespace tip
