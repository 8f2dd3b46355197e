// Tests how much memory answers of the platform take.
#include <gmock/gmock.h>

#include "opencti/client/limits.hpp"
#include "opencti/client/platform.hpp"
#include "unit/opencti/scripted.hpp"

namespace opencti {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

using support::in_order;

TEST(Platform, AnObjectThatIsTooLongIsReadWithoutItsStixForm) {
  const json head{{"id", "1"},
                  {"standard_id", "file--1"},
                  {"entity_type", "StixFile"},
                  {"objectMarking", json::array()}};
  auto whole = head;
  whole["toStix"] = std::string(longest_answer, 'x');
  Scripted scripted(in_order(
      {Scripted::data({{"stixCoreObject", whole}}), Scripted::data({{"stixCoreObject", head}})}));
  const auto entity = scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline);
  ASSERT_TRUE(entity) << entity.error().message;
  EXPECT_EQ(entity->entity_type, "StixFile");
  EXPECT_TRUE(entity->stix.is_null());
}

TEST(Platform, AnAnswerTakesItsMemoryBeforeItIsReadAndKeepsItWhileItIsUsed) {
  constexpr std::size_t length = std::size_t{1} << 20U;
  Scripted scripted([](const auto&) { return Scripted::data({{"a", std::string(length, 'x')}}); });
  // The largest request can have five sixths of this budget.
  net::MemoryBudget memory(cost_of_answer(longest_answer) / 5 * 6 + 6);
  auto options = scripted.options();
  options.memory = &memory;
  const GraphqlClient client(options);
  const auto ask = [&](std::chrono::milliseconds time) {
    return client.send_once("{ a }", json::object(), {}, net::Deadline::after(time));
  };
  auto first = ask(20s);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = ask(100ms);
  ASSERT_FALSE(second) << "the first answer holds all the memory";
  EXPECT_TRUE(second.error().no_response());
  first->memory.reset();
  EXPECT_TRUE(ask(20s));
  EXPECT_TRUE(memory.try_take(memory.largest())) << "the memory was released with the answer";
}

TEST(Platform, ASmallAnswerTakesTheMemoryOfItsLength) {
  Scripted scripted([](const auto&) { return Scripted::data({{"a", "x"}}); });
  net::MemoryBudget memory(cost_of_answer(100) * 8 * 6 * 2);
  auto options = scripted.options();
  options.memory = &memory;
  const GraphqlClient client(options);
  std::vector<Answer> held;
  for (int i = 0; i < 8; ++i) {
    auto answer = client.send_once("{ a }", json::object(), {}, net::Deadline::after(20s));
    ASSERT_TRUE(answer) << answer.error().message;
    held.push_back(std::move(*answer));
  }
}

TEST(Platform, TheMemoryOfAnObjectInAWorkerIsBounded) {
  json object{{"id", "1"}, {"standard_id", "file--1"}, {"entity_type", "StixFile"}};
  auto long_form = object;
  long_form["toStix"] =
      json{{"id", "file--1"}, {"description", std::string(longest_object, 'x')}}.dump();
  auto marked = object;
  marked["objectMarking"] = std::vector<json>(max_markings + 1, {{"definition_type", "TLP"}});
  Scripted scripted(in_order({Scripted::data({{"stixCoreObject", long_form}}),
                              Scripted::data({{"stixCoreObject", marked}})}));
  const auto entity = scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline);
  ASSERT_TRUE(entity) << entity.error().message;
  EXPECT_TRUE(entity->stix.is_null());
  EXPECT_EQ(
      scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline).error().kind,
      ErrorKind::malformed);
}

TEST(Platform, LongIdsAreNotKept) {
  const json object{{"id", "file--1"}, {"standard_id", "file--1"}, {"entity_type", "StixFile"}};
  const std::string long_id(longest_id + 1, 'x');
  std::vector<support::HttpReply> answers;
  for (const auto* key : {"standard_id", "entity_type"}) {
    auto changed = object;
    changed[key] = long_id;
    answers.push_back(Scripted::data({{"stixCoreObject", changed}}));
  }
  auto marked = object;
  marked["objectMarking"] = {{{"standard_id", long_id}}};
  answers.push_back(Scripted::data({{"stixCoreObject", marked}}));
  answers.push_back(Scripted::data(
      {{"stixCoreObject", object}, {"work", {{"id", "work_1"}, {"user", {{"id", long_id}}}}}}));
  Scripted scripted(in_order(answers));
  for (std::size_t at = 0; at < answers.size(); ++at) {
    const auto entity = scripted.platform.read_entity(
        EntityId("file--1"), {}, WorkId(at < 3 ? "" : "work_1"), scripted.deadline);
    ASSERT_FALSE(entity) << at;
    EXPECT_EQ(entity.error().kind, ErrorKind::intermediary) << at;
  }
}

TEST(Platform, OfALongStatementMarkingTheBeginningIsKept) {
  json object{{"id", "file--1"}, {"standard_id", "file--1"}, {"entity_type", "StixFile"}};
  object["objectMarking"] = {{{"standard_id", "m"},
                              {"definition_type", "statement"},
                              {"definition", std::string(1'000'000, 's')}}};
  Scripted scripted(in_order({Scripted::data({{"stixCoreObject", object}})}));
  const auto entity = scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline);
  ASSERT_TRUE(entity) << entity.error().message;
  EXPECT_EQ(entity->markings.at(0).definition.size(), 64U);
}

TEST(Platform, OfFoundObjectsOnlyWhatIsNeededIsKept) {
  json object{{"standard_id", "file--1"},
              {"x_opencti_stix_ids", {"file--2", "file--3", "file--3"}},
              {"name", std::string(longest_names, 'x')},
              {"x_opencti_additional_names", {"a.exe"}}};
  for (int i = 100; i < 1'000; ++i) {
    object["x_opencti_stix_ids"].push_back("file--" + std::to_string(i));
  }
  const json other{{"standard_id", "file--4"}, {"x_opencti_stix_ids", {"file--3"}}};
  const auto answer = [](const json& node, const json& next) {
    return Scripted::data({{"stixCoreObjects", {{"edges", {{{"node", node}}, {{"node", next}}}}}}});
  };
  auto long_id = other;
  long_id["standard_id"] = std::string(longest_id + 1, 'x');
  auto many_markings = object;
  many_markings["objectMarking"] =
      std::vector<json>(2'000, {{"standard_id", std::string(longest_id, 'm')}});
  Scripted scripted(
      in_order({answer(object, other), answer(object, long_id), answer(many_markings, other)}));
  const auto find = [&] {
    return scripted.platform.find_objects({"file--1", "file--2", "file--3"}, {}, scripted.deadline);
  };
  const auto found = find();
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U) << "no id that was asked for is left for the second one";
  EXPECT_EQ(found->at(0).other_ids, (std::vector<std::string>{"file--2", "file--3"}));
  EXPECT_EQ(found->at(0).names, std::vector<std::string>{"a.exe"});
  EXPECT_EQ(find().error().kind, ErrorKind::intermediary);
  EXPECT_EQ(find().error().kind, ErrorKind::intermediary);
}

}  // namespace
}  // namespace opencti
