// Prints one of the files that are generated from the table of settings.
#include <cstdio>
#include <string_view>

#include "settings/catalogue.hpp"
#include "settings/compose.hpp"
#include "settings/documents.hpp"
#include "tip/product.hpp"

int main(int count, char** arguments) {
  const std::string_view wanted = count == 2 ? arguments[1] : "";
  std::string text;
  tip::Options options;
  const auto product = tip::product(options);
  if (wanted == "config.yml.sample") {
    text = settings::config_yml_sample(product);
  } else if (wanted == ".env.sample") {
    text = settings::env_sample(product);
  } else if (wanted == "docker-compose.yml") {
    text = settings::docker_compose_yml(product);
  } else if (wanted == "configuration.md") {
    text = settings::configuration_md(product);
  } else if (wanted == "connector_config_schema.json") {
    text = settings::config_schema_json(product);
  } else if (wanted == "CONNECTOR_CONFIG_DOC.md") {
    text = settings::config_doc_md(product);
  } else {
    std::fputs(
        "usage: settings_docs config.yml.sample | .env.sample | docker-compose.yml |\n"
        "                     configuration.md | connector_config_schema.json |\n"
        "                     CONNECTOR_CONFIG_DOC.md\n",
        stderr);
    return 2;
  }
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
