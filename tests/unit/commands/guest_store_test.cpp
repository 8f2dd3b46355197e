#include "commands/guest_store.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace commands {
namespace {

class GuestStoreTest : public testing::Test {
 protected:
  GuestStoreTest() { settings.policies.cache_path = folder.path() / "cache.db"; }
  GuestStore open(Creation creation) {
    return open_store(product, settings, creation, lines.log());
  }
  [[nodiscard]] std::string left_in(const GuestStore& store) const {
    // As reported by a source that knows no other limit than that of the settings.
    source::RequestsToday today;
    if (store.counted == GuestStore::Counted::here) today.limit = {.left = 10, .allowed = 10};
    return requests_left_text(today, store.counted);
  }

  support::TemporaryFolder folder;
  support::LogLines lines;
  const source::Product product{.program = "some-program"};
  settings::Settings settings;
};

TEST_F(GuestStoreTest, AFileOfTheSameUserIsCreatedAndCounts) {
  const auto store = open(Creation::of_own_files);
  EXPECT_EQ(left_in(store), "10 of 10 requests left today");
  EXPECT_TRUE(std::filesystem::exists(settings.policies.cache_path));
  EXPECT_EQ(lines.all(), "");
}

TEST_F(GuestStoreTest, NothingIsCreatedWhereThatIsUnwanted) {
  const auto store = open(Creation::never);
  EXPECT_EQ(left_in(store), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(lines.count("WARNING", "the connector creates it"), 1) << lines.all();
}

TEST_F(GuestStoreTest, ARunningConnectorKeepsTheCount) {
  const auto running = open(Creation::of_own_files);
  const auto store = open(Creation::of_own_files);
  EXPECT_EQ(left_in(store), "the running connector counts today's requests");
  EXPECT_EQ(lines.count("WARNING", "Continuing without the cache"), 1) << lines.all();
}

TEST(RequestsLeft, AreReportedWhereTheSourceKnowsThem) {
  using Counted = GuestStore::Counted;
  const source::RequestsToday known{{{.left = 1958, .allowed = 2000}}};
  EXPECT_EQ(requests_left_text(known, Counted::nowhere), "1,958 of 2,000 requests left today");
  EXPECT_EQ(requests_left_text(source::RequestsToday{}, Counted::here), "the quota is unknown");
  EXPECT_EQ(requests_left_text(std::nullopt, Counted::here), "");
}

}  // namespace
}  // namespace commands
