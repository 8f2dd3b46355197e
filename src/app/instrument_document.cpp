#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/instrument_table.hpp"
#include "source/outcome.hpp"
#include "telemetry/metric_table.hpp"

namespace app {
namespace {

/// Placeholder: the program.
constexpr std::string_view introduction = R"(# Metrics

This page answers: which metrics does the connector provide, and what does each mean?

Made from the tables of metrics in `src/` by `./dev generate`; do not edit.

The metrics are served in Prometheus' text format at `/metrics` of the status port (`CONNECTOR_HTTP_PORT`), which asks for its token if one is set. With
`CONNECTOR_EXPOSE_METRICS=true` they are also served at every path of a second port (`CONNECTOR_METRICS_PORT`), without a token.
`CONNECTOR_METRICS_NAMESPACE` and `CONNECTOR_METRICS_SUBSYSTEM` prefix each name: with `opencti` and `connector`, it is
`opencti_connector_bundles_sent_total`. Names that begin with `process_` have no prefix.

`monitoring/grafana-dashboard.json` is a dashboard to import, and `monitoring/alerts.yml` has rules for Prometheus. Both expect the job name
`{program}`. The dashboard has a variable for the prefix; in the rules, write the prefix into each name.

)";

/// Placeholder: the source's link.
constexpr std::string_view labels = R"(
## Labels

| label | values |
| --- | --- |
| `mode` | `manual`, `automatic`, `playbook` |
| `outcome` | one of the [outcomes](#outcomes) |
| `step` | `waiting` (for a worker), `reading` (the object, from the platform), `lookup` (with cache, rate limit and retries), `conversion` (into STIX), `announcing` (on the work), `turn` (waiting for earlier results), `publishing`, `reporting` (on the work), `answering` (a playbook) |
| `link` | `platform`, `broker_in`, `broker_out`, `{source}`, `store`, `shared_store`; absent for links that are not used, and for those that have not been tried yet: `broker_out` before the first result, `{source}` after the breaker's pause |
| `kind` | `hash`, `ip`, `domain`, `url` |
)";

constexpr std::string_view limit = R"(
A metric has a maximum of 200 series; the rest is counted in one series with the label value `other`.
)";

/// Placeholder: the source's name for people.
constexpr std::string_view outcomes = R"(
## Outcomes

Made from the table in `src/source/outcome.cpp`. The source is {source}. A failed outcome is an error in the log, on the work, and in
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

std::string label_rows(const source::Product& product) {
  auto out = fmt::format("| `{}` | ", product.ratings.word);
  for (const auto rating : product.ratings.all) out += fmt::format("`{}`, ", rating.word);
  out += "`none` |\n";
  for (const auto& label : product.metrics.labels) {
    out += fmt::format("| `{}` | {} |\n", label.name, label.values);
  }
  return out;
}

}  // namespace

std::vector<telemetry::MetricRow> metric_rows(const source::Product& product) {
  telemetry::MetricTable table("", "");
  ConnectorMetrics{table, product};
  LookupMetrics{table, product};
  if (product.metrics.declare) product.metrics.declare(table);
  ProcessMetrics{table};
  return {table.rows().begin(), table.rows().end()};
}

std::string metrics_md(const source::Product& product) {
  auto out = fmt::format(introduction, fmt::arg("program", product.program));
  out += "| name | type | labels | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& each : metric_rows(product)) {
    out +=
        fmt::format("| `{}` | {} | {} | {}{} |\n", each.name, name_of(each.kind), label_list(each),
                    each.help, each.optional ? ". Absent while not known" : "");
  }
  out += fmt::format("\nBuckets of all histograms end at {} seconds.\n",
                     fmt::join(telemetry::bucket_bounds(), ", "));
  out += fmt::format(labels, fmt::arg("source", word_of_source(product)));
  out += label_rows(product);
  out += limit;
  out += fmt::format(outcomes, fmt::arg("source", product.source));
  for (const auto outcome : source::all_outcomes()) {
    const auto& row = source::row_of(outcome);
    out += fmt::format("| `{}` | {} | {} | {} |\n", row.name, row.meaning,
                       row.failed ? "yes" : "no", row.from_source ? "yes" : "no");
  }
  return out;
}

std::string metrics_list(const source::Product& product) {
  std::string out;
  for (const auto& each : metric_rows(product)) {
    out += fmt::format("{} {} {}", each.name, name_of(each.kind), fmt::join(each.labels, ","));
    while (out.back() == ' ') out.pop_back();
    out += '\n';
  }
  return out;
}

}  // namespace app
