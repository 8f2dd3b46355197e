// Steps of playbooks that are answered with the bundle that came, or with a part of it.
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UnchangedPlaybook : public PipelineTest {};

TEST_F(UnchangedPlaybook, NotFoundIsAnsweredWithTheOriginal) {
  lookup.outcomes[sha256_of(1)] = kaspersky::NotFound{};
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(1)}));
}

TEST_F(UnchangedPlaybook, OutOfScopeIsAnsweredWithTheOriginal) {
  const json url{{"id", "url--1"}, {"type", "url"}, {"value", "http://a.example/"}};
  start().take({{1, 1}, playbook_about(url), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({url}));
}

TEST_F(UnchangedPlaybook, OverTheTlpIsAnsweredWithTheOriginal) {
  auto red = fakes::file_object(1);
  red["object_marking_refs"] = {stix::marking_id(stix::Tlp::red)};
  start().take({{1, 1}, playbook_about(red), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({red}));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(UnchangedPlaybook, AFailureIsAnsweredWithTheOriginal) {
  platform.read_error = opencti::Error{opencti::ErrorKind::no_entity, "gone"};
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(1)}));
}

TEST_F(UnchangedPlaybook, EvenOneWithoutABundleIsAnswered) {
  const json body{{"internal", {{"playbook", {{"execution_id", "x"}}}}},
                  {"event", {{"entity_id", "file--1"}}}};
  start().take({{1, 1}, body.dump(), false});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json::array());
}

/// Padding of megabytes is written into the text, and taken out of it: parsing it takes a sanitizer
/// minutes.
constexpr std::string_view padding_goes_here = "padding goes here";

std::string padded(std::string text, std::size_t mebibytes) {
  const std::string padding(mebibytes * 1024 * 1024, 'x');
  return text.replace(text.find(padding_goes_here), padding_goes_here.size(), padding);
}

std::string without_padding(std::string text) {
  const auto begin = text.find("xxx");
  const auto size = text.find_first_not_of('x', begin) - begin;
  return text.replace(begin, size, padding_goes_here);
}

TEST_F(PipelineTest, ABundleThatCannotGoBackChangedIsNotAskedAbout) {
  auto object = fakes::file_object(1);
  object["name"] = padding_goes_here;
  start().take({{1, 1}, padded(playbook_about(object), 26)});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  const auto sent = json::parse(without_padding(platform.last_bundle_text()));
  EXPECT_EQ(sent["objects"], json({object}));
}

TEST_F(PipelineTest, OfABundleThatCannotGoBackAtAllTheStepsObjectDoes) {
  auto message = json::parse(playbook_about(fakes::file_object(1)));
  message["event"]["bundle"]["objects"].push_back({{"id", "x"}, {"name", padding_goes_here}});
  start().take({{1, 1}, padded(message.dump(), 51)});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(1)}));
}

}  // namespace
}  // namespace runtime
