#include "settings/table.hpp"

#include <utility>
#include <vector>

#include "settings/broker_rows.hpp"
#include "settings/connector_rows.hpp"
#include "settings/engine.hpp"
#include "settings/kaspersky_rows.hpp"
#include "settings/listening_rows.hpp"
#include "settings/lookup_rows.hpp"
#include "settings/monitoring_rows.hpp"
#include "settings/naming.hpp"
#include "settings/network_rows.hpp"
#include "settings/opencti_rows.hpp"
#include "settings/sending_rows.hpp"

namespace settings {
namespace {

std::vector<Section> sections_into(Settings& settings) {
  Section connector{.title = "Connector", .rows = connector_rows(settings.connector)};
  connector.add(listening_rows(settings.listening));
  Section sending{
      .title = "Sending",
      .text =
          "Where results go. The platform tells the connector where its S3 storage is; `S3_…` "
          "stands above that. Playbook steps are always answered to the platform alone.",
      .rows = sending_rows(settings.sending)};
  sending.add(storage_rows(settings.s3));
  Section kaspersky{
      .title = "Kaspersky",
      .text =
          "Each variable `KASPERSKY_…` is also known as `KASPERSKY_ENRICHMENT_…`; where both "
          "are given, the longer one counts.",
      .rows = kaspersky_rows(settings.kaspersky)};
  kaspersky.add(lookup_rows(settings.lookups));

  std::vector<Section> sections;
  sections.push_back({.title = "OpenCTI", .rows = opencti_rows(settings.opencti)});
  sections.push_back(std::move(connector));
  sections.push_back({.title = "Monitoring", .rows = monitoring_rows(settings.monitoring)});
  sections.push_back(std::move(sending));
  sections.push_back({.title = "Broker",
                      .text = "The platform tells the connector where RabbitMQ is. What is set "
                              "here stands above that; mostly nothing is needed.",
                      .rows = broker_rows(settings.mq)});
  sections.push_back(std::move(kaspersky));
  sections.push_back({.title = "Network",
                      .text = "These are read from the environment only.",
                      .rows = network_rows(settings)});
  return sections;
}

}  // namespace

Table table_into(Settings& settings) { return {naming(), sections_into(settings)}; }

const Table& table() {
  static Settings unused;
  static const auto rows = table_into(unused);
  return rows;
}

}  // namespace settings
