#include "enrichment/network.hpp"

#include <gmock/gmock.h>

#include "enrichment/author.hpp"
#include "stix/ids.hpp"

namespace enrichment {
namespace {

using kaspersky::ObjectKind;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class NetworkTest : public testing::Test {
 protected:
  static std::vector<json> without_author(source::Enrichment made) {
    std::erase(made.objects, author().identity());
    return std::move(made.objects);
  }
  std::vector<json> systems(std::vector<kaspersky::AutonomousSystem> list) {
    kaspersky::Answer answer;
    answer.autonomous_systems = std::move(list);
    const source::Request request{.observable = observable};
    source::Builder builder(author(), request, {.warn = false});
    add_autonomous_systems(answer, subject_of(observable, question, answer), builder);
    auto made = builder.take();
    warnings = made.warnings;
    return without_author(std::move(made));
  }
  /// The host that a URL is linked to, as `type value`; empty if there is none.
  static std::string host_of(const std::string& url, const std::string& told = {}) {
    const stix::Observable observable{.id = "url--1", .type = "url", .value = url};
    const Question question{ObjectKind::url, url};
    kaspersky::Answer answer;
    if (!told.empty()) answer.url = kaspersky::UrlGeneralInfo{.url = {}, .host = told};
    const source::Request request{.observable = observable};
    source::Builder builder(author(), request);
    add_host(subject_of(observable, question, answer), answer, builder);
    const auto all = without_author(builder.take());
    if (all.empty()) return {};
    EXPECT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[1]["source_ref"], "url--1");
    EXPECT_EQ(all[1]["target_ref"], all[0]["id"]);
    EXPECT_EQ(all[1]["relationship_type"], "related-to");
    return all[0]["type"].get<std::string>() + ' ' + all[0]["value"].get<std::string>();
  }

  stix::Observable observable{.id = "ipv4-addr--1", .type = "ipv4-addr"};
  Question question{ObjectKind::ip, "198.51.100.1"};
  std::vector<std::string> warnings;
};

TEST_F(NetworkTest, AnAddressBelongsToItsAutonomousSystem) {
  const auto all = systems({{64500, "EXAMPLE, A"}});
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0], (json{{"type", "autonomous-system"},
                          {"spec_version", "2.1"},
                          {"id", stix::autonomous_system_id(64500)},
                          {"number", 64500},
                          {"name", "EXAMPLE, A"},
                          {"x_opencti_created_by_ref", author_id()}}))
      << "shared objects are not marked";
  EXPECT_EQ(all[1]["relationship_type"], "belongs-to");
  EXPECT_EQ(all[1]["source_ref"], "ipv4-addr--1");
}

TEST_F(NetworkTest, NumbersThatThePlatformCannotStoreAreLeftOut) {
  const auto all = systems({{2147483648, "A"}, {2147483647, "B"}, {4294967296, "C"}});
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0]["number"], 2147483647);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("2 omitted")));
}

TEST_F(NetworkTest, ANameIsOneLine) {
  const auto all = systems({{1, "a\nb"}, {2, " a "}, {3, ""}});
  EXPECT_EQ(all[0]["name"], "a b");
  EXPECT_EQ(all[1]["name"], "a");
  EXPECT_FALSE(all[2].contains("name"));
}

TEST_F(NetworkTest, ThereIsALimitToSystems) {
  std::vector<kaspersky::AutonomousSystem> many;
  for (int i = 1; i <= 60; ++i) many.push_back({i, ""});
  EXPECT_THAT(systems(many), SizeIs(100));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("10 omitted")));
}

TEST_F(NetworkTest, TheHostOfAUrlIsADomainOrAnAddress) {
  EXPECT_EQ(host_of("http://example.com/a"), "domain-name example.com");
  EXPECT_EQ(host_of("https://198.51.100.1:8080/a"), "ipv4-addr 198.51.100.1");
  EXPECT_EQ(host_of("http://[2001:db8::1]/a"), "ipv6-addr 2001:db8::1");
}

TEST_F(NetworkTest, ANameWithoutADotIsNotAHost) { EXPECT_EQ(host_of("http://intranet/a"), ""); }

TEST_F(NetworkTest, TheHostInKasperskysAnswerComesFirst) {
  EXPECT_EQ(host_of("http://example.com/a", "Other.Example"), "domain-name other.example");
}

TEST_F(NetworkTest, TheHostOfTheUrlReplacesAnInvalidOne) {
  for (const auto* told : {"example.com:8080", "intranet", "*.example.com", "a b"}) {
    EXPECT_EQ(host_of("http://example.com/a", told), "domain-name example.com") << told;
  }
}

TEST_F(NetworkTest, OtherObjectsHaveNoHost) {
  kaspersky::Answer answer;
  answer.url = kaspersky::UrlGeneralInfo{.url = {}, .host = "example.com"};
  const source::Request request{.observable = observable};
  source::Builder builder(author(), request);
  add_host(subject_of(observable, question, answer), answer, builder);
  EXPECT_THAT(builder.take().objects, IsEmpty());
}

}  // namespace
}  // namespace enrichment
