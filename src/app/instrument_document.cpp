#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/instrument_table.hpp"
#include "app/instruments.hpp"
#include "source/outcome.hpp"

namespace app {
namespace {

constexpr std::string_view introduction = R"(# Metrics

Made from the table in `src/app/instrument_table.cpp` by `./dev generate`; do not edit.

Served in Prometheus' text format at `/metrics` of the status port (`CONNECTOR_HTTP_PORT`), with its token if there is one, and, with
`CONNECTOR_EXPOSE_METRICS=true`, at every path of a port of their own (`CONNECTOR_METRICS_PORT`), to everybody who reaches it.
`CONNECTOR_METRICS_NAMESPACE` and `CONNECTOR_METRICS_SUBSYSTEM` go before each name: with `opencti` and `connector`,
`opencti_connector_bundles_sent_total`. Names that begin with `process_` stay as they are.

`monitoring/grafana-dashboard.json` is a dashboard that can be imported, `monitoring/alerts.yml` has rules for Prometheus. Both expect the job to
be called `kaspersky-enrichment`; the dashboard has a field for what goes before the names, in the rules it has to be written out.

)";

constexpr std::string_view labels = R"(
## Labels

| label | values |
| --- | --- |
| `mode` | `manual`, `automatic`, `playbook` |
| `outcome` | one of the [outcomes](#outcomes) |
| `step` | `waiting` (for a worker), `reading` (the object, from the platform), `lookup` (with memory, pace and retries), `conversion` (into STIX), `announcing` (on the work), `turn` (waiting for earlier results), `publishing`, `reporting` (on the work), `answering` (a playbook) |
| `link` | `platform`, `broker_in`, `broker_out`, `kaspersky`, `store`; left out are those that are not used, and those that have not been tried yet: `broker_out` before the first result, `kaspersky` once the breaker's pause is over |
| `kind` | `hash`, `ip`, `domain`, `url` |
| `zone` | `red`, `orange`, `yellow`, `grey`, `green`, `none` |
| `result` | one of the [outcomes](#outcomes) that a request can have |
| `by` | `here` (this connector), `all` (who use the licence, as far as is known) |
| `for` | `people`, `automatic` (a reserve is left for people) |

A metric has 200 series at most; what goes beyond is counted together, with `other` as the value of its labels.
)";

constexpr std::string_view outcomes = R"(
## Outcomes

Made from the table in `src/source/outcome.cpp`. The source is Kaspersky. An outcome that failed is an error in the log, on the work, and in
`errors_total`.

| outcome | meaning | failed | of a request |
| --- | --- | --- | --- |
)";

std::string label_list(const telemetry::MetricRow& row) {
  std::string out;
  for (const auto label : row.labels) {
    if (!out.empty()) out += ", ";
    out += label == telemetry::own_name ? "the metric's own name" : fmt::format("`{}`", label);
  }
  return out;
}

}  // namespace

std::string metrics_md() {
  std::string out(introduction);
  out += "| name | type | labels | meaning |\n| --- | --- | --- | --- |\n";
  const Instruments instruments("", "");
  for (const auto& each : instruments.rows()) {
    out +=
        fmt::format("| `{}` | {} | {} | {}{} |\n", each.name, name_of(each.kind), label_list(each),
                    each.help, each.optional ? ". Absent while not known" : "");
  }
  out += fmt::format("\nBuckets of all histograms end at {} seconds.\n",
                     fmt::join(telemetry::bucket_bounds(), ", "));
  out += labels;
  out += outcomes;
  for (const auto outcome : source::all_outcomes()) {
    const auto& row = source::row_of(outcome);
    out += fmt::format("| `{}` | {} | {} | {} |\n", row.name, row.meaning,
                       row.failed ? "yes" : "no", row.asked ? "yes" : "no");
  }
  return out;
}

std::string metrics_list() {
  std::string out;
  const Instruments instruments("", "");
  for (const auto& each : instruments.rows()) {
    out += fmt::format("{} {} {}", each.name, name_of(each.kind), fmt::join(each.labels, ","));
    while (out.back() == ' ') out.pop_back();
    out += '\n';
  }
  return out;
}

}  // namespace app
