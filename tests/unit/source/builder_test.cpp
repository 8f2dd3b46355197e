#include "source/builder.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "source/fit_to_platform.hpp"
#include "stix/ids.hpp"
#include "support/hashes.hpp"

namespace source {
namespace {

using nlohmann::json;
using support::md5;
using support::sha256;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class BuilderTest : public testing::Test {
 protected:
  void is_a(const std::string& type, const std::string& value) {
    observable.id = type + "--self";
    observable.type = type;
    observable.value = value;
  }
  /// The object with this id; null if there is none.
  json object(const std::string& id) const {
    for (const auto& object : made.objects) {
      if (object["id"] == id) return object;
    }
    return nullptr;
  }
  /// Each relationship as `source type target`, where the observable is `self`.
  std::vector<std::string> relationships() const {
    std::vector<std::string> out;
    const auto name = [&](const json& ref) {
      const auto id = ref.get<std::string>();
      return id == observable.id ? std::string("self") : id.substr(0, id.find("--"));
    };
    for (const auto& object : made.objects) {
      if (object["type"] != "relationship") continue;
      out.push_back(name(object["source_ref"]) + ' ' +
                    object["relationship_type"].get<std::string>() + ' ' +
                    name(object["target_ref"]));
    }
    return out;
  }
  Builder& builder() {
    if (!builder_)
      builder_.emplace(author, request, BuilderOptions{.today = "2026-11-24T00:00:00.000Z"});
    return *builder_;
  }
  void take() { made = builder().take(); }

  const Author author{"Oracle"};
  stix::Observable observable{
      .id = "ipv4-addr--self", .type = "ipv4-addr", .value = "198.51.100.1"};
  Request request{.observable = observable, .markings = {stix::Tlp::green, {}}};
  Enrichment made;

 private:
  std::optional<Builder> builder_;
};

TEST_F(BuilderTest, NothingGivesNothing) {
  take();
  EXPECT_THAT(made.objects, IsEmpty());
  EXPECT_EQ(made.update.created_by_ref, std::nullopt);
  EXPECT_THAT(made.warnings, IsEmpty());
}

TEST_F(BuilderTest, TheObservableGetsScoreLabelsAndAReference) {
  builder().set_score(130);
  builder().add_label(" Scanner ");
  builder().add_label("SCANNER");
  builder().add_reference("Oracle", "https://oracle.example/198.51.100.1");
  take();
  EXPECT_EQ(made.update.score, 100);
  EXPECT_THAT(made.update.labels, ElementsAre("scanner"));
  EXPECT_THAT(made.update.external_references, SizeIs(1));
  EXPECT_EQ(made.update.created_by_ref, author.id());
  ASSERT_THAT(made.objects, SizeIs(1));
  EXPECT_EQ(made.objects[0], author.identity());
}

TEST_F(BuilderTest, AnObservableOfAnotherAuthorKeepsIt) {
  observable.created_by_ref = "identity--other";
  builder().set_score(10);
  take();
  EXPECT_EQ(made.update.created_by_ref, std::nullopt);
  EXPECT_THAT(made.objects, IsEmpty());
}

TEST_F(BuilderTest, DerivedObjectsHaveAnAuthorAndTheMarkingsOfTheObservable) {
  const auto id = builder().add_observable("domain-name", "Example.COM");
  take();
  EXPECT_EQ(made.objects[0], author.identity());
  EXPECT_EQ(object(id)["value"], "example.com");
  EXPECT_EQ(object(id)["x_opencti_created_by_ref"], author.id());
  EXPECT_EQ(object(id)["object_marking_refs"], json{stix::marking_id(stix::Tlp::green)});
}

TEST_F(BuilderTest, ARelationshipThatThePlatformRejectsBecomesRelatedTo) {
  builder().add_observable("domain-name", "example.com",
                           {.relationship = "resolves-to", .direction = Direction::to_observable});
  builder().add_observable("domain-name", "example.org", {.relationship = "resolves-to"});
  take();
  EXPECT_THAT(relationships(),
              ElementsAre("domain-name resolves-to self", "self related-to domain-name"));
}

TEST_F(BuilderTest, SharedObjectsAreUnmarkedAndKnownByAllTheirIds) {
  const auto country = builder().add_country("NL");
  const auto organization = builder().add_organization("Example Hosting");
  const auto sector = builder().add_sector("Energy");
  const auto system = builder().add_autonomous_system(64500, "EX\nAMPLE");
  take();
  for (const auto& id : {country, organization, sector, system}) {
    EXPECT_FALSE(object(id).is_null());
    EXPECT_FALSE(object(id).contains("object_marking_refs"));
    EXPECT_THAT(ids_to_query(made), Contains(id));
  }
  EXPECT_THAT(ids_to_query(made),
              Contains(stix::location_id("Kingdom of the Netherlands", "Country")));
  EXPECT_EQ(object(system)["name"], "EX AMPLE");
  EXPECT_THAT(relationships(),
              ElementsAre("self located-at location", "self belongs-to identity",
                          "self related-to identity", "self belongs-to autonomous-system"));
}

TEST_F(BuilderTest, ACountryHasACodeOrAName) {
  const auto country = builder().add_country("nl");
  EXPECT_EQ(builder().add_country("NLD"), country);
  EXPECT_EQ(builder().add_country("The Netherlands"), country);
  EXPECT_EQ(builder().add_country("Atlantis"), "");
  take();
  EXPECT_THAT(made.objects, SizeIs(3));
  EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("countries: 1 omitted")));
}

