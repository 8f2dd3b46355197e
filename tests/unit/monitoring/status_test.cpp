#include "monitoring/status.hpp"

#include <gmock/gmock.h>

#include "net/http/client.hpp"

namespace monitoring {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const source::Product product{.version = "1", .source = "Kaspersky", .ratings = {.word = "zone"}};

json enrichment_of(const runtime::Ended& ended) {
  Journal journal;
  journal.ended(ended);
  const About about{.opencti_url = "https://opencti.example",
                    .page_about = [](std::string_view value) {
                      return "https://portal.example/?about=" + net::percent_encode(value);
                    }};
  const auto text = written(status_document(product, about, {}, journal.contents()));
  return json::parse(text)["enrichments"][0];
}

TEST(Status, ReportsAnEnrichment) {
  const auto shown = enrichment_of({.at = std::chrono::sys_days(std::chrono::days(20000)) + 1ms,
                                    .took = 12ms,
                                    .mode = opencti::Mode::manual,
                                    .entity_id = opencti::EntityId("ipv4-addr--1"),
                                    .entity_type = "IPv4-Addr",
                                    .value = "192.0.2.1",
                                    .kind = "ip",
                                    .rating = "red",
                                    .outcome = source::Outcome::found,
                                    .text = "Kaspersky zone: red."});
  EXPECT_EQ(shown,
            json::parse(R"({"at": "2024-10-04T00:00:00.001Z", "took_ms": 12, "mode": "manual",
      "entity_id": "ipv4-addr--1", "entity_type": "IPv4-Addr", "value": "192.0.2.1", "kind": "ip", "zone": "red",
      "outcome": "found", "text": "Kaspersky zone: red.", "in_error": false,
      "opencti_page": "https://opencti.example/dashboard/id/ipv4-addr--1",
      "kaspersky_page": "https://portal.example/?about=192.0.2.1"})"));
}

TEST(Status, LinksAreEncoded) {
  const auto shown = enrichment_of({.entity_id = opencti::EntityId("../../x?y#z"),
                                    .value = "http://a.example/?q=<\"'>&b#c",
                                    .kind = "url"});
  EXPECT_EQ(shown["opencti_page"], "https://opencti.example/dashboard/id/..%2F..%2Fx%3Fy%23z");
  EXPECT_EQ(shown["kaspersky_page"],
            "https://portal.example/?about=http%3A%2F%2Fa.example%2F%3Fq%3D%3C%22%27%3E%26b%23c");
}

TEST(Status, NothingIsLinkedThatIsNotThere) {
  EXPECT_EQ(enrichment_of({})["opencti_page"], nullptr);
  EXPECT_EQ(enrichment_of({})["kaspersky_page"], nullptr);
  // A link with a shortened value would ask the portal about another value.
  EXPECT_EQ(enrichment_of({.value = std::string(5000, 'a')})["kaspersky_page"], nullptr);
}

TEST(Status, HostileValuesStayText) {
  const std::string value = "\xff\x01</script><img src=x onerror=alert(1)>\"\\\n";
  EXPECT_EQ(enrichment_of({.value = value})["value"],
            "\xEF\xBF\xBD\x01</script><img src=x onerror=alert(1)>\"\\\n");
}

TEST(Status, IsCompleteFromTheFirstMoment) {
  Snapshot snapshot;
  snapshot.links = {platform_link({})};
  snapshot.source.breaker = "closed";
  const auto shown =
      status_document(product, {.id = "c1", .name = "n"}, snapshot, Journal().contents());
  EXPECT_EQ(shown["connector"], json::parse(R"({"id": "c1", "name": "n", "version": "1"})"));
  EXPECT_EQ(shown["source"], json::parse(R"({"name": "kaspersky", "label": "Kaspersky"})"));
  EXPECT_EQ(shown["zones"], json::object());
  EXPECT_EQ(shown["ready"], false);
  EXPECT_EQ(shown["parts"][0]["state"], "starting");
  EXPECT_EQ(shown["breaker"], "closed");
  EXPECT_EQ(shown["quota"], nullptr);
  EXPECT_EQ(shown["queued"], nullptr);
  EXPECT_EQ(shown["deferred"], 0);
  EXPECT_EQ(shown["minutes"].size(), 60U);
  EXPECT_EQ(shown["enrichments"], json::array());
  EXPECT_EQ(shown["troubles"], json::array());
}

}  // namespace
}  // namespace monitoring
