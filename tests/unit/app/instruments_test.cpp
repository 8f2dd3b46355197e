#include "app/instruments.hpp"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "app/instrument_table.hpp"
#include "support/figures.hpp"
#include "support/files.hpp"
#include "support/kaspersky.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;
using support::figure;
using testing::HasSubstr;
using testing::Not;

monitoring::Snapshot at_rest() {
  monitoring::Snapshot snapshot;
  snapshot.at = std::chrono::sys_days(std::chrono::year(2030) / 1 / 1);
  snapshot.started = snapshot.at - 1h;
  return snapshot;
}

runtime::Ended found() {
  return {.took = 120ms,
          .mode = opencti::Mode::manual,
          .value = "8.8.8.8",
          .kind = "ip",
          .rating = "red",
          .outcome = source::Outcome::found};
}

/// A source that has a metric of its own.
class CountingSource final : public source::Source {
 public:
  explicit CountingSource(const source::Metrics& metrics)
      : own_(metrics.table->gauge({"abuse_list_size", "How many there are"})) {}

  [[nodiscard]] std::string_view name() const override { return "AbuseList"; }
  [[nodiscard]] source::Verdict enrich(const source::Request& /*request*/,
                                       const net::Deadline& /*deadline*/) override {
    return {};
  }
  void update_metrics() override { own_.set(++updates_); }

 private:
  telemetry::Gauge own_;
  int updates_ = 0;
};

const source::Product product{
    .program = "abuse-list", .version = "1", .source = "Abuse", .ratings = {.word = "grade"}};

class InstrumentsTest : public testing::Test {
 protected:
  std::string whole() { return instruments.text(snapshot, own); }
  std::optional<double> value(const std::string& series) { return figure(whole(), series); }

  Instruments instruments{"", "", product};
  CountingSource own{instruments.for_source()};
  monitoring::Snapshot snapshot = at_rest();
};

/// The name and type of each metric in a text of the Prometheus format.
std::set<std::string> declared_in(const std::string& text) {
  std::set<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string mark = "# TYPE ";
    if (line.starts_with(mark)) out.insert(line.substr(mark.size()));
  }
  return out;
}

// --- the table ---

TEST(InstrumentTable, HasThePromisedNames) {
  EXPECT_EQ(metrics_list(support::kaspersky()),
            support::text_of(SOURCE_DIR "/tests/unit/app/metrics.golden"))
      << "Dashboards and rules of others break when a name or label changes: is the change "
         "intended?";
}

TEST(InstrumentTable, IsDocumented) {
  EXPECT_EQ(metrics_md(support::kaspersky()), support::text_of(SOURCE_DIR "/docs/metrics.md"))
      << "./dev generate";
}

TEST(InstrumentTable, KeepsToTheConventionsOfPrometheus) {
  for (const auto& each : metric_rows(support::kaspersky())) {
    EXPECT_EQ(each.kind == telemetry::MetricKind::counter, each.name.ends_with("_total"))
        << each.name;
    if (each.kind == telemetry::MetricKind::histogram) {
      EXPECT_TRUE(each.name.ends_with("_seconds")) << each.name;
    }
    EXPECT_FALSE(each.help.empty() || each.help.ends_with('.')) << each.name;
    EXPECT_EQ(each.common, each.name.starts_with("process_")) << each.name;
  }
}

// --- names ---

TEST_F(InstrumentsTest, HasTheMetricsOfPyctiFromTheStart) {
  const auto text = whole();
  for (const auto* name :
       {"bundles_sent_total", "records_sent_total", "runs_total", "ping_api_total",
        "ping_api_errors_total", "errors_total", "client_errors_total"}) {
    EXPECT_EQ(figure(text, name), 0) << name;
  }
  EXPECT_THAT(text, HasSubstr("# TYPE state gauge\n"
                              "state{state=\"idle\"} 1\n"
                              "state{state=\"running\"} 0\n"
                              "state{state=\"stopped\"} 0\n"));
}

TEST_F(InstrumentsTest, NamespaceAndSubsystemGoBeforeEachNameAsWithPycti) {
  Instruments named("opencti", "connector", product);
  CountingSource source(named.for_source());
  const auto text = named.text(snapshot, source);
  EXPECT_THAT(text, HasSubstr("\nopencti_connector_bundles_sent_total 0\n"));
  EXPECT_THAT(text, HasSubstr("\nopencti_connector_state{opencti_connector_state=\"idle\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nopencti_connector_abuse_list_size 1\n"));
  EXPECT_THAT(text, HasSubstr("\nprocess_open_fds "));
  Instruments half_named("", "kaspersky", product);
  CountingSource other(half_named.for_source());
  EXPECT_THAT(half_named.text(snapshot, other), HasSubstr("\nkaspersky_runs_total 0\n"));
}

