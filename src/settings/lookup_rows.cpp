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
        .description = "File for what is to survive a restart. Its folder must exist; each "
                       "connector needs a file of its own. Not set: kept in memory and forgotten "
                       "at the end.",
    },
});

}  // namespace

std::span<const Row> lookup_rows() { return rows; }

}  // namespace settings
