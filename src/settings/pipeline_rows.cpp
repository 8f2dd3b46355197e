#include "settings/pipeline_rows.hpp"

#include <array>

namespace settings {
namespace {

// In the order of QuotaExhausted.
constexpr auto quota_policies = std::to_array<std::string_view>({"fail", "wait"});

constexpr auto rows = std::to_array<Row>({
    {
        .name = "CONNECTOR_MEMORY_LIMIT",
        .group = Group::connector,
        .title = "Memory limit",
        .kind = Integer{64, 65536, [](Settings& s, int v) { s.connector.memory_limit = v; }},
        .standard = "256",
        .description = "How many MiB of memory messages and answers may take while they are worked "
                       "on. What comes beyond that waits. The process stays below this and 64 MiB; "
                       "give its container 128 MiB more. Where the container allows less, the "
                       "limit is lowered to that.",
    },
    {
        .name = "CONNECTOR_ENRICH_OWN_RESULTS",
        .group = Group::connector,
        .title = "Enrich own results",
        .kind = Boolean{[](Settings& s, bool v) { s.connector.enrich_own_results = v; }},
        .standard = "false",
        .description = "Whether objects that the connector itself brought in are enriched by "
                       "themselves too, when CONNECTOR_AUTO is on. The platform asks for them in "
                       "the name of the connector's user: give the connector a user of its own, "
                       "or turn this on.",
    },
    {
        .name = "CONNECTOR_TRACK_IMPORTS",
        .group = Group::connector,
        .title = "Track imports",
        .kind = Boolean{[](Settings& s, bool v) { s.connector.track_imports = v; }},
        .standard = "true",
        .description = "Whether the platform counts the imported objects on the work. Without "
                       "that no object can be dropped when several platform workers import at "
                       "once, but a work is complete as soon as its result is sent.",
    },
});

constexpr auto rows_about_quota = std::to_array<Row>({
    {
        .name = "KASPERSKY_QUOTA_EXHAUSTED",
        .group = Group::kaspersky,
        .title = "When the quota is spent",
        .kind = Choice{quota_policies,
                       [](Settings& s, std::string_view v) {
                         s.kaspersky.quota_exhausted =
                             v == "wait" ? QuotaExhausted::wait : QuotaExhausted::fail;
                       }},
        .standard = "fail",
        .description = "What happens to automatic requests when the day's requests to Kaspersky "
                       "are used up: fail, with a text that says when it goes on, or wait in the "
                       "queue until then. Manual requests and playbook steps go past those that "
                       "wait, as long as there are no more than 5,000 of them (1,000 with "
                       "CONNECTOR_LISTEN_PROTOCOL=api).",
    },
});

}  // namespace

std::span<const Row> pipeline_rows() { return rows; }
std::span<const Row> quota_rows() { return rows_about_quota; }

}  // namespace settings
