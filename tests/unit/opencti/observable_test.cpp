#include "opencti/in/observable.hpp"

#include <gmock/gmock.h>

namespace opencti {
namespace {

using nlohmann::json;
using testing::ElementsAre;

constexpr const char* amber = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";

json file_in_platform_form() {
  return {
      {"id", "file--1"},
      {"spec_version", "2.1"},
      {"type", "file"},
      {"extensions",
       {{opencti_extension,
         {{"extension_type", "property-extension"}, {"id", "x"}, {"type", "StixFile"}}},
        {observable_extension,
         {{"extension_type", "property-extension"},
          {"labels", {"apt", "phishing"}},
          {"score", 50},
          {"created_by_ref", "identity--1"},
          {"external_references", {{{"source_name", "VT"}, {"url", "https://vt.example/x"}}}}}}}},
      {"object_marking_refs", {amber}},
      {"hashes", {{"MD5", "757a71f0fbd6b3d993be2a213338d1f2"}}},
      {"name", "evil.exe"}};
}

json file_in_export_form() {
  return {{"id", "file--1"},
          {"spec_version", "2.1"},
          {"type", "file"},
          {"x_opencti_type", "StixFile"},
          {"x_opencti_score", 50},
          {"x_opencti_labels", {"apt", "phishing"}},
          {"x_opencti_created_by_ref", "identity--1"},
          {"object_marking_refs", {amber}},
          {"hashes", {{"md5", "757a71f0fbd6b3d993be2a213338d1f2"}}},
          {"name", "evil.exe"}};
}

json hostname_in_platform_form() {
  return {{"id", "hostname--1"},
          {"type", "hostname"},
          {"value", "h.example"},
          {"labels", {"apt"}},
          {"score", 10},
          {"extensions",
           {{opencti_extension, {{"type", "Hostname"}}},
            {observable_extension, {{"extension_type", "new-sco"}}}}}};
}

stix::ObservableUpdate update() {
  stix::ObservableUpdate out;
  out.score = 100;
  out.labels = {"malware", "apt"};
  out.hashes = {{"SHA-1", "ebe874c468d4b1b78fa4b3a7b3653b45db0da0e8"}};
  out.size = 1234;
  out.external_references = {{{"source_name", "Kaspersky"}, {"url", "https://k.example/1"}}};
  out.created_by_ref = "identity--kaspersky";
  return out;
}

class EitherForm : public testing::TestWithParam<json> {};

TEST_P(EitherForm, ReadsTheSameObservable) {
  const auto observable = read_observable(GetParam());
  EXPECT_EQ(observable.id, "file--1");
  EXPECT_EQ(observable.type, "file");
  EXPECT_EQ(observable.name, "evil.exe");
  EXPECT_EQ(observable.score, 50);
  EXPECT_THAT(observable.labels, ElementsAre("apt", "phishing"));
  EXPECT_EQ(observable.created_by_ref, "identity--1");
  EXPECT_THAT(observable.marking_refs, ElementsAre(amber));
  EXPECT_EQ(observable.hashes.at("MD5"), "757a71f0fbd6b3d993be2a213338d1f2");
  EXPECT_EQ(entity_type_of(GetParam()), "StixFile");
}

INSTANTIATE_TEST_SUITE_P(Observable, EitherForm,
                         testing::Values(file_in_platform_form(), file_in_export_form()));

TEST(Observable, AHostnameKeepsItsPropertiesAtTheRoot) {
  const auto observable = read_observable(hostname_in_platform_form());
  EXPECT_EQ(observable.value, "h.example");
  EXPECT_EQ(observable.score, 10);
  EXPECT_THAT(observable.labels, ElementsAre("apt"));
}

TEST(Observable, AlgorithmNamesAreReadInEverySpelling) {
  const auto hashes =
      read_observable(
          {{"hashes", {{"sha256", "a"}, {"SHA1", "b"}, {"Sha-512", "c"}, {"SSDEEP", "d"}}}})
          .hashes;
  EXPECT_EQ(hashes,
            (stix::Hashes{{"SHA-1", "b"}, {"SHA-256", "a"}, {"SHA-512", "c"}, {"SSDEEP", "d"}}));
}

class OddShape : public testing::TestWithParam<json> {};

TEST_P(OddShape, IsReadWithoutHarm) {
  const auto observable = read_observable(GetParam());
  EXPECT_TRUE(observable.labels.empty());
  EXPECT_EQ(observable.score, std::nullopt);
  EXPECT_TRUE(observable.hashes.empty());
}

INSTANTIATE_TEST_SUITE_P(Observable, OddShape,
                         testing::Values(json(), json::array(), json("file"),
                                         json{{"extensions", 7}, {"hashes", {1, 2}}},
                                         json{{"extensions", {{observable_extension, "x"}}},
                                              {"labels", "apt"},
                                              {"hashes", nullptr}},
                                         json{{"x_opencti_score", "50"},
                                              {"hashes", {{"MD5", 7}}},
                                              {"object_marking_refs", {1, nullptr}}}));

TEST(EntityType, FollowsFromTheStixTypeWithoutAnotherSource) {
  EXPECT_EQ(entity_type_of({{"type", "file"}}), "StixFile");
  EXPECT_EQ(entity_type_of({{"type", "ipv4-addr"}}), "IPv4-Addr");
  EXPECT_EQ(entity_type_of({{"type", "identity"}}), "");
}

TEST(LeanObject, HoldsTheKeyTheMarkingsAndNewValuesAtTheRoot) {
  const auto object = lean_object(read_observable(file_in_platform_form()), update());
  EXPECT_EQ(object, json::parse(R"({
    "type": "file", "spec_version": "2.1", "id": "file--1",
    "hashes": {"MD5": "757a71f0fbd6b3d993be2a213338d1f2", "SHA-1": "ebe874c468d4b1b78fa4b3a7b3653b45db0da0e8"},
    "object_marking_refs": ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
    "x_opencti_score": 100, "size": 1234, "labels": ["malware", "apt"],
    "external_references": [{"source_name": "Kaspersky", "url": "https://k.example/1"}],
    "x_opencti_created_by_ref": "identity--kaspersky"})"));
}

TEST(LeanObject, SendsNoMalformedHashBack) {
  const std::string md5(32, 'A');
  const stix::Observable file{.id = "file--1",
                              .type = "file",
                              .hashes = {{"MD5", md5},
                                         {"SHA-1", "short"},
                                         {"SHA-256", std::string(64, 'g')},
                                         {"SSDEEP", "3:aB:cD"}}};
  EXPECT_EQ(lean_object(file, {})["hashes"], (json{{"MD5", md5}, {"SSDEEP", "3:aB:cD"}}));
  EXPECT_FALSE(lean_object({.id = "file--1", .type = "file", .hashes = {{"MD5", "x"}}}, {})
                   .contains("hashes"));
}

TEST(LeanObject, LeavesOutEveryEmptyThing) {
  const auto object =
      lean_object({.id = "url--1", .type = "url", .value = "http://a.example/"}, {});
  EXPECT_EQ(object, (json{{"type", "url"},
                          {"spec_version", "2.1"},
                          {"id", "url--1"},
                          {"value", "http://a.example/"}}));
}

TEST(UpdatedObject, InThePlatformFormTheExtensionIsUpdated) {
  const auto object = updated_object(file_in_platform_form(), update());
  const auto& extension = object["extensions"][observable_extension];
  EXPECT_EQ(extension["score"], 100);
  EXPECT_EQ(extension["labels"], json({"apt", "phishing", "malware"}));
  EXPECT_EQ(extension["external_references"].size(), 2U);
  EXPECT_EQ(extension["created_by_ref"], "identity--kaspersky");
  EXPECT_EQ(object["size"], 1234);
  EXPECT_EQ(object["hashes"].size(), 2U);
  // The platform would read these at the root instead of those in the extension.
  for (const auto* key :
       {"labels", "score", "x_opencti_score", "external_references", "x_opencti_labels"}) {
    EXPECT_FALSE(object.contains(key)) << key;
  }
}

TEST(UpdatedObject, AHostnameIsUpdatedAtTheRoot) {
  const auto object = updated_object(hostname_in_platform_form(), update());
  EXPECT_EQ(object["score"], 100);
  EXPECT_EQ(object["labels"], json({"apt", "malware"}));
  EXPECT_EQ(object["extensions"][observable_extension], json({{"extension_type", "new-sco"}}));
}

TEST(UpdatedObject, AUrlHasItsScoreInBothPlaces) {
  const json url{
      {"id", "url--1"},
      {"type", "url"},
      {"value", "http://a.example/"},
      {"score", 10},
      {"extensions",
       {{opencti_extension, {{"type", "Url"}}}, {observable_extension, {{"score", 10}}}}}};
  const auto object = updated_object(url, update());
  EXPECT_EQ(object["score"], 100);
  EXPECT_EQ(object["extensions"][observable_extension]["score"], 100);
}

TEST(UpdatedObject, ExistingValuesAreNotRepeated) {
  const auto once = updated_object(file_in_platform_form(), update());
  EXPECT_EQ(updated_object(once, update()), once);
  auto object = file_in_platform_form();
  object["labels"] = {"Malware"};
  EXPECT_EQ(updated_object(object, update())["labels"], json({"Malware", "apt"}));
}

TEST(UpdatedObject, AReferenceToTheSameUrlIsNotRepeated) {
  auto again = update();
  again.external_references = {{{"source_name", "VT again"}, {"url", "https://vt.example/x"}}};
  const auto object = updated_object(file_in_platform_form(), again);
  EXPECT_EQ(object["extensions"][observable_extension]["external_references"].size(), 1U);
}

TEST(UpdatedObject, InTheExportFormTheRootIsUpdated) {
  const auto object = updated_object(file_in_export_form(), update());
  EXPECT_EQ(object["x_opencti_score"], 100);
  EXPECT_EQ(object["x_opencti_labels"], json({"apt", "phishing", "malware"}));
  EXPECT_FALSE(object.contains("extensions"));
}

TEST(UpdatedObject, ValuesThatAnEarlierStepPutAtTheRootAreExtendedThere) {
  json object{{"type", "file"},
              {"labels", {"mine"}},
              {"x_opencti_score", 10},
              {"extensions", {{observable_extension, {{"labels", {"hidden"}}, {"score", 5}}}}}};
  stix::ObservableUpdate update;
  update.labels = {"red"};
  update.score = 100;
  object = updated_object(object, update);
  EXPECT_EQ(object["labels"], json({"mine", "red"}));
  EXPECT_EQ(object["x_opencti_score"], 100);
}

TEST(UpdatedObject, AdditionalNamesAreWhereTheFormKeepsThem) {
  stix::ObservableUpdate update;
  update.additional_names = {"b.exe"};
  const auto platform =
      updated_object({{"type", "file"},
                      {"extensions", {{observable_extension, {{"additional_names", {"a.exe"}}}}}}},
                     update);
  EXPECT_EQ(platform["extensions"][observable_extension]["additional_names"],
            json({"a.exe", "b.exe"}));
  const auto exported = updated_object({{"type", "file"}, {"x_opencti_type", "StixFile"}}, update);
  EXPECT_EQ(exported["x_opencti_additional_names"], json({"b.exe"}));
}

}  // namespace
}  // namespace opencti
