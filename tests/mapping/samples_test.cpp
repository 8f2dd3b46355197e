// Checks for every sample that the answer and the observable, in both forms, give the bundle next
// to them. RENEW_SAMPLES=1 writes these bundles again.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "enrichment/convert.hpp"
#include "kaspersky/answer.hpp"
#include "mapping/bundle_rules.hpp"
#include "opencti/in/observable.hpp"
#include "source/score_policy.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"
#include "support/files.hpp"

namespace mapping {
namespace {

using kaspersky::Zone;
using nlohmann::json;
using support::text_of;
using testing::IsEmpty;

constexpr auto bundle_id = "bundle--00000000-0000-4000-8000-000000000000";

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

/// Nothing if Kaspersky's answer has no data, or is about another object.
std::optional<enrichment::Enrichment> enrichment_of(const kaspersky::Answer& answer,
                                                    const stix::Observable& observable,
                                                    source::ScorePolicy policy) {
  const auto question = enrichment::question_about(observable, true);
  EXPECT_TRUE(question) << question.error();
  if (!question || enrichment::has_no_data(answer, *question)) return std::nullopt;
  const enrichment::Context context{stix::strictest(observable.marking_refs),
                                    "2026-11-24T00:00:00.000Z"};
  auto made = enrichment::convert(answer, observable, *question, options(), context);
  if (!made) return std::nullopt;
  if (auto& score = made->update.score) {
    score = source::chosen_score(*score, observable.score, policy);
  }
  return std::move(*made);
}

stix::ObservableUpdate update_of(const kaspersky::Answer& answer,
                                 const stix::Observable& observable, source::ScorePolicy policy) {
  const auto made = enrichment_of(answer, observable, policy);
  return made ? made->update : stix::ObservableUpdate{};
}

/// The bundle that would be sent to the workers.
stix::Bundle bundle_of(const kaspersky::Answer& answer, const stix::Observable& observable,
                       source::ScorePolicy policy = source::ScorePolicy::replace) {
  stix::Bundle bundle;
  const auto made = enrichment_of(answer, observable, policy);
  if (!made) return bundle;
  bundle.add(opencti::lean_object(observable, made->update));
  for (const auto& object : made->objects) bundle.add(object);
  EXPECT_EQ(bundle.size(), made->objects.size() + 1) << "no id occurs twice";
  return bundle;
}

stix::Bundle bundle_of(const std::filesystem::path& folder, const std::string& form) {
  return bundle_of(
      *kaspersky::read_answer(json::parse(text_of(folder / "answer.json"))),
      opencti::read_observable(json::parse(text_of(folder / ("observable." + form + ".json")))));
}

std::string text_of(const stix::Bundle& bundle) {
  return bundle.to_json(bundle_id).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

class Samples : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Samples, BecomeTheBundleBesideThem) {
  const auto file = GetParam() / "expected.bundle.json";
  const auto text = text_of(bundle_of(GetParam(), "platform"));
  if (std::getenv("RENEW_SAMPLES") != nullptr) std::ofstream(file) << text;
  EXPECT_EQ(text_of(file), text) << "./dev samples renews " << file;
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

/// The observable as the platform stores it after a lean object: lists are united, and another
/// author is kept. The platform also gives a file another id with its first MD5, which is left out
/// here.
stix::Observable stored(stix::Observable observable, const stix::ObservableUpdate& update) {
  const auto unite = [](auto& list, const auto& more) {
    for (const auto& item : more) {
      if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
    }
  };
  for (const auto& [algorithm, value] : update.hashes) observable.hashes[algorithm] = value;
  unite(observable.labels, update.labels);
  unite(observable.additional_names, update.additional_names);
  if (update.score) observable.score = update.score;
  if (!observable.created_by_ref) observable.created_by_ref = update.created_by_ref;
  return observable;
}

TEST_P(Samples, BecomeTheSameOnceThePlatformHasTheResult) {
  const auto answer = *kaspersky::read_answer(json::parse(text_of(GetParam() / "answer.json")));
  for (const auto* form : {"platform", "export"}) {
    const auto object =
        json::parse(text_of(GetParam() / (std::string("observable.") + form + ".json")));
    const auto observable = opencti::read_observable(object);
    for (const auto policy : {source::ScorePolicy::replace, source::ScorePolicy::raise_only,
                              source::ScorePolicy::keep}) {
      const auto update = update_of(answer, observable, policy);
      const auto text = text_of(bundle_of(answer, observable, policy));
      EXPECT_EQ(text, text_of(bundle_of(answer, stored(observable, update), policy)));
      const auto in_playbook = opencti::updated_object(object, update);
      EXPECT_EQ(text, text_of(bundle_of(answer, opencti::read_observable(in_playbook), policy)));
      EXPECT_EQ(opencti::updated_object(in_playbook, update), in_playbook);
    }
  }
}

/// Finds the places of all texts in a document.
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

/// About a megabyte of this piece, repeated.
std::string megabyte_of(std::string_view piece) {
  std::string out;
  while (out.size() + piece.size() <= 1'000'000) out += piece;
  return out;
}

class LongTexts : public testing::TestWithParam<const char*> {};

TEST_P(LongTexts, OfAMegabyteAnywhereBreakNoRuleAndMakeNoLargeBundle) {
  const auto megabyte = megabyte_of(GetParam());
  for (const auto* type : {"file", "ip", "domain", "url"}) {
    const auto folder = std::filesystem::path(SOURCE_DIR "/samples") / type / "full";
    const auto answer = json::parse(text_of(folder / "answer.json"));
    const auto observable =
        opencti::read_observable(json::parse(text_of(folder / "observable.platform.json")));
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

/// The id that follows from an object's content; nothing for objects whose id does not follow from
/// it.
std::string id_from_content(const json& object) {
  const auto type = object["type"].get<std::string>();
  if (object.contains("value") && type != "hostname")
    return stix::value_id(type, object["value"].get<std::string>());
  if (type == "indicator") return stix::deterministic_id(type, {{"pattern", object["pattern"]}});
  if (type == "identity") {
    return stix::identity_id(object["identity_class"].get<std::string>(),
                             object["name"].get<std::string>());
  }
  return object["id"].get<std::string>();
}

class PaddedTexts : public testing::TestWithParam<const char*> {};

TEST_P(PaddedTexts, AnywhereAreSentInTheirStoredForm) {
  const std::string padding = GetParam();
  for (const auto* type : {"file", "ip", "domain", "url"}) {
    const auto folder = std::filesystem::path(SOURCE_DIR "/samples") / type / "full";
    const auto answer = json::parse(text_of(folder / "answer.json"));
    const auto observable =
        opencti::read_observable(json::parse(text_of(folder / "observable.platform.json")));
    std::vector<json::json_pointer> texts;
    find_texts(answer, json::json_pointer(), texts);
    for (const auto& place : texts) {
      for (const auto& text : {padding + answer[place].get<std::string>() + padding, padding}) {
        auto changed = answer;
        changed[place] = text;
        const auto bundle = bundle_of(*kaspersky::read_answer(changed), observable);
        EXPECT_THAT(broken_rules(bundle.objects()), IsEmpty()) << type << place.to_string();
        for (const auto& object : bundle.objects()) {
          EXPECT_EQ(object["id"], id_from_content(object)) << type << place.to_string();
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(By, PaddedTexts,
                         testing::Values(" ", "\n", "\ufeff", "\u2028 \t", "\u00a0\u3000\r\n"),
                         [](const auto& text) { return std::to_string(text.index); });
INSTANTIATE_TEST_SUITE_P(Of, LongTexts,
                         testing::Values("|", "\\|", "`x@y|", "\x01\x1b[31m\r\n",
                                         "http://a.example/",
                                         "[x](javascript:alert(1)) **b** <img src=x>&lt;",
                                         "\u202e\u044f\U0001f600", "a, \"\\"),
                         [](const auto& text) { return std::to_string(text.index); });
INSTANTIATE_TEST_SUITE_P(All, Samples, testing::ValuesIn(cases()), [](const auto& sample) {
  auto name =
      sample.param.parent_path().filename().string() + "_" + sample.param.filename().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace mapping
