#include "stix/splitter.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace stix {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr auto bundle_id = "bundle--6f3a6f1c-3c5e-4c2a-9a55-0f2d0d3a1b11";

Split split_text(std::string_view objects) { return split(json::parse(objects), bundle_id); }

std::vector<std::pair<std::string, std::int64_t>> order(const Split& parts) {
  std::vector<std::pair<std::string, std::int64_t>> pairs;
  pairs.reserve(parts.pieces.size());
  for (const auto& piece : parts.pieces) pairs.emplace_back(piece.object_id, piece.sequence);
  return pairs;
}

std::vector<std::pair<std::string, std::string>> dropped(const Split& parts) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(parts.dropped.size());
  for (const auto& one : parts.dropped) pairs.emplace_back(one.object_id, one.reason);
  return pairs;
}

/// The object in a piece, as the worker will read it.
json object_of(const Split& parts, std::string_view id) {
  for (const auto& piece : parts.pieces) {
    if (piece.object_id == id) return json::parse(piece.content)["objects"][0];
  }
  return nullptr;
}

TEST(Splitter, WrapsEachObjectInABundleOfTheSameId) {
  const auto parts = split_text(R"([{"type":"url","id":"url--1","value":"http://a.example/"}])");
  ASSERT_EQ(parts.pieces.size(), 1U);
  EXPECT_EQ(
      json::parse(parts.pieces[0].content),
      json({{"type", "bundle"},
            {"id", bundle_id},
            {"spec_version", "2.1"},
            {"x_opencti_seq", 1},
            {"objects", {{{"type", "url"}, {"id", "url--1"}, {"value", "http://a.example/"}}}}}));
}

TEST(Splitter, OrdersABundleByDependencies) {
  const auto parts = split_text(R"([
    {"type":"relationship","id":"relationship--r","relationship_type":"related-to",
     "source_ref":"file--f","target_ref":"url--u","created_by_ref":"identity--a",
     "object_marking_refs":["marking-definition--m","marking-definition--m"]},
    {"type":"file","id":"file--f","object_marking_refs":["marking-definition--m"],
     "x_opencti_created_by_ref":"identity--absent"},
    {"type":"identity","id":"identity--a"},
    {"type":"marking-definition","id":"marking-definition--m"},
    {"type":"url","id":"url--u","value":"first"},
    {"type":"url","id":"url--u","value":"second"},
    {"type":"relationship","id":"relationship--x","relationship_type":"related-to",
     "source_ref":"unknown-type--1","target_ref":"url--u"},
    {"type":"foo-bar","id":"foo-bar--1"}
  ])");

  EXPECT_THAT(order(parts),
              ElementsAre(Pair("identity--a", 1), Pair("marking-definition--m", 1),
                          Pair("url--u", 1), Pair("file--f", 2), Pair("relationship--r", 7)));
  EXPECT_THAT(dropped(parts),
              ElementsAre(Pair("relationship--x", "relationship without source_ref"),
                          Pair("foo-bar--1", "type unknown to OpenCTI")));
  EXPECT_EQ(object_of(parts, "url--u")["value"], "second");
  EXPECT_EQ(object_of(parts, "file--f")["x_opencti_created_by_ref"], "identity--absent");
  EXPECT_EQ(object_of(parts, "relationship--r")["object_marking_refs"],
            json({"marking-definition--m"}));
  EXPECT_FALSE(object_of(parts, "relationship--r").contains("nb_deps"));
}

TEST(Splitter, KeepsTheOrderOfObjectsThatDependOnNothing) {
  const auto parts = split_text(R"([{"type":"url","id":"url--3"},{"type":"url","id":"url--1"},
                                    {"type":"url","id":"url--2"}])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("url--3", 1), Pair("url--1", 1), Pair("url--2", 1)));
}

TEST(Splitter, TakesTheLastOfObjectsWithOneIdAtThePlaceOfTheFirst) {
  const auto parts = split_text(R"([{"type":"url","id":"url--1","value":"first"},
                                    {"type":"url","id":"url--2"},
                                    {"type":"url","id":"url--1","value":"last"}])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("url--1", 1), Pair("url--2", 1)));
  EXPECT_EQ(object_of(parts, "url--1")["value"], "last");
}

