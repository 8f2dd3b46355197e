#include "telemetry/metrics.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace telemetry {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, ACounterRises) {
  Metrics metrics;
  const auto sent = metrics.counters({.name = "sent_total", .help = "What was sent"}).with({});
  sent.add();
  sent.add(2);
  EXPECT_EQ(metrics.text(),
            "# HELP sent_total What was sent\n# TYPE sent_total counter\nsent_total 3\n");
}

TEST(Metrics, ACounterOfSomebodyElsesFigureNeverFalls) {
  Metrics metrics;
  const auto seconds = metrics.counters({.name = "cpu_seconds_total", .help = ""}).with({});
  seconds.raise_to(1.5);
  seconds.raise_to(1);
  EXPECT_THAT(metrics.text(), HasSubstr("cpu_seconds_total 1.5\n"));
}

TEST(Metrics, SeriesAreDistinguishedByLabels) {
  Metrics metrics;
  const auto asked =
      metrics.counters({.name = "asked_total", .help = "", .labels = {"kind", "zone"}});
  asked.with({"hash", "red"}).add();
  asked.with({"url", "green"}).add();
  asked.with({"hash", "red"}).add();
  EXPECT_THAT(metrics.text(), HasSubstr("asked_total{kind=\"hash\",zone=\"red\"} 2\n"
                                        "asked_total{kind=\"url\",zone=\"green\"} 1\n"));
}

TEST(Metrics, TooManySeriesAreCountedTogether) {
  Metrics metrics;
  const auto asked =
      metrics.counters({.name = "asked_total", .help = "", .labels = {"value"}, .max_series = 2});
  for (const auto* value : {"a", "b", "c", "d", "a"}) asked.with({value}).add();
  EXPECT_THAT(metrics.text(), HasSubstr("asked_total{value=\"a\"} 2\n"
                                        "asked_total{value=\"b\"} 1\n"
                                        "asked_total{value=\"other\"} 2\n"));
}

TEST(Metrics, ValuesOfLabelsAreCutAndEscaped) {
  Metrics metrics;
  const auto gauges = metrics.gauges({.name = "g", .help = "", .labels = {"value"}});
  gauges.with({"a\"} 1\nforged 2"}).set(1);
  gauges.with({std::string(1000, 'x')}).set(1);
  EXPECT_THAT(metrics.text(), HasSubstr("g{value=\"a\\\"} 1\\nforged 2\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("\"" + std::string(64, 'x') + "\""));
}

TEST(Metrics, AGaugeThatIsNotKnownIsNotThere) {
  Metrics metrics;
  const auto left = metrics.gauges({.name = "left", .help = ""});
  left.with({}).set(7);
  EXPECT_THAT(metrics.text(), HasSubstr("left 7\n"));
  left.remove({});
  left.remove({});
  EXPECT_EQ(metrics.text(), "");
  left.with({}).set(6);
  EXPECT_THAT(metrics.text(), HasSubstr("left 6\n"));
}

TEST(Metrics, AHistogramCountsByBuckets) {
  Metrics metrics;
  const auto seconds = metrics.histograms({.name = "took_seconds", .help = ""}, {0.1, 1}).with({});
  seconds.observe(50ms);
  seconds.observe(500ms);
  seconds.observe(5s);
  seconds.observe(-1h);
  EXPECT_THAT(metrics.text(), HasSubstr("took_seconds_count 4\ntook_seconds_sum 5.55\n"
                                        "took_seconds_bucket{le=\"0.1\"} 2\n"
                                        "took_seconds_bucket{le=\"1\"} 3\n"
                                        "took_seconds_bucket{le=\"+Inf\"} 4\n"));
}

TEST(Metrics, AStopwatchMeasuresItsLifetime) {
  Metrics metrics;
  const auto seconds = metrics.histograms({.name = "took_seconds", .help = ""}, {60}).with({});
  { const Stopwatch stopwatch(seconds); }
  EXPECT_THAT(metrics.text(), HasSubstr("took_seconds_bucket{le=\"60\"} 1\n"));
}

TEST(Metrics, HandlesMadeByDefaultDoNothing) {
  Counter().add();
  Counter().raise_to(1);
  Gauge().set(1);
  Histogram().observe(1s);
  Family<Counter>().with({"a"}).add();
  Family<Gauge>().remove({"a"});
  const Stopwatch stopwatch{Histogram()};
}

TEST(Metrics, AnImpossibleNameAndASecondOneAreRejected) {
  Metrics metrics;
  EXPECT_THROW(static_cast<void>(metrics.counters({.name = "1st", .help = ""})),
               std::invalid_argument);
  static_cast<void>(metrics.counters({.name = "one", .help = ""}));
  EXPECT_THROW(static_cast<void>(metrics.gauges({.name = "one", .help = ""})),
               std::invalid_argument);
}

TEST(Metrics, AreCountedAndReadByManyAtOnce) {
  constexpr int threads = 4;
  constexpr int each = 1000;
  Metrics metrics;
  const auto asked = metrics.counters({.name = "asked_total", .help = "", .labels = {"kind"}});
  const auto took = metrics.histograms({.name = "took_seconds", .help = ""}, {1}).with({});
  const auto left = metrics.gauges({.name = "left", .help = ""});
  {
    std::vector<std::jthread> counting;
    for (int i = 0; i < threads; ++i) {
      counting.emplace_back([&, kind = std::to_string(i % 2)] {
        for (int n = 0; n < each; ++n) {
          asked.with({kind}).add();
          took.observe(1ms);
        }
      });
    }
    for (int i = 0; i < each / 20; ++i) {
      left.with({}).set(i);
      EXPECT_THAT(metrics.text(), Not(HasSubstr("other")));
      left.remove({});
    }
  }
  EXPECT_THAT(metrics.text(), HasSubstr("asked_total{kind=\"0\"} 2000\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("took_seconds_count 4000\n"));
}

}  // namespace
}  // namespace telemetry
