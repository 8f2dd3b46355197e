#include "enrichment/related.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "enrichment/author.hpp"
#include "stix/ids.hpp"

namespace enrichment {
namespace {

using kaspersky::RelatedObject;
using kaspersky::Zone;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string md5_of(int number) { return fmt::format("{:032x}", number); }

kaspersky::RelatedField field_of(std::string_view section, std::string_view field) {
  const auto fields = kaspersky::related_fields();
  return *std::find_if(fields.begin(), fields.end(), [&](const auto& row) {
    return row.section == section && row.field == field;
  });
}

RelatedObject row(const std::string& value, std::optional<Zone> zone = {},
                  const std::string& last_seen = {}) {
  return {.value = value, .zone = zone, .last_seen = last_seen};
}

std::string value_of(kaspersky::RelatedKind kind) {
  if (kind == kaspersky::RelatedKind::file) return md5_of(1);
  return kind == kaspersky::RelatedKind::ip ? "198.51.100.1" : "example.com";
}

class RelatedTest : public testing::Test {
 protected:
  void add(std::string_view section, std::string_view field, std::vector<RelatedObject> rows) {
    answer.related.push_back({field_of(section, field), std::move(rows)});
  }
  /// The objects made of the answer, without the author.
  std::vector<json> objects() {
    const source::Request request{.observable = observable};
    source::Builder builder(author(), request, {.warn = false});
    tables = add_related(answer, subject_of(observable, question, answer), options, builder);
    auto made = builder.take();
    warnings = made.warnings;
    std::erase(made.objects, author().identity());
    return std::move(made.objects);
  }
  /// The values of the objects, in their order.
  std::vector<std::string> values() {
    std::vector<std::string> out;
    for (const auto& object : objects()) {
      if (object.contains("value")) out.push_back(object["value"]);
      if (object.contains("hashes")) out.push_back(object["hashes"]["MD5"]);
    }
    return out;
  }
  /// `source relationship target` of the last relationship, with `self` for the observable.
  std::string connection() {
    const auto relationship = objects().back();
    const auto name = [&](const json& id) {
      return id == observable.id ? std::string("self") : id.get<std::string>().substr(0, 4);
    };
    return fmt::format("{} {} {}", name(relationship["source_ref"]),
                       relationship["relationship_type"].get<std::string>(),
                       name(relationship["target_ref"]));
  }
  void is_a(const std::string& type, const std::string& value, kaspersky::ObjectKind kind) {
    observable = {.id = type + "--self", .type = type, .value = value};
    question = {kind, value};
  }

  stix::Observable observable{.id = "file--self", .type = "file"};
  Question question{kaspersky::ObjectKind::hash, md5_of(0)};
  Options options;
  kaspersky::Answer answer;
  std::vector<std::string> warnings;
  std::vector<RelatedTable> tables;
};

TEST_F(RelatedTest, ARowBecomesAnObjectAndARelationship) {
  options.scores = {{Zone::red, 100}};
  add("FileDownloadedObjects", "Md5",
      {{.value = md5_of(1),
        .zone = Zone::red,
        .first_seen = "2020-01-01T00:00:00.000Z",
        .last_seen = "2021-01-01T00:00:00.000Z",
        .name = "a.exe",
        .remarks = {"detected as Trojan|A", "100 hits"}}});
  const auto all = objects();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0]["id"], stix::file_id({{"MD5", md5_of(1)}}));
  EXPECT_EQ(all[0]["x_opencti_score"], 100);
  EXPECT_EQ(all[0]["x_opencti_additional_names"], json::array({"a.exe"}));
  EXPECT_EQ(all[1]["relationship_type"], "downloads");
  EXPECT_EQ(all[1]["start_time"], "2020-01-01T00:00:00.000Z");
  EXPECT_EQ(all[1]["stop_time"], "2021-01-01T00:00:00.000Z");
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(
      tables[0].sheet.rows,
      ElementsAre(ElementsAre(md5_of(1), "red", "2020-01-01T00:00:00.000Z",
                              "2021-01-01T00:00:00.000Z", "detected as Trojan|A, 100 hits")));
}

