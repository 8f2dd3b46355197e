#include "settings/kaspersky_rows.hpp"

#include <array>

namespace settings {
namespace {

using kaspersky::ObjectKind;
using source::ScorePolicy;

constexpr auto score_policies = std::to_array<std::string_view>({"replace", "raise_only", "keep"});
constexpr auto zone_names =
    std::to_array<std::string_view>({"red", "orange", "yellow", "gray", "grey", "green"});

std::set<kaspersky::Zone> zones_of(std::vector<std::string> names) {
  std::set<kaspersky::Zone> zones;
  for (; !names.empty(); names.pop_back()) {
    if (const auto zone = kaspersky::parse_zone(names.back())) zones.insert(*zone);
  }
  return zones;
}

/// @param name one of score_policies
ScorePolicy score_policy(std::string_view name) {
  if (name == "raise_only") return ScorePolicy::raise_only;
  return name == "keep" ? ScorePolicy::keep : ScorePolicy::replace;
}

constexpr auto rows = std::to_array<Row>({
    {
        .name = "KASPERSKY_API_KEY",
        .group = Group::kaspersky,
        .title = "Kaspersky API key",
        .kind = Token{[](Settings& s, std::string v) { s.kaspersky.api_key = std::move(v); }},
        .required = true,
        .secret = true,
        .sample = "ChangeMe",
        .description = "Token for the API of Kaspersky Threat Intelligence Portal.",
    },
    {
        .name = "KASPERSKY_API_BASE_URL",
        .group = Group::kaspersky,
        .title = "Kaspersky API URL",
        .kind = Url{[](Settings& s, std::string v) { s.kaspersky.api_base_url = std::move(v); }},
        .standard = "https://tip.kaspersky.com",
        .description = "Address of the API. It may have a path, for a gateway in between; /api at "
                       "its end is left "
                       "out.",
    },
    {
        .name = "KASPERSKY_MAX_PAP",
        .group = Group::kaspersky,
        .title = "Max PAP",
        .kind = PapLevel{[](Settings& s, stix::Pap v) { s.kaspersky.max_pap = v; }},
        .standard = "PAP:AMBER",
        .description =
            "An observable with a more restrictive PAP marking is not sent to Kaspersky. "
            "PAP:RED forbids asking a third party.",
    },
    {
        .name = "KASPERSKY_ZONE_OCTI_SCORE_MAPPING",
        .group = Group::kaspersky,
        .title = "Score of each zone",
        .kind = ZoneTable{[](Settings& s, ZoneScores v) {
          s.kaspersky.zone_octi_score_mapping = std::move(v);
        }},
        .standard = "red:100,orange:80,yellow:60,gray:20,green:0",
        .description = "OpenCTI score for each Kaspersky zone. A zone that is left out gives no "
                       "score; gray and grey are the same.",
    },
    {
        .name = "KASPERSKY_FILE_SECTIONS",
        .group = Group::kaspersky,
        .title = "Sections for files",
        .kind =
            Sections{ObjectKind::hash,
                     [](Settings& s,
                        std::vector<std::string> v) { s.kaspersky.file_sections = std::move(v); }},
        .standard = "LicenseInfo,Zone,FileGeneralInfo",
        .description = "What is asked about a file. The three of the default are always asked.",
    },
    {
        .name = "KASPERSKY_IPV4_SECTIONS",
        .group = Group::kaspersky,
        .title = "Sections for addresses",
        .kind =
            Sections{ObjectKind::ip,
                     [](Settings& s,
                        std::vector<std::string> v) { s.kaspersky.ipv4_sections = std::move(v); }},
        .standard = "LicenseInfo,Zone,IpGeneralInfo",
        .description = "What is asked about an IP address. The three of the default are always "
                       "asked.",
    },
    {
        .name = "KASPERSKY_DOMAIN_SECTIONS",
        .group = Group::kaspersky,
        .title = "Sections for domains",
        .kind = Sections{ObjectKind::domain,
                         [](Settings& s, std::vector<std::string>
                                             v) { s.kaspersky.domain_sections = std::move(v); }},
        .standard = "LicenseInfo,Zone,DomainGeneralInfo",
        .description = "What is asked about a domain or host name. The three of the default are "
                       "always asked.",
    },
    {
        .name = "KASPERSKY_URL_SECTIONS",
        .group = Group::kaspersky,
        .title = "Sections for URLs",
        .kind =
            Sections{ObjectKind::url,
                     [](Settings& s,
                        std::vector<std::string> v) { s.kaspersky.url_sections = std::move(v); }},
        .standard = "LicenseInfo,Zone,UrlGeneralInfo",
        .description = "What is asked about a URL. The three of the default are always asked.",
    },
    {
        .name = "KASPERSKY_RECORDS_COUNT",
        .group = Group::kaspersky,
        .title = "Records per section",
        .kind = Integer{1, 1000, [](Settings& s, int v) { s.kaspersky.records_count = v; }},
        .standard = "10",
        .description = "Most records that are asked for, and used, in each section.",
    },
    {
        .name = "KASPERSKY_LOOKUP_RESERVED",
        .group = Group::kaspersky,
        .title = "Look up special addresses",
        .kind = Boolean{[](Settings& s, bool v) { s.kaspersky.lookup_reserved = v; }},
        .standard = "false",
        .description = "Whether private, loopback, link-local, documentation and other special "
                       "addresses are asked about too. Kaspersky knows nothing of them.",
    },
    {
        .name = "KASPERSKY_SCORE_POLICY",
        .group = Group::kaspersky,
        .title = "Score policy",
        .kind = Choice{score_policies,
                       [](Settings& s,
                          std::string_view v) { s.kaspersky.score_policy = score_policy(v); }},
        .standard = "replace",
        .description = "What happens to a score that an observable has: replaced, replaced by a "
                       "higher one only, or kept. Related observables that the platform has are "
                       "treated likewise. To let grey objects keep their score, "
                       "leave gray out of KASPERSKY_ZONE_OCTI_SCORE_MAPPING.",
    },
    {
        .name = "KASPERSKY_LABELS",
        .group = Group::kaspersky,
        .title = "Labels",
        .kind = Boolean{[](Settings& s, bool v) { s.kaspersky.labels = v; }},
        .standard = "true",
        .description = "Whether Kaspersky's categories become labels.",
    },
    {
        .name = "KASPERSKY_LABEL_PREFIX",
        .group = Group::kaspersky,
        .title = "Label prefix",
        .kind =
            Text{1, [](Settings& s, std::string v) { s.kaspersky.label_prefix = std::move(v); }},
        .sample = "kaspersky:",
        .description = "Stands before the label of each category, and before `apt`.",
    },
    {
        .name = "KASPERSKY_ZONE_LABEL",
        .group = Group::kaspersky,
        .title = "Zone label",
        .kind = Boolean{[](Settings& s, bool v) { s.kaspersky.zone_label = v; }},
        .standard = "true",
        .description = "Whether the zone becomes a label, such as kaspersky:red.",
    },
    {
        .name = "KASPERSKY_CREATE_INDICATORS_FOR",
        .group = Group::kaspersky,
        .title = "Indicators for zones",
        .kind = Subset{zone_names,
                       [](Settings& s,
                          std::vector<std::string>
                              v) { s.kaspersky.create_indicators_for = zones_of(std::move(v)); }},
        .sample = "red,orange",
        .description = "Zones whose objects get an indicator. None unless set.",
    },
    {
        .name = "KASPERSKY_NOTE_NOT_FOUND",
        .group = Group::kaspersky,
        .title = "Note when unknown",
        .kind = Boolean{[](Settings& s, bool v) { s.kaspersky.note_not_found = v; }},
        .standard = "false",
        .description = "Whether an object that Kaspersky knows nothing about gets a note that says "
                       "so. The work says it anyway.",
    },
});

}  // namespace

std::span<const Row> kaspersky_rows() { return rows; }

}  // namespace settings
