#include "settings/lookup_rows.hpp"

#include <array>

namespace settings {
namespace {

constexpr auto rows = std::to_array<Row>({
    {
        .name = "KASPERSKY_CACHE_PATH",
        .group = Group::kaspersky,
        .title = "Cache file",
        .kind = Text{1, [](Settings& s, std::string v) { s.lookups.cache_path = std::move(v); }},
        .sample = "/var/lib/kaspersky-enrichment/cache.db",
        .description = "File for answers and for the number of today's requests, so that a restart "
                       "costs nothing. Its folder must exist; each connector needs a file of its "
                       "own. Not set: both are kept in memory and forgotten at the end.",
    },
    {
        .name = "KASPERSKY_CACHE_SIZE",
        .group = Group::kaspersky,
        .title = "Cache size",
        .kind = Integer{1, 65536, [](Settings& s, int v) { s.lookups.cache_size = v; }},
        .standard = "4",
        .description = "Size of the remembered answers in MiB; beyond it the oldest go. An answer "
                       "of the default sections has about one KiB, with every section some ten. "
                       "The file may be up to twice as large; without a file it is memory.",
    },
    {
        .name = "KASPERSKY_CACHE_TTL",
        .group = Group::kaspersky,
        .title = "Cache lifetimes",
        .kind = Durations{[](Settings& s, kaspersky::Lifetimes v) {
          s.lookups.cache_ttl = std::move(v);
        }},
        .standard = "default:24h,red:12h,orange:12h,not_found:6h",
        .description =
            "For how long an answer is used again: that of an object in this zone, and "
            "that Kaspersky knows nothing (not_found). What is left out has the default, "
            "which is 24h unless given. 0 switches it off.",
    },
    {
        .name = "KASPERSKY_FRESH_FOR_MANUAL",
        .group = Group::kaspersky,
        .title = "Fresh for manual requests",
        .kind = Boolean{[](Settings& s, bool v) { s.lookups.fresh_for_manual = v; }},
        .standard = "false",
        .description =
            "Whether a manual request asks Kaspersky even when the answer is remembered. "
            "Each then costs a request; the answer is remembered anew.",
    },
    {
        .name = "KASPERSKY_DAILY_QUOTA",
        .group = Group::kaspersky,
        .title = "Daily quota",
        .kind = Integer{1, 1'000'000'000, [](Settings& s, int v) { s.lookups.daily_quota = v; }},
        .sample = "2000",
        .description = "Most requests that this connector makes in a day of UTC. The quota that "
                       "Kaspersky tells with its answers, which all clients of a licence share, is "
                       "kept besides.",
    },
    {
        .name = "KASPERSKY_QUOTA_RESERVE",
        .group = Group::kaspersky,
        .title = "Reserve for manual requests",
        .kind = Integer{0, 100, [](Settings& s, int v) { s.lookups.quota_reserve = v; }},
        .standard = "10",
        .description = "Percentage of the day's quota that only manual requests may use.",
    },
    {
        .name = "KASPERSKY_REQUESTS_PER_SECOND",
        .group = Group::kaspersky,
        .title = "Requests per second",
        .kind = Integer{0, 1000, [](Settings& s, int v) { s.lookups.requests_per_second = v; }},
        .standard = "0",
        .description = "Most requests to Kaspersky in a second, evenly spread; manual ones go "
                       "first. 0: no limit.",
    },
});

}  // namespace

std::span<const Row> lookup_rows() { return rows; }

}  // namespace settings