TEST_F(InstrumentsTest, AllThatTheTableNamesIsThereOnceItHappened) {
  auto step = instruments.steps().waiting;
  step.observe(1ms);
  instruments.ended(found());
  snapshot.queued = 1;
  snapshot.links = {{.name = "platform", .state = monitoring::LinkState::up}};
  std::set<std::string> expected;
  for (const auto& each : instruments.for_source().table->rows()) {
    expected.insert(each.name + " " + std::string(name_of(each.kind)));
  }
  auto there = declared_in(whole());
  // The process has no limit of open files here.
  there.insert("process_max_fds gauge");
  EXPECT_EQ(there, expected);
}

// --- what is counted ---

TEST_F(InstrumentsTest, CountsMessagesByOutcome) {
  instruments.ended(found());
  instruments.ended(found());
  instruments.ended({.mode = opencti::Mode::automatic,
                     .value = "a",
                     .kind = "hash",
                     .outcome = source::Outcome::unavailable});
  instruments.ended({.mode = opencti::Mode::playbook, .outcome = source::Outcome::out_of_scope});
  EXPECT_EQ(value("runs_total"), 4);
  EXPECT_EQ(value("errors_total"), 1);
  EXPECT_EQ(value("enrichments_total{mode=\"manual\",outcome=\"found\"}"), 2);
  EXPECT_EQ(value("enrichments_total{mode=\"automatic\",outcome=\"unavailable\"}"), 1);
  EXPECT_EQ(value("enrichments_total{mode=\"playbook\",outcome=\"out_of_scope\"}"), 1);
  EXPECT_EQ(value("abuse_lookups_total{grade=\"red\",kind=\"ip\",outcome=\"found\"}"), 2);
  EXPECT_EQ(value("abuse_lookups_total{grade=\"none\",kind=\"hash\",outcome=\"unavailable\"}"), 1);
  EXPECT_EQ(value("enrichment_duration_seconds_bucket{mode=\"manual\",le=\"0.1\"}"), 0);
  EXPECT_EQ(value("enrichment_duration_seconds_bucket{mode=\"manual\",le=\"0.25\"}"), 2);
  EXPECT_THAT(whole(), Not(HasSubstr("8.8.8.8")));
}

// --- what is looked at ---

TEST_F(InstrumentsTest, ReportsTheStateOfTheConnector) {
  snapshot.under_way = 1;
  EXPECT_EQ(value("state{state=\"running\"}"), 1);
  EXPECT_EQ(value("messages_under_way"), 1);
  snapshot.under_way = 0;
  snapshot.waiting = 2;
  EXPECT_EQ(value("state{state=\"running\"}"), 1);
  EXPECT_EQ(value("messages_waiting"), 2);
  snapshot.deferred = 3;
  EXPECT_EQ(value("messages_deferred"), 3);
  snapshot.stopping = true;
  EXPECT_EQ(value("state{state=\"stopped\"}"), 1);
  EXPECT_EQ(value("state{state=\"running\"}"), 0);
}

TEST_F(InstrumentsTest, ReportsOnlyTheKnownFiguresOfTheQueue) {
  EXPECT_EQ(value("queue_messages"), std::nullopt);
  snapshot.queued = 12;
  EXPECT_EQ(value("queue_messages"), 12);
  snapshot.queued.reset();
  EXPECT_EQ(value("queue_messages"), std::nullopt);
}

TEST_F(InstrumentsTest, ReportsWhichLinksAreUp) {
  snapshot.links = {{.name = "platform", .state = monitoring::LinkState::up},
                    {.name = "broker_in", .state = monitoring::LinkState::starting},
                    {.name = "kaspersky", .state = monitoring::LinkState::down},
                    {.name = "store", .state = monitoring::LinkState::off}};
  EXPECT_EQ(value("link_up{link=\"platform\"}"), 1);
  EXPECT_EQ(value("link_up{link=\"broker_in\"}"), std::nullopt);
  EXPECT_EQ(value("link_up{link=\"kaspersky\"}"), 0);
  EXPECT_EQ(value("link_up{link=\"store\"}"), std::nullopt);
  snapshot.links[1].state = monitoring::LinkState::up;
  EXPECT_EQ(value("link_up{link=\"broker_in\"}"), 1);
}

TEST_F(InstrumentsTest, TheSourceSetsItsOwnBeforeEachText) {
  EXPECT_EQ(value("abuse_list_size"), 1);
  EXPECT_EQ(value("abuse_list_size"), 2);
}

TEST_F(InstrumentsTest, ReportsTheFiguresOfTheProcess) {
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value("process_open_fds"), 2);
  EXPECT_EQ(value("process_start_time_seconds"),
            std::chrono::duration<double>(snapshot.started.time_since_epoch()).count());
  EXPECT_THAT(whole(), HasSubstr("\nbuild_info{version=\""));
}

}  // namespace
}  // namespace app