TEST(Splitter, RejectsSelfReferences) {
  const auto parts = split_text(R"([
    {"type":"identity","id":"identity--a","created_by_ref":"identity--a",
     "object_refs":["identity--a","url--absent"]}
  ])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("identity--a", 1)));
  EXPECT_EQ(object_of(parts, "identity--a")["created_by_ref"], nullptr);
  EXPECT_EQ(object_of(parts, "identity--a")["object_refs"], json({"url--absent"}));
}

TEST(Splitter, CutsACycleWhereItCloses) {
  const auto parts = split_text(R"([
    {"type":"note","id":"note--1","object_refs":["note--2"]},
    {"type":"note","id":"note--2","object_refs":["note--3"]},
    {"type":"note","id":"note--3","object_refs":["note--1"]}
  ])");
  EXPECT_THAT(order(parts),
              ElementsAre(Pair("note--3", 1), Pair("note--2", 2), Pair("note--1", 3)));
  EXPECT_EQ(object_of(parts, "note--3")["object_refs"], json::array());
  EXPECT_EQ(object_of(parts, "note--2")["object_refs"], json({"note--3"}));
  EXPECT_THAT(parts.dropped, IsEmpty());
}

TEST(Splitter, DropsARelationshipThatACycleLeavesWithoutAnEnd) {
  const auto parts = split_text(R"([
    {"type":"relationship","id":"relationship--1","source_ref":"relationship--2","target_ref":"url--1"},
    {"type":"relationship","id":"relationship--2","source_ref":"url--1","target_ref":"relationship--1"}
  ])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("relationship--1", 2)));
  EXPECT_THAT(dropped(parts),
              ElementsAre(Pair("relationship--2", "relationship without target_ref")));
}

TEST(Splitter, FollowsThePlatformsOwnIds) {
  const auto parts = split_text(R"([
    {"type":"note","id":"note--1","object_refs":["aaaa-internal","bbbb-internal"]},
    {"type":"url","id":"url--1","x_opencti_id":"aaaa-internal"},
    {"type":"url","id":"url--2",
     "extensions":{"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba":{"id":"bbbb-internal"}}}
  ])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("url--1", 1), Pair("url--2", 1), Pair("note--1", 3)));
}

TEST(Splitter, RemovesReferencesToUnknownTypes) {
  const auto parts = split_text(R"([
    {"type":"note","id":"note--1","created_by_ref":"foo-bar--1","object_refs":["foo-bar--1","url--1",7]},
    {"type":"url","id":"url--1"}
  ])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("url--1", 1), Pair("note--1", 2)));
  EXPECT_EQ(object_of(parts, "note--1")["created_by_ref"], nullptr);
  EXPECT_EQ(object_of(parts, "note--1")["object_refs"], json({"url--1"}));
}

TEST(Splitter, ReportsObjectsThatCannotBeSent) {
  const auto parts = split_text(R"([
    {"type":"url"},
    {"type":"relationship","id":"relationship--1","source_ref":"url--1"},
    {"type":"relationship","id":"relationship--2","source_ref":7,"target_ref":"url--1"},
    {"type":"sighting","id":"sighting--1","where_sighted_refs":["identity--1"]},
    {"type":"sighting","id":"sighting--2","sighting_of_ref":"indicator--1","where_sighted_refs":[]},
    {"type":"sighting","id":"sighting--3","sighting_of_ref":"indicator--1",
     "where_sighted_refs":["identity--1"]}
  ])");
  EXPECT_THAT(order(parts), ElementsAre(Pair("sighting--3", 1)));
  EXPECT_THAT(
      dropped(parts),
      ElementsAre(Pair("", "no id"), Pair("relationship--1", "relationship without target_ref"),
                  Pair("relationship--2", "relationship without source_ref"),
                  Pair("sighting--1", "sighting without sighting_of_ref"),
                  Pair("sighting--2", "sighting without where_sighted_refs")));
}

TEST(Splitter, KeepsEachExternalReferenceOnce) {
  const auto parts = split_text(R"([
    {"type":"url","id":"url--1","external_references":[
      {"source_name":"one","url":"https://a.example/"},
      {"source_name":"two","url":"https://a.example/"},
      {"source_name":"cve","external_id":"CVE-2012-0158"},
      {"source_name":"cve","external_id":"CVE-2012-0158","description":"again"},
      {"source_name":"alone"},
      "text"]}
  ])");
  EXPECT_EQ(object_of(parts, "url--1")["external_references"], json::parse(R"([
    {"source_name":"one","url":"https://a.example/"},
    {"source_name":"cve","external_id":"CVE-2012-0158"}])"));
}

