#include "opencti/in/bundle_text.hpp"

#include <gmock/gmock.h>

#include "opencti/in/observable.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

std::string changed(std::string_view bundle, const BundleChange& change) {
  std::string out;
  const bool whole = write_changed(
      bundle, change, [&](std::string_view piece) { out += piece; }, [] { return true; });
  EXPECT_TRUE(whole);
  return out;
}

/// What is written of the document `after` if the original text is `before`.
std::string patched(std::string_view before, std::string_view after) {
  std::string out;
  write_patched(before, text::parse_json(before).value(), json::parse(after),
                [&](std::string_view piece) { out += piece; });
  return out;
}

BundleChange scored(int score) {
  BundleChange change{.id = "file--1"};
  change.update.score = score;
  return change;
}

TEST(BundleText, FindsMembersAndObjects) {
  constexpr std::string_view bundle =
      R"({"objects":[7,{"id":"a"}],"objects":[ {"x":{"id":"b"},"id":"a"} , {"id":"b","n":1}]})";
  EXPECT_TRUE(is_bundle(bundle));
  EXPECT_EQ(object_text(bundle, "a"), R"({"x":{"id":"b"},"id":"a"})");
  EXPECT_EQ(object_text(bundle, "b"), R"({"id":"b","n":1})");
  EXPECT_EQ(object_text(bundle, "c"), "");
  for (const auto* other : {"", "7", "[]", "{}", R"({"objects":{}})", R"({"objects":null})"}) {
    EXPECT_FALSE(is_bundle(other)) << other;
    EXPECT_EQ(object_text(other, "a"), "");
  }
}

TEST(BundleText, FindsAnObjectWhoseIdIsWrittenWithEscapes) {
  EXPECT_EQ(object_text(R"({"objects":[{"id":"\u0061"}]})", "a"), R"({"id":"\u0061"})");
}

TEST(BundleText, UnchangedPartsGoBackByteForByte) {
  constexpr std::string_view others =
      "[ {\"id\":\"x\", \"n\":12345678901234567890.1230, \"t\":\"\\ud800\\/\", \"h\":1e400},7 "
      ",[[]] ";
  const auto bundle = "{\"spec\" : 2.10,\"objects\":" + std::string(others) +
                      ",{\"id\":\"file--1\",\"size\":1.50,\"x_opencti_score\":1}\n], \"z\": [ ]}";
  EXPECT_EQ(changed(bundle, scored(80)),
            "{\"spec\" : 2.10,\"objects\":" + std::string(others) +
                ",{\"id\":\"file--1\",\"size\":1.50,\"x_opencti_score\":80}\n], \"z\": [ ]}");
}

TEST(BundleText, NewObjectsComeBehindUnlessTheyAreThere) {
  BundleChange change;
  change.objects = {{{"id", "note--1"}}, {{"id", "file--1"}}, {{"id", "note--1"}}};
  EXPECT_EQ(changed(R"({"objects":[{"id":"file--1"}]})", change),
            R"({"objects":[{"id":"file--1"},{"id":"note--1"}]})");
  EXPECT_EQ(changed(R"({"objects":[ ]})", change),
            R"({"objects":[ {"id":"note--1"},{"id":"file--1"}]})");
}

TEST(BundleText, OrganisationsGoIntoEveryObjectThatCanBeRead) {
  BundleChange change;
  change.granted_refs = {"identity--o"};
  change.objects = {{{"id", "note--1"}}};
  EXPECT_EQ(changed(R"({"objects":[{"id":"a","n":1.0},7,{}]})", change),
            R"({"objects":[{"id":"a","n":1.0,"x_opencti_granted_refs":["identity--o"]},7,)"
            R"({"x_opencti_granted_refs":["identity--o"]},)"
            R"({"id":"note--1","x_opencti_granted_refs":["identity--o"]}]})");
}

TEST(BundleText, OnlyDifferencesAreWrittenAgain) {
  EXPECT_EQ(patched(R"({"a": {"b" : 1.0, "c":[1.0]}, "d": 2e0})",
                    R"({"a":{"b":1,"c":[1,2],"e":3},"d":2})"),
            R"({"a": {"b" : 1.0, "c":[1.0,2],"e":3}, "d": 2e0})");
  EXPECT_EQ(patched(R"({"a":[1,2]})", R"({"a":[2,1]})"), R"({"a":[2,1]})");
  EXPECT_EQ(patched("{ }", R"({"a":1})"), R"({ "a":1})");
  EXPECT_EQ(patched(R"({"l":[]})", R"({"l":[1]})"), R"({"l":[1]})");
}

TEST(BundleText, OfMembersWithOneNameTheLastIsChanged) {
  EXPECT_EQ(patched(R"({"a":{"x":1},"a":1})", R"({"a":2})"), R"({"a":{"x":1},"a":2})");
}

