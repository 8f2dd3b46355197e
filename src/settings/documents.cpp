#include "settings/documents.hpp"

#include <fmt/format.h>

#include "configuration/documents.hpp"
#include "settings/table.hpp"

namespace settings {
namespace {

constexpr std::string_view notice = "Made from the table of settings; `./dev generate` renews it.";

std::string beginning() {
  return fmt::format(
      "# {}\n# What each setting means: docs/configuration.md.\n# Replace ChangeMe and localhost "
      "with your own values. Commented lines show the default, or an example if\n# there is "
      "none.\n",
      notice);
}

}  // namespace

std::string config_yml_sample(const source::Product& product) {
  Settings unused;
  return configuration::config_yml_sample(table(product, unused), beginning());
}

std::string env_sample(const source::Product& product) {
  Settings unused;
  return configuration::env_sample(
      table(product, unused),
      beginning() +
          "# Write no quotes around a value: for `docker run --env-file` they are part of it.\n");
}

std::string configuration_md(const source::Product& product) {
  Settings unused;
  std::string out = fmt::format("<!-- {} -->\n\n", notice);
  out +=
      "# Configuration\n\n"
      "This page answers: which settings does the connector have, which values does each allow, "
      "and what is its default?\n\n"
      "A setting comes from the environment, else from `config.yml`, else it has its default. "
      "An empty value counts as not set. A comma-separated list can be a YAML list in "
      "`config.yml`. That file is read from the working directory, unless "
      "`--config` names another file; `config.yml.sample` and `.env.sample` are templates.\n\n"
      "Each secret can also come from a file: the variable with `_FILE` at its end names it "
      "(maximum 64 KiB; one line break at the end is removed). Giving both is an error.\n\n"
      "At start the connector checks all settings, prints one line for each error, and ends with "
      "exit code 78 before it connects to anything.\n";
  return configuration::reference(table(product, unused), out);
}

}  // namespace settings
