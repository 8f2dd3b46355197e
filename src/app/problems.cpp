#include "app/problems.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace app {

std::vector<std::string> lines_of(const source::Product& product,
                                  const settings::Problems& problems) {
  std::vector<std::string> lines{fmt::format("Invalid configuration ({} {}):", problems.size(),
                                             problems.size() == 1 ? "error" : "errors")};
  for (const auto& problem : problems) lines.push_back("  " + problem);
  if (!problems.warnings.empty()) lines.emplace_back("Warnings:");
  for (const auto& remark : problems.warnings) lines.push_back("  " + remark);
  if (!product.settings_document.empty()) {
    lines.push_back(fmt::format("{} describes every setting.", product.settings_document));
  }
  return lines;
}

void print_problems(const source::Product& product, const settings::Problems& problems) {
  for (const auto& line : lines_of(product, problems)) fmt::print(stderr, "{}\n", line);
}

telemetry::Log log_for_people(const source::Product& product, const settings::Loaded& loaded) {
  telemetry::Log log({.level = telemetry::Level::warning,
                      .name = std::string(product.program),
                      .json = false,
                      .write = {}});
  for (const auto& secret : loaded.secrets) log.hide(secret);
  return log;
}

}  // namespace app