TEST(BundleText, IsTheSameAsAChangedDocument) {
  const auto object = json::parse(R"({"id":"file--1","type":"file","hashes":{"MD5":"a"},
      "extensions":{"extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82":{"labels":["x"]}}})");
  auto change = scored(80);
  change.update.labels = {"x", "y"};
  change.update.hashes = {{"SHA-1", "b"}};
  change.update.external_references = {{{"url", "https://example.com"}}};
  change.update.size = 7;
  const json bundle{{"objects", {object}}};
  EXPECT_EQ(json::parse(changed(bundle.dump(), change)),
            (json{{"objects", {updated_object(object, change.update)}}}));
}

TEST(BundleText, ABundleOfOneHasTheObjectAsItCame) {
  EXPECT_EQ(bundle_of_one(R"({"objects":[{"id":"a"},{"id":"b","n":1.0}]})", "b", "x"),
            R"({"type":"bundle","id":"x","objects":[{"id":"b","n":1.0}]})");
  EXPECT_EQ(json::parse(bundle_of_one(R"({"objects":[]})", "b", "x"))["objects"], json::array());
}

TEST(PlaybookReply, WhetherItFitsIsKnownBeforehand) {
  const auto of = [](std::size_t bytes) {
    return "{\"objects\":[\"" + std::string(bytes, 'x') + "\"]}";
  };
  constexpr std::size_t mib = 1024 * 1024;
  EXPECT_TRUE(can_change(of(24 * mib)));
  EXPECT_FALSE(can_change(of(25 * mib)));
  const auto fits = [](const std::string& bundle) { return fits_request({.bundle = bundle}); };
  EXPECT_TRUE(fits(of(49 * mib)));
  EXPECT_FALSE(fits(of(50 * mib)));
  EXPECT_FALSE(fits("{\"objects\":[" + std::string(26 * mib, '"') + "]}"));
  const auto half = of(25 * mib);
  EXPECT_FALSE(fits_request({.bundle = half, .changed = half}));
}

TEST(PlaybookReply, OrganisationsThatWouldMakeTheBundleTooLongAreFoundWithoutWritingIt) {
  const auto of = [](std::size_t count) {
    std::string bundle = "{\"objects\":[{}";
    while (count-- > 1) bundle += ",{}";
    return bundle + "]}";
  };
  BundleChange change;
  for (int i = 10; i < 60; ++i) {
    change.granted_refs.push_back("identity--00000000-0000-4000-8000-0000000000" +
                                  std::to_string(i));
  }
  const auto few = of(100);
  const auto size = changed_size(few, change);
  ASSERT_TRUE(size);
  const auto written = changed_bundle(few, change, *size);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->size(), *size);
  EXPECT_TRUE(shared_size(few, change.granted_refs, {}));
  const auto many = of(5'000);
  EXPECT_EQ(changed_size(many, change), std::nullopt);
  EXPECT_FALSE(shared_size(many, change.granted_refs, {}));
  EXPECT_TRUE(shared_size(many, {}, {}));
}

TEST(PlaybookReply, ObjectsAreVisitedNoFurtherThanTheLimitOrAStop) {
  BundleChange change;
  change.granted_refs = {"identity--00000000-0000-4000-8000-000000000001"};
  const std::string bundle = R"({"objects":[{},{},{},{},{}]})";
  int asked = 0;
  std::string out;
  EXPECT_FALSE(write_changed(
      bundle, change, [&](std::string_view piece) { out += piece; }, [&] { return ++asked < 3; }));
  EXPECT_EQ(out,
            R"({"objects":[{"x_opencti_granted_refs":[)"
            R"("identity--00000000-0000-4000-8000-000000000001"]},)"
            R"({"x_opencti_granted_refs":["identity--00000000-0000-4000-8000-000000000001"]})");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(changed_size(bundle, change, stop.get_token()), std::nullopt);
  EXPECT_EQ(changed_bundle(bundle, change, 1000, stop.get_token()), std::nullopt);
}

TEST(PlaybookReply, AChangeThatAddsTooMuchDoesNotFit) {
  BundleChange change;
  change.objects = {{{"id", "note--1"}, {"x", std::string(largest_growth - 100, 'x')}}};
  EXPECT_TRUE(changed_size(R"({"objects":[]})", change));
  change.objects = {{{"id", "note--1"}, {"x", std::string(largest_growth, 'x')}}};
  EXPECT_EQ(changed_size(R"({"objects":[]})", change), std::nullopt);
}

TEST(PlaybookReply, ARequestHasTheTextsUnchanged) {
  const std::string bundle = "{\"objects\":[\"\\u00e9\"\n\t\r]}";
  const auto request =
      json::parse(request_text({{"step_id", "s"}}, {.bundle = bundle, .changed = "{}"}));
  EXPECT_EQ(request["variables"]["previous_bundle"], bundle);
  EXPECT_EQ(request["variables"]["bundle"], "{}");
  EXPECT_EQ(request["variables"]["step_id"], "s");
}

}  // namespace
}  // namespace opencti
