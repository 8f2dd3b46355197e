// Compares the dashboard and the alert rules in monitoring/ with the table of metrics.
#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/instrument_table.hpp"
#include "support/kaspersky.hpp"

namespace app {
namespace {

using nlohmann::json;
using testing::Contains;

const std::string folder = std::string(SOURCE_DIR) + "/monitoring/";

/// Names that can be used in an expression, including those that Prometheus makes of histograms.
std::set<std::string> names() {
  std::set<std::string> out{"up"};
  for (const auto& each : metric_rows(support::kaspersky())) {
    const auto& name = each.name;
    if (each.kind != telemetry::MetricKind::histogram) {
      out.insert(name);
      continue;
    }
    for (const auto* part : {"_bucket", "_sum", "_count"}) out.insert(name + part);
  }
  return out;
}

/// The names of the metrics in an expression: the words before a brace.
std::vector<std::string> named_in(const std::string& expression) {
  static const std::regex selector(R"((?:\$\{prefix\})?([a-z_][a-z0-9_]*)\{)");
  std::vector<std::string> out;
  for (std::sregex_iterator at(expression.begin(), expression.end(), selector), end; at != end;
       ++at)
    out.push_back((*at)[1]);
  return out;
}

/// Words outside of braces, brackets and quotes that are neither functions nor keywords of PromQL.
std::vector<std::string> bare_names_in(std::string expression) {
  expression = std::regex_replace(expression, std::regex(R"(\{[^{}]*\}|\[[^\]]*\])"), "{}");
  expression = std::regex_replace(
      expression, std::regex(R"(\b(by|without|on|ignoring|group_left|group_right) *\([^)]*\))"),
      "");
  static const std::set<std::string> own{"and", "or", "unless", "bool", "offset"};
  static const std::regex word(R"([a-z_][a-z0-9_]*(?![a-z0-9_]| *[({]))");
  std::vector<std::string> out;
  for (std::sregex_iterator at(expression.begin(), expression.end(), word), end; at != end; ++at) {
    if (!own.contains(at->str())) out.push_back(at->str());
  }
  return out;
}

void expect_known(const std::string& expression, bool prefixed) {
  const auto known = names();
  const auto named = named_in(expression);
  EXPECT_FALSE(named.empty()) << expression;
  for (const auto& name : named) EXPECT_TRUE(known.contains(name)) << name << " in " << expression;
  EXPECT_THAT(bare_names_in(std::regex_replace(expression, std::regex(R"(\$\{?[a-z_]+\}?)"), "")),
              testing::IsEmpty())
      << "each metric must select its job: " << expression;
  if (prefixed) {
    static const std::regex unprefixed(R"((?:^|[^}a-z0-9_])(?!process_|up\{)[a-z_][a-z0-9_]*\{)");
    EXPECT_FALSE(std::regex_search(expression, unprefixed)) << expression;
  }
}

std::vector<json> panels_of(const json& dashboard) {
  std::vector<json> out;
  for (const auto& panel : dashboard.at("panels")) {
    if (panel.at("type") != "row") out.push_back(panel);
  }
  return out;
}

TEST(Dashboard, NamesOnlyMetricsThatThereAre) {
  std::ifstream file(folder + "grafana-dashboard.json");
  const auto dashboard = json::parse(file);
  const auto panels = panels_of(dashboard);
  EXPECT_GE(panels.size(), 12U);
  std::set<int> ids;
  for (const auto& panel : panels) {
    EXPECT_TRUE(ids.insert(panel.at("id").get<int>()).second) << panel.at("title");
    EXPECT_EQ(panel.at("datasource").at("uid"), "${datasource}") << panel.at("title");
    for (const auto& target : panel.at("targets")) {
      expect_known(target.at("expr").get<std::string>(), true);
    }
  }
}

TEST(Dashboard, AsksForItsSourceJobAndPrefix) {
  std::ifstream file(folder + "grafana-dashboard.json");
  const auto dashboard = json::parse(file);
  std::vector<std::string> variables;
  for (const auto& each : dashboard.at("templating").at("list")) {
    variables.push_back(each.at("name").get<std::string>());
  }
  EXPECT_THAT(variables, testing::ElementsAre("datasource", "prefix", "job", "instance"));
  // With an id, an import would replace the dashboard that has the same id.
  EXPECT_FALSE(dashboard.contains("id"));
}

TEST(AlertRules, NameOnlyMetricsThatThereAreAndSayWhatToDo) {
  const auto rules = YAML::LoadFile(folder + "alerts.yml");
  std::set<std::string> alerts;
  for (const auto& group : rules["groups"]) {
    for (const auto& rule : group["rules"]) {
      const auto alert = rule["alert"].as<std::string>();
      EXPECT_TRUE(alerts.insert(alert).second) << alert;
      expect_known(rule["expr"].as<std::string>(), false);
      EXPECT_TRUE(rule["for"]) << alert;
      EXPECT_THAT((std::set<std::string>{"critical", "warning"}),
                  Contains(rule["labels"]["severity"].as<std::string>()));
      EXPECT_FALSE(rule["annotations"]["summary"].as<std::string>().empty());
      EXPECT_FALSE(rule["annotations"]["description"].as<std::string>().empty());
    }
  }
  EXPECT_GE(alerts.size(), 7U);
}

}  // namespace
}  // namespace app
