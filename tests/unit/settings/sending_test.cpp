#include <gmock/gmock.h>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// In these tests a path that ends with a slash is an existing folder.
tl::expected<AllLoaded, Problems> load_with(
    const Environment& more, const std::optional<std::string>& config = std::nullopt) {
  return load(with(more), config, FakeFiles());
}

Sending sending(const Environment& more, const std::optional<std::string>& config = std::nullopt) {
  const auto loaded = load_with(more, config);
  EXPECT_TRUE(loaded);
  return loaded ? loaded->settings.sending : Sending{};
}

TEST(Sending, IsToTheQueueOverAmqpByDefault) {
  const auto defaults = sending({});
  EXPECT_TRUE(defaults.to_queue);
  EXPECT_EQ(defaults.queue_protocol, QueueProtocol::amqp);
  EXPECT_FALSE(opencti::wants_copies(defaults.copies) || defaults.validate_before_import);
}

TEST(Sending, KnowsTheFormerNameOfTheQueueProtocol) {
  const auto loaded = load_with({{"QUEUE_PROTOCOL", "api"}});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->settings.sending.queue_protocol, QueueProtocol::api);
  EXPECT_THAT(loaded->warnings,
              ElementsAre("QUEUE_PROTOCOL is called CONNECTOR_QUEUE_PROTOCOL now"));
}

TEST(Sending, PrefersThePresentNameOfTheQueueProtocol) {
  EXPECT_EQ(
      sending({{"QUEUE_PROTOCOL", "api"}, {"CONNECTOR_QUEUE_PROTOCOL", "amqp"}}).queue_protocol,
      QueueProtocol::amqp);
  EXPECT_EQ(
      sending({{"QUEUE_PROTOCOL", "api"}}, "connector:\n  queue_protocol: AMQP\n").queue_protocol,
      QueueProtocol::amqp);
}

TEST(Sending, NeedsSomewhereToGo) {
  const auto loaded = load_with({{"CONNECTOR_SEND_TO_QUEUE", "false"}});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr("results would go nowhere")));
  EXPECT_TRUE(load_with({{"CONNECTOR_SEND_TO_QUEUE", "false"}, {"CONNECTOR_SEND_TO_S3", "true"}}));
}

TEST(Sending, ToAFolderNeedsOneThatIsThere) {
  EXPECT_THAT(load_with({{"CONNECTOR_SEND_TO_DIRECTORY", "true"}}).error(),
              ElementsAre(StartsWith("CONNECTOR_SEND_TO_DIRECTORY needs")));
  EXPECT_THAT(load_with({{"CONNECTOR_SEND_TO_DIRECTORY_PATH", "/none"}}).error(),
              ElementsAre("CONNECTOR_SEND_TO_DIRECTORY_PATH is '/none'; it must be the path of a "
                          "folder"));
  const auto given = sending({{"CONNECTOR_SEND_TO_DIRECTORY", "true"},
                              {"CONNECTOR_SEND_TO_DIRECTORY_PATH", "/results/"},
                              {"CONNECTOR_SEND_TO_DIRECTORY_RETENTION", "2"}});
  const auto& directory = std::get<opencti::DirectoryOptions>(given.copies);
  EXPECT_TRUE(directory.wanted);
  EXPECT_EQ(directory.folder, "/results/");
  EXPECT_EQ(directory.retention, std::chrono::hours(48));
}

TEST(Sending, TakesAHostAloneForS3) {
  for (const auto* good : {"minio", "10.0.0.1", "[::1]", "s3.eu-west-1.amazonaws.com"}) {
    EXPECT_TRUE(load_with({{"S3_ENDPOINT", good}})) << good;
  }
  for (const auto* bad : {"minio:9000", "http://minio", "minio/x", "a b", "user@host"}) {
    EXPECT_FALSE(load_with({{"S3_ENDPOINT", bad}})) << bad;
  }
}

TEST(Sending, KeepsTheKeyOfS3Secret) {
  // The access key is a name. It is often an ordinary word, which must not be hidden in the log.
  const auto loaded = load_with({{"S3_ACCESS_KEY", "opencti"}, {"S3_SECRET_KEY", "secret-key"}});
  ASSERT_TRUE(loaded);
  EXPECT_THAT(loaded->secrets, testing::Contains("secret-key"));
  EXPECT_THAT(loaded->secrets, testing::Not(testing::Contains("opencti")));
}

TEST(Sending, RejectsAnS3FolderThatWouldHaveToBeEncoded) {
  EXPECT_TRUE(load_with({{"CONNECTOR_SEND_TO_S3_FOLDER", "a/b_c-1.2"}}));
  EXPECT_FALSE(load_with({{"CONNECTOR_SEND_TO_S3_FOLDER", "a b"}}));
  EXPECT_FALSE(load_with({{"CONNECTOR_SEND_TO_S3_FOLDER", "ä"}}));
}

TEST(Sending, RejectsAnS3FolderWithDotSegments) {
  for (const char* name : {".", "/", "a..b/..c", ".a/b."}) {
    EXPECT_TRUE(load_with({{"CONNECTOR_SEND_TO_S3_FOLDER", name}})) << name;
  }
  for (const char* dots : {"..", "../a", "a/../b", "a/..", "./a", "a/./b", "a/."}) {
    EXPECT_FALSE(load_with({{"CONNECTOR_SEND_TO_S3_FOLDER", dots}})) << dots;
  }
}

TEST(Sending, ADraftIsForResultsThatCanReachOneAlsoWhereOnlyAMessageAsksForIt) {
  EXPECT_TRUE(load_with({{"CONNECTOR_VALIDATION_MODE", "draft"}}));
  EXPECT_FALSE(
      load_with({{"CONNECTOR_VALIDATION_MODE", "draft"}, {"CONNECTOR_QUEUE_PROTOCOL", "api"}}));
  EXPECT_FALSE(load_with({{"CONNECTOR_VALIDATION_MODE", "draft"},
                          {"CONNECTOR_SEND_TO_QUEUE", "false"},
                          {"CONNECTOR_SEND_TO_S3", "true"}}));
}

TEST(Sending, WithoutAQueueADraftIsOneFault) {
  const auto loaded =
      load_with({{"CONNECTOR_VALIDATION_MODE", "draft"}, {"CONNECTOR_SEND_TO_QUEUE", "false"}});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), ElementsAre(StartsWith("CONNECTOR_VALIDATION_MODE=draft needs "
                                                     "CONNECTOR_SEND_TO_QUEUE=true")));
}

TEST(Sending, WarnsThatTheModeOfValidationAloneHasNoEffect) {
  const auto alone = load_with({{"CONNECTOR_VALIDATION_MODE", "draft"}});
  ASSERT_TRUE(alone);
  EXPECT_THAT(alone->warnings,
              ElementsAre(StartsWith("CONNECTOR_VALIDATION_MODE=draft has no effect without "
                                     "CONNECTOR_VALIDATE_BEFORE_IMPORT=true")));
  const auto both = load_with(
      {{"CONNECTOR_VALIDATION_MODE", "draft"}, {"CONNECTOR_VALIDATE_BEFORE_IMPORT", "true"}});
  ASSERT_TRUE(both);
  EXPECT_THAT(both->warnings, IsEmpty());
}

}  // namespace
}  // namespace settings
