#include "tip/rows.hpp"

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
          .description = "Token for the API of Kaspersky Threat Intelligence Portal.",
      },
      {
          .name = "KASPERSKY_API_BASE_URL",
          .title = "Kaspersky API URL",
          .kind = url(into(client.base_url)),
          .standard = "https://tip.kaspersky.com",
          .description =
              "Address of the API. It may have a path, for a gateway in between; /api at "
              "its end is left "
              "out.",
      },
      {
          .name = "KASPERSKY_ZONE_OCTI_SCORE_MAPPING",
          .title = "Score of each zone",
          .kind = zone_scores(into(enrichment.scores)),
          .standard = "red:100,orange:80,yellow:60,gray:20,green:0",
          .description = "OpenCTI score for each Kaspersky zone. A zone that is left out gives no "
                         "score; gray and grey are the same. To let grey objects keep their "
                         "score, leave gray out.",
      },
      {
          .name = "KASPERSKY_FILE_SECTIONS",
          .title = "Sections for files",
          .kind = sections(ObjectKind::hash, into(client.sections[ObjectKind::hash])),
          .standard = "LicenseInfo,Zone,FileGeneralInfo",
          .description = "What is asked about a file. The three of the default are always asked.",
      },
      {
          .name = "KASPERSKY_IPV4_SECTIONS",
          .title = "Sections for addresses",
          .kind = sections(ObjectKind::ip, into(client.sections[ObjectKind::ip])),
          .standard = "LicenseInfo,Zone,IpGeneralInfo",
          .description = "What is asked about an IP address. The three of the default are always "
                         "asked.",
      },
      {
          .name = "KASPERSKY_DOMAIN_SECTIONS",
          .title = "Sections for domains",
          .kind = sections(ObjectKind::domain, into(client.sections[ObjectKind::domain])),
          .standard = "LicenseInfo,Zone,DomainGeneralInfo",
          .description = "What is asked about a domain or host name. The three of the default are "
                         "always asked.",
      },
      {
          .name = "KASPERSKY_URL_SECTIONS",
          .title = "Sections for URLs",
          .kind = sections(ObjectKind::url, into(client.sections[ObjectKind::url])),
          .standard = "LicenseInfo,Zone,UrlGeneralInfo",
          .description = "What is asked about a URL. The three of the default are always asked.",
      },
      {
          .name = "KASPERSKY_RECORDS_COUNT",
          .title = "Records per section",
          .kind = integer(1, 1000, into(client.records_count, enrichment.rows)),
          .standard = "10",
          .description = "Most records that are asked for, and used, in each section.",
      },
      {
          .name = "KASPERSKY_LOOKUP_RESERVED",
          .title = "Look up special addresses",
          .kind = boolean(into(enrichment.ask_about_reserved)),
          .standard = "false",
          .description = "Whether private, loopback, link-local, documentation and other special "
                         "addresses are asked about too. Kaspersky knows nothing of them.",
      },
      {
          .name = "KASPERSKY_LABELS",
          .title = "Labels",
          .kind = boolean(into(enrichment.labels)),
          .standard = "true",
          .description = "Whether Kaspersky's categories become labels.",
      },
      {
          .name = "KASPERSKY_LABEL_PREFIX",
          .title = "Label prefix",
          .kind = plain_text(1, into(enrichment.label_prefix)),
          .sample = "kaspersky:",
          .description = "Stands before the label of each category, and before `apt`.",
      },
      {
          .name = "KASPERSKY_ZONE_LABEL",
          .title = "Zone label",
          .kind = boolean(into(enrichment.zone_label)),
          .standard = "true",
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
          .description = "Zones whose objects get an indicator. None unless set.",
      },
      {
          .name = "KASPERSKY_NOTE_NOT_FOUND",
          .title = "Note when unknown",
          .kind = boolean(into(enrichment.note_not_found)),
          .standard = "false",
          .description =
              "Whether an object that Kaspersky knows nothing about gets a note that says "
              "so. The work says it anyway.",
      },
      {
          .name = "KASPERSKY_CACHE_SIZE",
          .title = "Cache size",
          .kind = integer(1, 65536, [&chain](int size) { chain.cache_size = size * mebibyte; }),
          .standard = "4",
          .description =
              "Size of the remembered answers in MiB; beyond it the oldest go. An answer "
              "of the default sections has about one KiB, with every section some ten. "
              "The file may be up to twice as large; without a file it is memory.",
      },
      {
          .name = "KASPERSKY_CACHE_TTL",
          .title = "Cache lifetimes",
          .kind = lifetimes(into(chain.cache_ttl)),
          .standard = "default:24h,red:12h,orange:12h,not_found:6h",
          .description =
              "For how long an answer is used again: that of an object in this zone, and "
              "that Kaspersky knows nothing (not_found). What is left out has the default, "
              "which is 24h unless given. 0 switches it off.",
      },
      {
          .name = "KASPERSKY_DAILY_QUOTA",
          .title = "Daily quota",
          .kind = integer(1, 1'000'000'000, into(chain.daily_quota)),
          .sample = "2000",
          .description =
              "Most requests that this connector makes in a day of UTC. The quota that "
              "Kaspersky tells with its answers, which all clients of a licence share, is "
              "kept besides.",
      },
      {
          .name = "KASPERSKY_QUOTA_RESERVE",
          .title = "Reserve for manual requests",
          .kind = integer(0, 100, into(chain.quota_reserve)),
          .standard = "10",
          .description = "Percentage of the day's quota that only manual requests may use.",
      },
      {
          .name = "KASPERSKY_REQUESTS_PER_SECOND",
          .title = "Requests per second",
          .kind = integer(0, 1000, into(chain.requests_per_second)),
          .standard = "0",
          .description = "Most requests to Kaspersky in a second, evenly spread; manual ones go "
                         "first. 0: no limit.",
      },
  };
}

std::vector<std::string> advice(const Options& options) {
  const auto& url = options.chain.client.base_url;
  if (!url.starts_with("http://") || net::is_loopback(host_of(url))) return {};
  return {"KASPERSKY_API_BASE_URL is http://: the API key travels unencrypted"};
}

}  // namespace tip
