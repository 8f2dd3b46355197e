#include "app/instrument_table.hpp"

#include <algorithm>

namespace app {
namespace {

using enum InstrumentKind;

constexpr auto table = std::to_array<Instrument>({
    // Those of pycti, by its names.
    {.name = "bundles_sent_total", .help = "Bundles that arrived in the workers' queue"},
    {.name = "records_sent_total", .help = "Objects in those bundles"},
    {.name = "runs_total", .help = "Messages that were worked on to the end"},
    {.name = "ping_api_total", .help = "Pings that the platform answered"},
    {.name = "ping_api_errors_total", .help = "Pings that failed"},
    {.name = "errors_total", .help = "Messages that ended in an error"},
    {.name = "client_errors_total",
     .help = "Requests to Kaspersky that brought neither an answer nor that there is none"},
    {.name = "state",
     .kind = gauge,
     .help = "1 for the state that the connector is in: idle, running, stopped",
     .labels = {own_name}},

    // Messages.
    {.name = "enrichments_total",
     .help = "Messages that were worked on to the end, by what came of them",
     .labels = {"mode", "outcome"}},
    {.name = "enrichment_duration_seconds",
     .kind = histogram,
     .help = "From the delivery of a message to its end",
     .labels = {"mode"}},
    {.name = "step_duration_seconds",
     .kind = histogram,
     .help = "How long the steps take that a message passes",
     .labels = {"step"}},
    {.name = "messages_unreadable_total",
     .help = "Messages that were dropped as unreadable or too large"},
    {.name = "queue_messages",
     .kind = gauge,
     .help = "Messages in the connector's queue on the broker, not yet delivered, at most some "
             "seconds ago",
     .optional = true},
    {.name = "messages_waiting",
     .kind = gauge,
     .help = "Messages that are delivered or accepted, and not begun"},
    {.name = "results_not_seen_imported",
     .kind = gauge,
     .help = "Results that were sent, and have not been seen imported"},
    {.name = "results_sent_again_total",
     .help = "Results that were sent again, since the platform did not import them"},
    {.name = "messages_set_aside",
     .kind = gauge,
     .help = "Messages that are put off until there are requests to Kaspersky left for them"},
    {.name = "messages_under_way",
     .kind = gauge,
     .help = "Messages that are being worked on, or wait for their turn to be published"},
    {.name = "link_up",
     .kind = gauge,
     .help = "1 while what the connector depends on can be reached and used, 0 while it cannot",
     .labels = {"link"},
     .optional = true},

    // Kaspersky.
    {.name = "kaspersky_lookups_total",
     .help = "Questions to Kaspersky, also those that were answered from memory or not asked, by "
             "what came of them",
     .labels = {"kind", "zone", "outcome"}},
    {.name = "kaspersky_requests_total",
     .help = "Requests that Kaspersky was sent, by what came of them",
     .labels = {"result"}},
    {.name = "kaspersky_request_duration_seconds",
     .kind = histogram,
     .help = "From sending a request to Kaspersky to the last byte of its answer"},
    {.name = "kaspersky_retries_total",
     .help = "Requests to Kaspersky beyond the first for a lookup"},
    {.name = "kaspersky_shared_lookups_total",
     .help = "Lookups that did with the answer to another one, under way at the same time"},
    {.name = "kaspersky_breaker_state",
     .kind = gauge,
     .help = "1 for the state of the breaker: closed (requests go through), open (none does), "
             "probing",
     .labels = {"state"}},
    {.name = "kaspersky_quota_limit",
     .kind = gauge,
     .help = "Requests that are allowed today",
     .optional = true},
    {.name = "kaspersky_quota_used",
     .kind = gauge,
     .help = "Requests that were made today",
     .labels = {"by"}},
    {.name = "kaspersky_quota_left",
     .kind = gauge,
     .help = "Requests that are left today",
     .labels = {"for"},
     .optional = true},
    {.name = "kaspersky_token_left_seconds",
     .kind = gauge,
     .help = "Until the API token expires; negative once it has",
     .optional = true},

    // Remembered answers.
    {.name = "answer_cache_hits_total", .help = "Lookups that a remembered answer did for"},
    {.name = "answer_cache_misses_total", .help = "Lookups that none did for"},
    {.name = "answer_cache_bytes", .kind = gauge, .help = "Size of all remembered answers"},

    // The process.
    {.name = "log_lines_dropped_total",
     .help = "Lines of the log that could not be written, because nobody read them in time or the "
             "disk is full"},
    {.name = "build_info", .kind = gauge, .help = "Always 1", .labels = {"version"}},
    {.name = "process_start_time_seconds",
     .kind = gauge,
     .help = "When the process was started, in seconds since 1970",
     .common = true},
    {.name = "process_cpu_seconds_total",
     .help = "Time of processors that the process has used",
     .common = true},
    {.name = "process_resident_memory_bytes",
     .kind = gauge,
     .help = "Memory that the process has",
     .common = true},
    {.name = "process_virtual_memory_bytes",
     .kind = gauge,
     .help = "Addresses that the process has",
     .common = true},
    {.name = "process_open_fds",
     .kind = gauge,
     .help = "Files and connections that are open",
     .common = true},
    {.name = "process_max_fds",
     .kind = gauge,
     .help = "Files and connections that may be open at most",
     .optional = true,
     .common = true},
});

constexpr auto bounds = std::to_array<double>(
    {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300});

}  // namespace

std::span<const Instrument> instrument_table() { return table; }

std::span<const double> bucket_bounds() { return bounds; }

std::string_view name_of(InstrumentKind kind) {
  switch (kind) {
    case counter:
      return "counter";
    case gauge:
      return "gauge";
    case histogram:
      break;
  }
  return "histogram";
}

std::vector<std::string_view> labels_of(const Instrument& instrument) {
  std::vector<std::string_view> labels(instrument.labels.begin(), instrument.labels.end());
  std::erase(labels, std::string_view());
  return labels;
}

}  // namespace app