TEST_F(RelatedTest, ADateWithoutTheOtherIsDescribedAndSetsNoTime) {
  add("FileStartedBy", "Md5", {row(md5_of(1), {}, "2021-01-01T00:00:00.000Z")});
  EXPECT_FALSE(objects().back().contains("stop_time"));
  EXPECT_EQ(tables.at(0).sheet.rows.at(0).at(3), "2021-01-01T00:00:00.000Z");
}

TEST_F(RelatedTest, KasperskysSpellingOfTheUrlItselfIsTheUrlItself) {
  is_a("url", "https://a.example/x", kaspersky::ObjectKind::url);
  add("FilesDownloaded", "Url", {row("a.example/x"), row("http://a.example/x"), row("b.example/")});
  EXPECT_THAT(values(), ElementsAre("http://a.example/x", "http://b.example/"));
}

TEST_F(RelatedTest, TheUrlItselfIsKnownByItsNameInTheAnswer) {
  is_a("url", "https://user@www.A.example:8443/x/?q=1#top", kaspersky::ObjectKind::url);
  answer.url = kaspersky::UrlGeneralInfo{"a.example/x/?q=1", "a.example"};
  add("UrlReferrals", "Url", {row("a.example/x/?q=1"), row("http://a.example/x/?q=1")});
  EXPECT_THAT(values(), ElementsAre("http://a.example/x/?q=1"))
      << "the URL with a scheme is another object";
}

TEST_F(RelatedTest, ASchemeInAQueryDoesNotCount) {
  is_a("url", "https://a.example/go?to=http://b.example", kaspersky::ObjectKind::url);
  add("UrlReferrals", "Url", {row("a.example/go?to=http://b.example")});
  EXPECT_THAT(values(), IsEmpty());
}

TEST_F(RelatedTest, SpellingsOfOneObjectAreOne) {
  is_a("domain-name", "example.com", kaspersky::ObjectKind::domain);
  add("Subdomains", "Subdomain", {row("A.Example.com."), row("a.example.com")});
  add("UrlReferrals", "Url", {row("HTTP://B.example/x"), row("b.example/x")});
  EXPECT_THAT(values(), ElementsAre("a.example.com", "http://b.example/x"));
}

TEST_F(RelatedTest, TheMostDangerousComeFirstAndOfTheseTheLatest) {
  add("FileStartedBy", "Md5",
      {row(md5_of(1), {}, "2029"), row(md5_of(2), Zone::green, "2021"),
       row(md5_of(3), Zone::red, "2020"), row(md5_of(4), Zone::red, "2021"), row(md5_of(5), {}),
       row(md5_of(6), Zone::grey)});
  EXPECT_THAT(values(),
              ElementsAre(md5_of(4), md5_of(3), md5_of(6), md5_of(2), md5_of(1), md5_of(5)));
}

TEST_F(RelatedTest, BeyondTheLimitTheLeastDangerousAreLeftOut) {
  options.rows = 2;
  add("FileStartedBy", "Md5",
      {row(md5_of(1), Zone::green), row(md5_of(2), Zone::red), row(md5_of(3)),
       row(md5_of(2), Zone::red), row(md5_of(4), Zone::orange)});
  EXPECT_THAT(values(), ElementsAre(md5_of(2), md5_of(4)));
  EXPECT_EQ(tables.at(0).more, 2U) << "counts objects, not rows";
}

TEST_F(RelatedTest, TheLimitIsThatOfEachSection) {
  options.rows = 1;
  add("FileStartedBy", "Md5", {row(md5_of(1))});
  add("FileStartedObjects", "Md5", {row(md5_of(2))});
  EXPECT_THAT(values(), SizeIs(2));
  for (const auto& table : tables) EXPECT_EQ(table.more, 0U);
}