TEST_F(BuilderTest, SharedObjectsComeOnlyWithARelationshipThatThePlatformAccepts) {
  is_a("url", "http://example.com/");
  EXPECT_EQ(builder().add_country("NL"), "");
  EXPECT_EQ(builder().add_autonomous_system(64500), "");
  EXPECT_EQ(builder().add_organization("Example Hosting"), "");
  EXPECT_NE(builder().add_country("NL", "related-to"), "");
  take();
  EXPECT_THAT(relationships(), ElementsAre("self related-to location"));
}

TEST_F(BuilderTest, TheAuthorCanBeNamedAsAnOrganization) {
  EXPECT_EQ(builder().add_organization("Oracle"), author.id());
  take();
  EXPECT_EQ(std::count(made.objects.begin(), made.objects.end(), author.identity()), 1);
  EXPECT_THAT(relationships(), ElementsAre("self belongs-to identity"));
}

TEST_F(BuilderTest, TheObservableItselfIsNotRelatedToItself) {
  EXPECT_EQ(builder().add_observable("ipv4-addr", "198.51.100.1"), observable.id);
  take();
  EXPECT_THAT(made.objects, IsEmpty());
  is_a("file", "");
  observable.hashes = {{"MD5", md5}};
  Builder of_file(author, request);
  EXPECT_EQ(of_file.add_file({{"MD5", md5}, {"SHA-256", sha256}}), observable.id);
}

TEST_F(BuilderTest, ObjectsThatWereAddedCanBeConnected) {
  const auto domain = builder().add_observable("domain-name", "example.com");
  const auto address = builder().add_observable("ipv4-addr", "2001:db8::1");
  builder().add_relationship("resolves-to", domain, address);
  builder().add_relationship("resolves-to", address, domain);
  builder().add_relationship("resolves-to", domain, builder().add_observable("url", ""));
  take();
  EXPECT_THAT(relationships(),
              ElementsAre("self related-to domain-name", "self related-to ipv6-addr",
                          "domain-name resolves-to ipv6-addr", "ipv6-addr related-to domain-name"));
}

TEST_F(BuilderTest, AFileGetsHashesSizeAndNames) {
  is_a("file", "");
  observable.name = "a.exe";
  observable.hashes = {{"MD5", md5}};
  EXPECT_TRUE(builder().add_hash("SHA-256", std::string(64, 'C')));
  EXPECT_FALSE(builder().add_hash("MD5", std::string(32, 'b'))) << "the file has another MD5";
  EXPECT_FALSE(builder().add_hash("SHA-1", "short"));
  EXPECT_TRUE(builder().set_size(7));
  EXPECT_FALSE(builder().set_size(std::int64_t{1} << 31));
  EXPECT_TRUE(builder().add_name("a.exe"));
  EXPECT_TRUE(builder().add_name("b.exe"));
  EXPECT_FALSE(builder().add_name("a\nb"));
  EXPECT_EQ(builder().key(), sha256);
  take();
  EXPECT_EQ(made.update.hashes, (stix::Hashes{{"SHA-256", sha256}}));
  EXPECT_EQ(made.update.size, 7);
  EXPECT_THAT(made.update.additional_names, ElementsAre("b.exe"));
  EXPECT_THAT(made.warnings, SizeIs(4));
}

TEST_F(BuilderTest, AnIndicatorHasTheObservablesScoreAndIsValidFromToday) {
  builder().set_score(85);
  const auto id = builder().add_indicator({.description = "seen by all"});
  take();
  EXPECT_EQ(object(id)["pattern"], "[ipv4-addr:value = '198.51.100.1']");
  EXPECT_EQ(object(id)["x_opencti_score"], 85);
  EXPECT_EQ(object(id)["valid_from"], "2026-11-24T00:00:00.000Z");
  EXPECT_EQ(object(id)["description"], "seen by all");
  EXPECT_THAT(relationships(), ElementsAre("indicator based-on self"));
}

TEST_F(BuilderTest, ANoteIsOneForEachTopic) {
  const auto id = builder().add_note({.topic = "details", .title = "Oracle", .text = "first"});
  take();
  EXPECT_EQ(object(id)["abstract"], "Oracle: 198.51.100.1");
  EXPECT_EQ(object(id)["content"], "Oracle: ipv4-addr `198.51.100.1`\n\nfirst");
  EXPECT_EQ(object(id)["object_refs"], json{observable.id});
  Builder again(author, request);
  EXPECT_EQ(again.add_note({.topic = "details", .title = "Oracle", .text = "second"}), id);
  EXPECT_NE(again.add_note({.topic = "history", .title = "Oracle", .text = "second"}), id);
}

TEST_F(BuilderTest, OmittedObjectsAreReportedOnceForEachKind) {
  for (int i = 0; i < 60; ++i) builder().add_label("label " + std::to_string(i));
  builder().add_observable("url", "http:///");
  builder().add_observable("domain-name", "localhost");
  builder().add_autonomous_system(std::int64_t{1} << 31);
  builder().add_sector("x");
  take();
  EXPECT_THAT(made.update.labels, SizeIs(50));
  EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("autonomous systems: 1 omitted"),
                                         HasSubstr("labels: 10 omitted"),
                                         HasSubstr("organizations and sectors: 1 omitted"),
                                         HasSubstr("related observables: 2 omitted")));
}

TEST_F(BuilderTest, TextsAreInTheFormInWhichThePlatformStoresThem) {
  builder().add_reference(" Oracle ", " https://oracle.example/ ");
  builder().add_reference("Oracle", "");
  const auto note = builder().add_note({.topic = "details", .title = "Oracle", .text = "text\n\n"});
  take();
  EXPECT_EQ(made.update.external_references,
            (std::vector<json>{{{"source_name", "Oracle"}, {"url", "https://oracle.example/"}}}));
  EXPECT_EQ(object(note)["content"], "Oracle: ipv4-addr `198.51.100.1`\n\ntext");
}

}  // namespace
}  // namespace source
