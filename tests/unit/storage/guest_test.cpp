#include <gmock/gmock.h>

#include <fstream>
#include <optional>

#include "storage/database.hpp"
#include "storage/file_state.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace storage {
namespace {

const Migration bare_things{"things", {"CREATE TABLE things (name TEXT)"}};
constexpr const char* count_things = "SELECT count(*) FROM things";

class Guest : public testing::Test {
 protected:
  Database open_as_guest() {
    return Database({.path = path, .only_existing = true, .migrations = {bare_things}},
                    lines.log());
  }
  Database open_as_owner() {
    return Database({.path = path, .migrations = {bare_things}}, lines.log());
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
};

TEST_F(Guest, CreatesNothing) {
  EXPECT_THROW(open_as_guest(), std::runtime_error);
  EXPECT_EQ(files(), 0);
}

TEST_F(Guest, LeavesADamagedFileWhereItIs) {
  std::ofstream(path) << std::string(8192, 'x');
  EXPECT_THROW(open_as_guest(), std::runtime_error);
  EXPECT_EQ(std::filesystem::file_size(path), 8192U);
  EXPECT_EQ(files(), 1);
}

TEST_F(Guest, UsesAnExistingFile) {
  { const auto owner = open_as_owner(); }
  auto guest = open_as_guest();
  EXPECT_TRUE(guest.run(count_things));
}

TEST_F(Guest, LearnsThatAnotherProcessHasTheFile) {
  const auto owner = open_as_owner();
  EXPECT_THROW(open_as_guest(), InUse);
}

TEST_F(Guest, LeavesAFileOfAnEarlierVersionToItsOwner) {
  { const Database earlier({.path = path, .migrations = {}}, lines.log()); }
  EXPECT_THROW(open_as_guest(), Unusable);
  const auto owner = open_as_owner();
}

TEST_F(Guest, LooksAtAFileWithoutTouchingIt) {
  EXPECT_EQ(inspect_file(path), FileState::missing);
  EXPECT_EQ(inspect_file(folder.path()), FileState::inaccessible);
  { std::ofstream empty(path); }
  EXPECT_EQ(inspect_file(path), FileState::usable);
  EXPECT_EQ(std::filesystem::file_size(path), 0U);
  { const auto owner = open_as_owner(); }
  EXPECT_EQ(inspect_file(path), FileState::usable);
  std::ofstream(path) << "is not a database";
  EXPECT_EQ(inspect_file(path), FileState::damaged);
  EXPECT_EQ(files(), 1);
}

TEST_F(Guest, SeesByLookingWhoseAFileIs) {
  const auto after = [&](const std::string& pragma) {
    Database database({.path = path, .migrations = {bare_things}}, lines.log());
    EXPECT_TRUE(database.run(pragma));
  };
  after("PRAGMA user_version = 1000");
  EXPECT_EQ(inspect_file(path), FileState::newer);
  std::filesystem::remove(path);
  after("PRAGMA application_id = 1");
  EXPECT_EQ(inspect_file(path), FileState::foreign);
  std::filesystem::create_symlink(path, folder.path() / "link.db");
  EXPECT_EQ(inspect_file(folder.path() / "link.db"), FileState::symbolic_link);
  EXPECT_EQ(inspect_file("file:" + path), FileState::not_a_path);
}

TEST_F(Guest, SeesByLookingThatAFileBelongsToAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  { std::ofstream empty(path); }
  ASSERT_EQ(chown(path.c_str(), 65534, 65534), 0);
  EXPECT_EQ(inspect_file(path), FileState::of_another_user);
}

}  // namespace
}  // namespace storage
