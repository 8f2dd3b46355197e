#include "commands/guest_store.hpp"

#include <gmock/gmock.h>

#include "kaspersky/request_ledger.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace commands {
namespace {

class GuestStoreTest : public testing::Test {
 protected:
  GuestStoreTest() {
    settings.lookups.cache_path = folder.path() / "cache.db";
    settings.lookups.daily_quota = 10;
  }
  GuestStore open(Creation creation) { return open_store(settings, creation, lines.log()); }
  [[nodiscard]] std::string left_in(const GuestStore& store) const {
    return requests_left_text(requests_left(settings, store), store.counted);
  }

  support::TemporaryFolder folder;
  support::LogLines lines;
  settings::Settings settings;
};

TEST_F(GuestStoreTest, AFileOfOnesOwnIsCreatedAndCounts) {
  const auto store = open(Creation::of_own_files);
  EXPECT_EQ(left_in(store), "10 of 10 requests left today");
  EXPECT_TRUE(std::filesystem::exists(settings.lookups.cache_path));
  EXPECT_EQ(lines.all(), "");
}

TEST_F(GuestStoreTest, NothingIsCreatedWhereThatIsUnwanted) {
  const auto store = open(Creation::never);
  EXPECT_EQ(left_in(store), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(lines.count("WARNING", "is left for the connector to create"), 1) << lines.all();
}

TEST_F(GuestStoreTest, WhoRunsKeepsTheCount) {
  const auto running = open(Creation::of_own_files);
  const auto store = open(Creation::of_own_files);
  EXPECT_EQ(left_in(store), "the running connector counts today's requests");
  EXPECT_EQ(lines.count("WARNING", "Going on without the cache"), 1) << lines.all();
}

TEST_F(GuestStoreTest, KasperskysOwnCountIsToldWhoeverCounts) {
  settings.lookups.cache_path.clear();
  const auto store = open(Creation::never);
  EXPECT_EQ(left_in(store), "");
  kaspersky::RequestLedger ledger(*store.database, lines.log());
  const auto today =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch();
  ASSERT_TRUE(ledger.count(today.count(), [](const auto&) { return true; }));
  ledger.learn(today.count(), {.day_requests = 42, .day_quota = 2000});
  EXPECT_EQ(left_in(store), "1,958 of 2,000 requests left today");
}

}  // namespace
}  // namespace commands
