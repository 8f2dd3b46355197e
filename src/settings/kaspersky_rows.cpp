#include "settings/kaspersky_rows.hpp"

#include <array>

#include "settings/engine.hpp"
#include "settings/kaspersky_kinds.hpp"
#include "settings/marking_kinds.hpp"

namespace settings {
namespace {

using kaspersky::ObjectKind;

// In the order of ScorePolicy, and of QuotaExhausted.
constexpr auto score_policies = std::to_array<std::string_view>({"replace", "raise_only", "keep"});
constexpr auto quota_policies = std::to_array<std::string_view>({"fail", "wait"});
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

std::vector<Row> kaspersky_rows(Kaspersky& options) {
  return {
      {
          .name = "KASPERSKY_API_KEY",
          .title = "Kaspersky API key",
          .kind = token(into(options.api_key)),
          .required = true,
          .secret = true,
          .sample = "ChangeMe",
          .description = "Token for the API of Kaspersky Threat Intelligence Portal.",
      },
      {
          .name = "KASPERSKY_API_BASE_URL",
          .title = "Kaspersky API URL",
          .kind = url(into(options.api_base_url)),
          .standard = "https://tip.kaspersky.com",
          .description =
              "Address of the API. It may have a path, for a gateway in between; /api at "
              "its end is left "
              "out.",
      },
      {
          .name = "KASPERSKY_MAX_PAP",
          .title = "Max PAP",
          .kind = pap_level(into(options.max_pap)),
          .standard = "PAP:AMBER",
          .description =
              "An observable with a more restrictive PAP marking is not sent to Kaspersky. "
              "PAP:RED forbids asking a third party.",
      },
      {
          .name = "KASPERSKY_ZONE_OCTI_SCORE_MAPPING",
          .title = "Score of each zone",
          .kind = zone_scores(into(options.zone_octi_score_mapping)),
          .standard = "red:100,orange:80,yellow:60,gray:20,green:0",
          .description = "OpenCTI score for each Kaspersky zone. A zone that is left out gives no "
                         "score; gray and grey are the same.",
      },
      {
          .name = "KASPERSKY_FILE_SECTIONS",
          .title = "Sections for files",
          .kind = sections(ObjectKind::hash, into(options.file_sections)),
          .standard = "LicenseInfo,Zone,FileGeneralInfo",
          .description = "What is asked about a file. The three of the default are always asked.",
      },
      {
          .name = "KASPERSKY_IPV4_SECTIONS",
          .title = "Sections for addresses",
          .kind = sections(ObjectKind::ip, into(options.ipv4_sections)),
          .standard = "LicenseInfo,Zone,IpGeneralInfo",
          .description = "What is asked about an IP address. The three of the default are always "
                         "asked.",
      },
      {
          .name = "KASPERSKY_DOMAIN_SECTIONS",
          .title = "Sections for domains",
          .kind = sections(ObjectKind::domain, into(options.domain_sections)),
          .standard = "LicenseInfo,Zone,DomainGeneralInfo",
          .description = "What is asked about a domain or host name. The three of the default are "
                         "always asked.",
      },
      {
          .name = "KASPERSKY_URL_SECTIONS",
          .title = "Sections for URLs",
          .kind = sections(ObjectKind::url, into(options.url_sections)),
          .standard = "LicenseInfo,Zone,UrlGeneralInfo",
          .description = "What is asked about a URL. The three of the default are always asked.",
      },
      {
          .name = "KASPERSKY_RECORDS_COUNT",
          .title = "Records per section",
          .kind = integer(1, 1000, into(options.records_count)),
          .standard = "10",
          .description = "Most records that are asked for, and used, in each section.",
      },
      {
          .name = "KASPERSKY_LOOKUP_RESERVED",
          .title = "Look up special addresses",
          .kind = boolean(into(options.lookup_reserved)),
          .standard = "false",
          .description = "Whether private, loopback, link-local, documentation and other special "
                         "addresses are asked about too. Kaspersky knows nothing of them.",
      },
      {
          .name = "KASPERSKY_SCORE_POLICY",
          .title = "Score policy",
          .kind = choice(score_policies, into(options.score_policy)),
          .standard = "replace",
          .description = "What happens to a score that an observable has: replaced, replaced by a "
                         "higher one only, or kept. Related observables that the platform has are "
                         "treated likewise. To let grey objects keep their score, "
                         "leave gray out of KASPERSKY_ZONE_OCTI_SCORE_MAPPING.",
      },
      {
          .name = "KASPERSKY_LABELS",
          .title = "Labels",
          .kind = boolean(into(options.labels)),
          .standard = "true",
          .description = "Whether Kaspersky's categories become labels.",
      },
      {
          .name = "KASPERSKY_LABEL_PREFIX",
          .title = "Label prefix",
          .kind = plain_text(1, into(options.label_prefix)),
          .sample = "kaspersky:",
          .description = "Stands before the label of each category, and before `apt`.",
      },
      {
          .name = "KASPERSKY_ZONE_LABEL",
          .title = "Zone label",
          .kind = boolean(into(options.zone_label)),
          .standard = "true",
          .description = "Whether the zone becomes a label, such as kaspersky:red.",
      },
      {
          .name = "KASPERSKY_CREATE_INDICATORS_FOR",
          .title = "Indicators for zones",
          .kind = subset(zone_names,
                         [&options](const std::vector<std::string>& names) {
                           options.create_indicators_for = zones_of(names);
                         }),
          .sample = "red,orange",
          .description = "Zones whose objects get an indicator. None unless set.",
      },
      {
          .name = "KASPERSKY_NOTE_NOT_FOUND",
          .title = "Note when unknown",
          .kind = boolean(into(options.note_not_found)),
          .standard = "false",
          .description =
              "Whether an object that Kaspersky knows nothing about gets a note that says "
              "so. The work says it anyway.",
      },
      {
          .name = "KASPERSKY_QUOTA_EXHAUSTED",
          .title = "When the quota is spent",
          .kind = choice(quota_policies, into(options.quota_exhausted)),
          .standard = "fail",
          .description = "What happens to automatic requests when the day's requests to Kaspersky "
                         "are used up: fail, with a text that says when it goes on, or wait in the "
                         "queue until then. Manual requests and playbook steps go past those that "
                         "wait, as long as there are no more than 5,000 of them (1,000 with "
                         "CONNECTOR_LISTEN_PROTOCOL=api).",
      },
  };
}

}  // namespace settings
