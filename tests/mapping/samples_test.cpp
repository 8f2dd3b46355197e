// Every sample: the answer and the observable, in both forms, against the bundle that lies beside
// them. RENEW_SAMPLES=1 writes these bundles anew.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "enrichment/convert.hpp"
#include "kaspersky/answer.hpp"
#include "mapping/bundle_rules.hpp"
#include "opencti/observable.hpp"
#include "stix/bundle.hpp"

namespace mapping {
namespace {

using kaspersky::Zone;
using nlohmann::json;
using testing::IsEmpty;

constexpr auto bundle_id = "bundle--00000000-0000-4000-8000-000000000000";

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> all;
  for (const auto& type : std::filesystem::directory_iterator(SOURCE_DIR "/samples")) {
    if (!type.is_directory()) continue;
    for (const auto& folder : std::filesystem::directory_iterator(type)) {
      all.push_back(folder.path());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

enrichment::Options options() {
  enrichment::Options out;
  out.scores = {
      {Zone::red, 100}, {Zone::orange, 80}, {Zone::yellow, 60}, {Zone::grey, 20}, {Zone::green, 0}};
  out.indicators_for = {Zone::red};
  out.rows = 10;
  out.ask_about_reserved = true;
  return out;
}

/// What would be sent to the workers; empty where Kaspersky's answer tells nothing.
stix::Bundle bundle_of(const kaspersky::Answer& answer, const stix::Observable& observable) {
  const auto question = enrichment::question_about(observable, true);
  EXPECT_TRUE(question) << question.error();
  stix::Bundle bundle;
  if (!question || enrichment::tells_nothing(answer)) return bundle;
  std::vector<std::string> warnings;
  const enrichment::Context context{stix::strictest(observable.marking_refs),
                                    enrichment::entities_named(answer, warnings),
                                    "2026-11-24T00:00:00.000Z"};
  const auto made = enrichment::convert(answer, observable, *question, options(), context);
  if (!made) return bundle;
  bundle.add(opencti::lean_object(observable, made->update));
  for (const auto& object : made->objects) bundle.add(object);
  EXPECT_EQ(bundle.size(), made->objects.size() + 1) << "no id comes twice";
  return bundle;
}

stix::Bundle bundle_of(const std::filesystem::path& folder, const std::string& form) {
  return bundle_of(
      *kaspersky::read_answer(json::parse(read(folder / "answer.json"))),
      opencti::read_observable(json::parse(read(folder / ("observable." + form + ".json")))));
}

std::string text_of(const stix::Bundle& bundle) {
  return bundle.to_json(bundle_id).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

class Samples : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Samples, BecomeTheBundleBesideThem) {
  const auto file = GetParam() / "expected.bundle.json";
  const auto text = text_of(bundle_of(GetParam(), "platform"));
  if (std::getenv("RENEW_SAMPLES") != nullptr) std::ofstream(file) << text;
  EXPECT_EQ(read(file), text) << "./dev samples renews " << file;
}

TEST_P(Samples, BecomeTheSameFromEitherFormOfTheObservable) {
  EXPECT_EQ(text_of(bundle_of(GetParam(), "platform")), text_of(bundle_of(GetParam(), "export")));
}

TEST_P(Samples, KeepTheRulesOfEveryBundle) {
  const auto bundle = bundle_of(GetParam(), "platform");
  EXPECT_THAT(broken_rules(bundle.objects()), IsEmpty());
}

TEST_P(Samples, BecomeTheSameTwice) {
  EXPECT_EQ(text_of(bundle_of(GetParam(), "platform")), text_of(bundle_of(GetParam(), "platform")));
}

/// The places of all texts in a document.
void find_texts(const json& value, const json::json_pointer& place,
                std::vector<json::json_pointer>& found) {
  if (value.is_string()) found.push_back(place);
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) {
    find_texts(member,
               value.is_array() ? place / static_cast<std::size_t>(std::stoul(key)) : place / key,
               found);
  }
}

TEST(LongTexts, OfAMegabyteAnywhereBreakNoRuleAndMakeNoLargeBundle) {
  const std::string megabyte(1'000'000, '|');
  for (const auto* type : {"file", "ip", "domain", "url"}) {
    const auto folder = std::filesystem::path(SOURCE_DIR "/samples") / type / "full";
    const auto answer = json::parse(read(folder / "answer.json"));
    const auto observable =
        opencti::read_observable(json::parse(read(folder / "observable.platform.json")));
    std::vector<json::json_pointer> texts;
    find_texts(answer, json::json_pointer(), texts);
    for (const auto& place : texts) {
      auto changed = answer;
      changed[place] = megabyte;
      const auto bundle = bundle_of(*kaspersky::read_answer(changed), observable);
      EXPECT_THAT(broken_rules(bundle.objects()), IsEmpty()) << type << place.to_string();
      EXPECT_LT(text_of(bundle).size(), 200'000U) << type << place.to_string();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Samples, testing::ValuesIn(cases()), [](const auto& sample) {
  auto name =
      sample.param.parent_path().filename().string() + "_" + sample.param.filename().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace mapping
