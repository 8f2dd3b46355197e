#include "app/problems.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace app {

void print_problems(const settings::Problems& problems) {
  fmt::print(stderr, "Invalid configuration ({} {}):\n", problems.size(),
             problems.size() == 1 ? "error" : "errors");
  for (const auto& problem : problems) fmt::print(stderr, "  {}\n", problem);
  if (!problems.besides.empty()) fmt::print(stderr, "Warnings:\n");
  for (const auto& remark : problems.besides) fmt::print(stderr, "  {}\n", remark);
  fmt::print(stderr, "docs/configuration.md describes every setting.\n");
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
