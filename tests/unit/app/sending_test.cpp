#include "app/sending.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace app {
namespace {

using opencti::SendAnswer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SendingTest : public testing::Test {
 protected:
  SendingTest() {
    settings.sending.queue_protocol = settings::QueueProtocol::api;
    directory().folder = folder.path();
  }

  Sending sending() {
    return {settings, {.id = "c1", .name = "Kaspersky"}, graphql, {}, lines.log()};
  }
  opencti::DirectoryOptions& directory() {
    return std::get<opencti::DirectoryOptions>(settings.sending.copies);
  }
  static opencti::Parcel parcel() {
    return {.objects = {{{"id", "file--1"}, {"type", "file"}}},
            .entity_id = opencti::EntityId("file--1")};
  }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }

  support::TemporaryFolder folder;
  support::LogLines lines;
  settings::Settings settings;
  /// The request bodies sent to the platform, which is unreachable.
  std::vector<std::string> asked;
  opencti::GraphqlClient graphql{
      {.url = "http://platform.test",
       .token = "t",
       .custom_headers = {},
       .http = {},
       .exchange = [this](const net::HttpRequest& request,
                          const net::Deadline&) -> net::Result<net::HttpResponse> {
         asked.push_back(request.body.value_or(""));
         return net::failure(net::ErrorKind::unreachable, "away");
       }}};
  net::Deadline deadline = net::Deadline::after(std::chrono::seconds(10));
};

TEST_F(SendingTest, ResultsGoWhereTheSettingsSayAlone) {
  settings.sending.to_queue = false;
  directory().wanted = true;
  auto outputs = sending();
  EXPECT_TRUE(outputs.output().pack(parcel()).send(deadline));
  EXPECT_EQ(files(), 1);
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_EQ(outputs.to_workers(), nullptr);
  EXPECT_FALSE(outputs.publisher());
}

TEST_F(SendingTest, ACopyIsMadeOnceBeforeTheResultGoesToTheWorkers) {
  directory().wanted = true;
  auto outputs = sending();
  const auto packed = outputs.output().pack(parcel());
  EXPECT_EQ(packed.send(deadline).kind, SendAnswer::Kind::retry);
  EXPECT_EQ(packed.send(deadline).kind, SendAnswer::Kind::retry);
  EXPECT_THAT(asked, ElementsAre(HasSubstr("stixBundlePush"), HasSubstr("stixBundlePush")));
  EXPECT_EQ(files(), 1);
  EXPECT_TRUE(outputs.to_workers() != nullptr &&
              !outputs.to_workers()->pack(parcel()).bundles.empty());
}

TEST_F(SendingTest, AResultToValidateGoesToAWorkbenchOrADraft) {
  auto to_validate = parcel();
  to_validate.validate = true;
  EXPECT_FALSE(sending().output().pack(to_validate).send(deadline));
  settings.sending.validation_mode = settings::ValidationMode::draft;
  settings.sending.validate_before_import = true;
  EXPECT_FALSE(sending().output().pack(parcel()).send(deadline));
  EXPECT_THAT(asked, ElementsAre(HasSubstr("uploadPending"), HasSubstr("draftWorkspaceAdd")));
}

}  // namespace
}  // namespace app
