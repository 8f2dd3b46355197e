#include "settings/lookup_rows.hpp"

#include "settings/engine.hpp"
#include "settings/kaspersky_kinds.hpp"

namespace settings {

std::vector<Row> lookup_rows(Lookups& options) {
  return {
      {
          .name = "KASPERSKY_CACHE_PATH",
          .title = "Cache file",
          .kind = plain_text(1, into(options.cache_path)),
          .sample = "/var/lib/kaspersky-enrichment/cache.db",
          .description =
              "File for answers and for the number of today's requests, so that a restart "
              "costs nothing. Its folder must exist; each connector needs a file of its "
              "own. Not set: both are kept in memory and forgotten at the end.",
      },
      {
          .name = "KASPERSKY_CACHE_SIZE",
          .title = "Cache size",
          .kind = integer(1, 65536, into(options.cache_size)),
          .standard = "4",
          .description =
              "Size of the remembered answers in MiB; beyond it the oldest go. An answer "
              "of the default sections has about one KiB, with every section some ten. "
              "The file may be up to twice as large; without a file it is memory.",
      },
      {
          .name = "KASPERSKY_CACHE_TTL",
          .title = "Cache lifetimes",
          .kind = lifetimes(into(options.cache_ttl)),
          .standard = "default:24h,red:12h,orange:12h,not_found:6h",
          .description =
              "For how long an answer is used again: that of an object in this zone, and "
              "that Kaspersky knows nothing (not_found). What is left out has the default, "
              "which is 24h unless given. 0 switches it off.",
      },
      {
          .name = "KASPERSKY_FRESH_FOR_MANUAL",
          .title = "Fresh for manual requests",
          .kind = boolean(into(options.fresh_for_manual)),
          .standard = "false",
          .description =
              "Whether a manual request asks Kaspersky even when the answer is remembered. "
              "Each then costs a request; the answer is remembered anew.",
      },
      {
          .name = "KASPERSKY_DAILY_QUOTA",
          .title = "Daily quota",
          .kind = integer(1, 1'000'000'000, into(options.daily_quota)),
          .sample = "2000",
          .description =
              "Most requests that this connector makes in a day of UTC. The quota that "
              "Kaspersky tells with its answers, which all clients of a licence share, is "
              "kept besides.",
      },
      {
          .name = "KASPERSKY_QUOTA_RESERVE",
          .title = "Reserve for manual requests",
          .kind = integer(0, 100, into(options.quota_reserve)),
          .standard = "10",
          .description = "Percentage of the day's quota that only manual requests may use.",
      },
      {
          .name = "KASPERSKY_REQUESTS_PER_SECOND",
          .title = "Requests per second",
          .kind = integer(0, 1000, into(options.requests_per_second)),
          .standard = "0",
          .description = "Most requests to Kaspersky in a second, evenly spread; manual ones go "
                         "first. 0: no limit.",
      },
  };
}

}  // namespace settings
