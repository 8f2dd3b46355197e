#include "enrichment/entities.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "enrichment/author.hpp"
#include "stix/ids.hpp"

namespace enrichment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

kaspersky::Answer from_country(const std::string& code) {
  kaspersky::Answer answer;
  answer.ip = kaspersky::IpGeneralInfo{"198.51.100.1", code};
  return answer;
}

struct Entity {
  std::string id;
  std::vector<std::string> alternative_ids;
  std::string relationship;
  nlohmann::json object;
};

std::vector<Entity> entities_named(const kaspersky::Answer& answer,
                                   std::vector<std::string>& warnings) {
  const stix::Observable observable{.id = "ipv4-addr--1", .type = "ipv4-addr"};
  const source::Request request{.observable = observable};
  source::Builder builder(author(), request, {.warn = false});
  add_entities(answer, builder);
  const auto made = builder.take();
  warnings = made.warnings;
  std::vector<Entity> entities;
  for (const auto& object : made.objects) {
    const auto id = object["id"].get<std::string>();
    if (!made.alternative_ids.contains(id)) continue;
    const auto pointing =
        std::find_if(made.objects.begin(), made.objects.end(),
                     [&](const auto& other) { return other.value("target_ref", "") == id; });
    entities.push_back({id, made.alternative_ids.at(id),
                        pointing->at("relationship_type").get<std::string>(), object});
  }
  return entities;
}

class EntitiesTest : public testing::Test {
 protected:
  std::vector<std::string> sectors(std::vector<std::string> industries) {
    kaspersky::Answer answer;
    answer.industries = std::move(industries);
    std::vector<std::string> names;
    for (const auto& entity : entities_named(answer, warnings)) {
      names.push_back(entity.object.at("name"));
    }
    return names;
  }

  std::vector<std::string> warnings;
};

TEST_F(EntitiesTest, ACountryIsKnownByAllItsNamesAndByItsCodes) {
  const auto entities = entities_named(from_country("nl"), warnings);
  ASSERT_THAT(entities, SizeIs(1));
  const auto& country = entities[0];
  EXPECT_EQ(country.id, stix::location_id("Netherlands", "Country"));
  EXPECT_EQ(country.alternative_ids.front(), country.id);
  for (const auto* name :
       {"NL", "NLD", "Kingdom of the Netherlands", "Netherlands (Kingdom of the)"}) {
    EXPECT_THAT(country.alternative_ids, testing::Contains(stix::location_id(name, "Country")));
  }
  EXPECT_EQ(country.relationship, "located-at");
  EXPECT_EQ(country.object["id"], country.id);
  EXPECT_EQ(country.object["x_opencti_aliases"],
            nlohmann::json::array({"NL", "NLD", "Kingdom of the Netherlands"}));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(EntitiesTest, ACountryIsKnownByItsCommonName) {
  const auto entities = entities_named(from_country("KR"), warnings);
  ASSERT_THAT(entities, SizeIs(1));
  EXPECT_EQ(entities[0].object["name"], "Korea, Republic of");
  EXPECT_EQ(entities[0].object["x_opencti_aliases"],
            nlohmann::json::array({"KR", "KOR", "South Korea"}));
  for (const auto* name : {"South Korea", "Republic of Korea", "korea (republic of)", "KOR"}) {
    EXPECT_THAT(entities[0].alternative_ids, testing::Contains(stix::location_id(name, "Country")));
  }
}

TEST_F(EntitiesTest, ACountryIsKnownByItsNameWithoutTheArticle) {
  const auto known = entities_named(from_country("CD"), warnings).at(0).alternative_ids;
  for (const auto* name :
       {"The Democratic Republic of the Congo", "Democratic Republic of the Congo"}) {
    EXPECT_THAT(known, testing::Contains(stix::location_id(name, "Country")));
  }
}

TEST_F(EntitiesTest, ACodeOfNoCountryGivesAWarning) {
  EXPECT_THAT(entities_named(from_country("XX"), warnings), IsEmpty());
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("CountryCode")));
}

TEST_F(EntitiesTest, WithoutACodeThereIsNoCountryAndNoWarning) {
  EXPECT_THAT(entities_named(from_country(""), warnings), IsEmpty());
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(EntitiesTest, ASectorIsKnownByItsName) {
  kaspersky::Answer answer;
  answer.industries = {"Energy"};
  const auto entities = entities_named(answer, warnings);
  ASSERT_THAT(entities, SizeIs(1));
  EXPECT_THAT(entities[0].alternative_ids, ElementsAre(stix::identity_id("class", "Energy")));
  EXPECT_EQ(entities[0].relationship, "related-to");
  EXPECT_EQ(entities[0].object["identity_class"], "class");
}

TEST_F(EntitiesTest, SharedObjectsHaveAnAuthorAndNoMarking) {
  auto answer = from_country("NL");
  answer.industries = {"Energy"};
  for (const auto& entity : entities_named(answer, warnings)) {
    EXPECT_EQ(entity.object["created_by_ref"], author_id());
    EXPECT_FALSE(entity.object.contains("object_marking_refs"));
  }
}

TEST_F(EntitiesTest, HtmlInNamesIsReadAsText) {
  EXPECT_THAT(sectors({"Energy &amp; Utilities", "a &lt;b&gt; &quot;c&quot; &#39;d&#39;"}),
              ElementsAre("Energy & Utilities", "a <b> \"c\" 'd'"));
  EXPECT_THAT(sectors({"a &amp;lt; b"}), ElementsAre("a &lt; b"))
      << "entities are decoded only once";
}

TEST_F(EntitiesTest, OneSectorInManySpellingsIsOne) {
  EXPECT_THAT(sectors({"Energy &amp; Oil", " ENERGY & OIL ", "energy & oil"}),
              ElementsAre("Energy & Oil"));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(EntitiesTest, InvalidNamesAreLeftOutWithOneWarning) {
  EXPECT_THAT(sectors({" ", "\t", "a", "a\nb", std::string(101, 'x'), std::string(100, 'y')}),
              ElementsAre(std::string(100, 'y')));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("5 omitted")));
}

TEST_F(EntitiesTest, ThereIsALimitToTheirNumber) {
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) many.push_back("Sector " + std::to_string(i));
  EXPECT_THAT(sectors(many), SizeIs(50));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("950 omitted")));
}

}  // namespace
}  // namespace enrichment