TEST(Splitter, KeepsEachKillChainPhaseOnce) {
  const auto parts = split_text(R"([
    {"type":"indicator","id":"indicator--1","kill_chain_phases":[
      {"kill_chain_name":"lockheed","phase_name":"delivery"},
      {"kill_chain_name":"lockheed","phase_name":"delivery"},
      {"kill_chain_name":"lockheed","phase_name":"exploitation"}]}
  ])");
  EXPECT_EQ(object_of(parts, "indicator--1")["kill_chain_phases"], json::parse(R"([
    {"kill_chain_name":"lockheed","phase_name":"delivery"},
    {"kill_chain_name":"lockheed","phase_name":"exploitation"}])"));
}

TEST(Splitter, DoesNotChangePropertiesOfUnexpectedTypes) {
  constexpr auto odd = R"({"type":"url","id":"url--1","object_refs":7,"created_by_ref":null,
                           "external_references":"x","kill_chain_phases":null,"extensions":[]})";
  EXPECT_EQ(object_of(split_text(fmt::format("[{}]", odd)), "url--1"), json::parse(odd));
}

TEST(Splitter, OfNothingIsNothing) {
  const auto parts = split({}, bundle_id);
  EXPECT_THAT(parts.pieces, IsEmpty());
  EXPECT_THAT(parts.dropped, IsEmpty());
}

// A recursive walk would overflow the stack in the next three tests. A walk that visits an object
// twice would never end.

TEST(Splitter, WalksALongChain) {
  constexpr int length = 30000;
  std::vector<json> notes;
  notes.reserve(length);
  for (int i = 0; i < length; ++i) {
    notes.push_back({{"type", "note"},
                     {"id", fmt::format("note--{}", i)},
                     {"object_refs", {fmt::format("note--{}", i + 1)}}});
  }
  const auto parts = split(std::move(notes), bundle_id);
  ASSERT_EQ(parts.pieces.size(), static_cast<std::size_t>(length));
  EXPECT_EQ(parts.pieces.front().object_id, fmt::format("note--{}", length - 1));
  EXPECT_EQ(parts.pieces.back().object_id, "note--0");
  EXPECT_EQ(parts.pieces.back().sequence, length);
}

TEST(Splitter, WalksAStarOfRelationships) {
  constexpr int rays = 10000;
  std::vector<json> objects;
  auto hub = json{{"type", "note"}, {"id", "note--hub"}, {"object_refs", json::array()}};
  for (int i = 0; i < rays; ++i) {
    hub["object_refs"].push_back(fmt::format("url--{}", i));
    objects.push_back({{"type", "url"}, {"id", fmt::format("url--{}", i)}});
    objects.push_back({{"type", "relationship"},
                       {"id", fmt::format("relationship--{}", i)},
                       {"source_ref", "note--hub"},
                       {"target_ref", fmt::format("url--{}", i)}});
  }
  objects.insert(objects.begin(), std::move(hub));
  const auto parts = split(std::move(objects), bundle_id);
  ASSERT_EQ(parts.pieces.size(), 2U * rays + 1);
  EXPECT_EQ(parts.pieces[rays].object_id, "note--hub");
  EXPECT_EQ(parts.pieces[rays].sequence, rays + 1);
  EXPECT_EQ(parts.pieces.back().sequence, rays + 3);
}

TEST(Splitter, OrdersObjectsWhoseSequencesReachTheLimit) {
  constexpr int layers = 100;
  std::vector<json> notes;  // each layer doubles the sequence
  for (int i = layers; i > 0; --i) {
    const auto below = fmt::format("note--{}", i - 1);
    notes.push_back({{"type", "note"},
                     {"id", fmt::format("note--{}", i)},
                     {"created_by_ref", below},
                     {"object_refs", {below, "url--absent"}}});
  }
  notes.push_back({{"type", "note"}, {"id", "note--0"}});
  const auto parts = split(std::move(notes), bundle_id);
  ASSERT_EQ(parts.pieces.size(), layers + 1U);
  for (int i = 0; i <= layers; ++i) {
    EXPECT_EQ(parts.pieces[static_cast<std::size_t>(i)].object_id, fmt::format("note--{}", i));
  }
  EXPECT_EQ(parts.pieces.back().sequence, (std::int64_t{1} << 53) - 1);
}

}  // namespace
}  // namespace stix