TEST_F(RelatedTest, ARowAboutTheObjectItselfIsSkipped) {
  observable.hashes = {{"MD5", md5_of(7)}};
  add("FileStartedBy", "Md5", {row(md5_of(7)), row(md5_of(1))});
  EXPECT_THAT(values(), ElementsAre(md5_of(1)));
  answer.related.clear();
  is_a("domain-name", "example.com", kaspersky::ObjectKind::domain);
  add("Subdomains", "Subdomain", {row("EXAMPLE.com"), row("a.example.com")});
  EXPECT_THAT(values(), ElementsAre("a.example.com"));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(RelatedTest, ValuesThatThePlatformRejectsGiveOneWarningForEachSection) {
  add("FileAccessedUrls", "Url", {row("http://"), row("a b/c"), row("example.com")});
  add("IpDnsResolutions", "Domain", {row("localhost"), row("*.example.com")});
  add("DomainDnsResolutions", "Ip", {row("198.51.100.0/24"), row("2001:DB8::1")});
  EXPECT_THAT(values(), ElementsAre("http://example.com", "2001:db8::1"));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("FileAccessedUrls.Url: 2 omitted"),
                                    HasSubstr("IpDnsResolutions.Domain: 2 omitted"),
                                    HasSubstr("DomainDnsResolutions.Ip: 1 omitted")));
}

TEST_F(RelatedTest, RelationshipsHaveTheirDirection) {
  add("FileDownloadedBy", "Md5", {row(md5_of(1))});
  EXPECT_EQ(connection(), "file downloads self");
  is_a("ipv4-addr", "198.51.100.1", kaspersky::ObjectKind::ip);
  add("IpDnsResolutions", "Domain", {row("example.com")});
  EXPECT_EQ(connection(), "doma resolves-to self");
  is_a("domain-name", "example.com", kaspersky::ObjectKind::domain);
  add("DomainDnsResolutions", "Ip", {row("198.51.100.1")});
  EXPECT_EQ(connection(), "self resolves-to ipv4");
  add("FilesAccessed", "Md5", {row(md5_of(1))});
  EXPECT_EQ(connection(), "file communicates-with self");
}

TEST_F(RelatedTest, WhereThePlatformRejectsATypeTheDirectionStays) {
  for (const auto& field : kaspersky::related_fields()) {
    for (const auto* type :
         {"file", "artifact", "ipv4-addr", "ipv6-addr", "domain-name", "hostname", "url"}) {
      is_a(type, "198.51.100.9", kaspersky::ObjectKind::ip);
      answer.related.clear();
      add(field.section, field.field, {row(value_of(field.kind))});
      const auto ends = connection();
      EXPECT_EQ(ends.starts_with("self "), field.direction == source::Direction::from_observable)
          << field.section << ' ' << type << ": " << ends;
    }
  }
  is_a("hostname", "a.example.com", kaspersky::ObjectKind::domain);
  add("FilesAccessed", "Md5", {row(md5_of(1))});
  EXPECT_EQ(connection(), "file related-to self");
  is_a("artifact", "", kaspersky::ObjectKind::hash);
  add("FileDownloadedBy", "Md5", {row(md5_of(1))});
  EXPECT_EQ(connection(), "file related-to self");
  is_a("url", "http://a.example", kaspersky::ObjectKind::url);
  add("DomainDnsResolutions", "Ip", {row("2001:db8::1")});
  EXPECT_EQ(connection(), "self related-to ipv6");
}

TEST_F(RelatedTest, AMalformedNameIsIgnored) {
  auto named = row(md5_of(1));
  named.name = "a\nb";
  add("FileStartedBy", "Md5", {named});
  EXPECT_FALSE(objects()[0].contains("x_opencti_additional_names"));
}

}  // namespace
}  // namespace enrichment
