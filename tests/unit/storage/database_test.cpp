#include "storage/database.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace storage {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

const Migration things{"things", {"CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER)"}};
constexpr const char* insert = "INSERT INTO things VALUES (?, ?)";
constexpr const char* count = "SELECT count(*) FROM things";

class StoredInAFile : public testing::Test {
 protected:
  Database open() { return Database({.path = path, .migrations = {things}}, lines.log()); }
  static std::int64_t counted(Database& database) {
    return number(database.run(count).value().at(0).at(0));
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
};

TEST_F(StoredInAFile, ReturnsEntriesAfterARestart) {
  {
    auto database = open();
    ASSERT_TRUE(database.run(insert, {std::string("a\0b", 3), std::int64_t{7}}));
    ASSERT_TRUE(database.run(insert, {std::string("c"), std::monostate{}}));
  }
  auto database = open();
  const auto rows = database.run("SELECT name, size FROM things ORDER BY name").value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(text(rows[0][0]), std::string("a\0b", 3));
  EXPECT_EQ(number(rows[0][1]), 7);
  EXPECT_EQ(rows[1][1], Value(std::monostate{}));
}

TEST_F(StoredInAFile, IsReadableByItsOwnerAlone) {
  const auto database = open();
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(StoredInAFile, MovesADamagedFileAndCreatesANewOne) {
  std::ofstream(path) << std::string(8192, 'x');
  auto database = open();
  EXPECT_EQ(counted(database), 0);
  EXPECT_TRUE(std::filesystem::exists(path + ".damaged"));
  EXPECT_EQ(lines.count("WARNING", "damaged"), 1) << lines.all();
}

TEST_F(StoredInAFile, DoesNotGiveTheLogOfADamagedFileToTheNewOne) {
  {
    auto database = open();
    ASSERT_TRUE(database.run("PRAGMA wal_checkpoint(TRUNCATE)"));
    ASSERT_TRUE(database.run(insert, {std::string("old"), std::int64_t{1}}));
    // Keeps the write-ahead log, as a killed process leaves it.
    std::filesystem::copy_file(path + "-wal", folder.path() / "kept-wal");
  }
  std::filesystem::copy_file(folder.path() / "kept-wal", path + "-wal");
  std::ofstream(path) << std::string(8192, 'x');
  auto database = open();
  EXPECT_EQ(counted(database), 0) << lines.all();
}

TEST_F(StoredInAFile, KeepsWrittenEntriesAfterAKill) {
  const std::string copy = folder.path() / "copy.db";
  auto database = open();
  ASSERT_TRUE(database.run(insert, {std::string("a"), std::int64_t{1}}));
  std::filesystem::copy_file(path, copy);
  std::filesystem::copy_file(path + "-wal", copy + "-wal");
  Database after({.path = copy, .migrations = {things}}, lines.log());
  EXPECT_EQ(counted(after), 1);
}

/// Damages the file: the next query that reads all rows finds the damage.
void damage(Database& database, const std::string& path) {
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(
        database.run(insert, {std::string(1000, 'x') + std::to_string(i), std::int64_t{i}}));
  }
  ASSERT_TRUE(database.run("PRAGMA wal_checkpoint(TRUNCATE)"));
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(60 * 4096, '\xAB');
  }
  ASSERT_TRUE(database.run("PRAGMA cache_size = 1"));
  ASSERT_TRUE(database.run("PRAGMA shrink_memory"));
}
constexpr const char* look = "SELECT sum(length(name)) FROM things";

TEST_F(StoredInAFile, RecoversFromDamageThatShowsWhileItIsOpen) {
  auto database = open();
  damage(database, path);
  EXPECT_FALSE(database.run(look));
  EXPECT_EQ(counted(database), 0) << lines.all();
  EXPECT_TRUE(database.run(insert, {std::string("again"), std::int64_t{1}}));
}

class StoredInAFolderThatGoes : public StoredInAFile {
 protected:
  Database open_in_place(std::chrono::milliseconds reopen_after) {
    std::filesystem::create_directory(place);
    path = place / "store.db";
    return Database({.path = path, .reopen_after = reopen_after, .migrations = {things}},
                    lines.log());
  }
  /// The database is damaged, and its folder is gone, so that no new file can be created.
  void lose(Database& database) {
    damage(database, path);
    std::filesystem::remove_all(place);
    EXPECT_FALSE(database.run(look));
    EXPECT_FALSE(database.run(count));
  }

  std::filesystem::path place = folder.path() / "place";
};

TEST_F(StoredInAFolderThatGoes, IsOpenedAgainAsSoonAsThatWorks) {
  auto database = open_in_place(0ms);
  lose(database);
  std::filesystem::create_directory(place);
  EXPECT_EQ(counted(database), 0);
  EXPECT_TRUE(database.run(insert, {std::string("again"), std::int64_t{1}}));
}

TEST_F(StoredInAFolderThatGoes, IsNotReopenedAtEachUse) {
  auto database = open_in_place(1h);
  lose(database);
  std::filesystem::create_directory(place);
  const auto failed = database.run(count);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("could not be opened again"));
}

TEST_F(StoredInAFile, RejectsASecondUser) {
  const auto first = open();
  try {
    const auto second = open();
    FAIL() << "two processes could open the file";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("no other process may use it"));
    EXPECT_THAT(refused.what(), HasSubstr(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path + ".damaged"));
}

TEST_F(StoredInAFile, RejectsAFolderThatIsNotThere) {
  EXPECT_THROW(
      Database({.path = folder.path() / "no" / "store.db", .migrations = {things}}, lines.log()),
      std::runtime_error);
}

TEST_F(StoredInAFile, IsNeverLargerThanItMayBe) {
  Database database({.path = path, .max_size = 64 * 1024, .migrations = {things}}, lines.log());
  Result<std::vector<Row>> last;
  for (int i = 0; i < 100 && last; ++i) {
    last = database.run(insert, {std::string(4000, 'x') + std::to_string(i), std::int64_t{i}});
  }
  ASSERT_FALSE(last);
  EXPECT_THAT(last.error().message, HasSubstr("full"));
  EXPECT_LE(std::filesystem::file_size(path), 64U * 1024);
  EXPECT_TRUE(database.run("DELETE FROM things"));
  EXPECT_TRUE(database.run(insert, {std::string("small"), std::int64_t{1}}));
}

TEST(InMemory, NeedsNoFile) {
  support::LogLines lines;
  Database database({.migrations = {things}}, lines.log());
  ASSERT_TRUE(database.run(insert, {std::string("a"), std::int64_t{1}}));
  EXPECT_EQ(number(database.run(count).value()[0][0]), 1);
}

TEST(Transactions, HappenWholeOrNotAtAll) {
  support::LogLines lines;
  Database database({.migrations = {things}}, lines.log());
  const auto counted = [&] { return number(database.run(count).value()[0][0]); };

  EXPECT_FALSE(database.transact([](const Database::Run& run) {
    static_cast<void>(run(insert, {std::string("a"), std::int64_t{1}}));
    static_cast<void>(run(insert, {std::string("a"), std::int64_t{1}}));
    return true;
  }));
  EXPECT_EQ(counted(), 0);

  EXPECT_TRUE(database.transact([](const Database::Run& run) {
    static_cast<void>(run(insert, {std::string("a"), std::int64_t{1}}));
    return false;
  }));
  EXPECT_EQ(counted(), 0);

  EXPECT_THROW(static_cast<void>(database.transact([](const Database::Run& run) -> bool {
                 static_cast<void>(run(insert, {std::string("a"), std::int64_t{1}}));
                 throw std::runtime_error("no");
               })),
               std::runtime_error);
  EXPECT_EQ(counted(), 0);

  EXPECT_TRUE(database.transact([](const Database::Run& run) {
    return run(insert, {std::string("a"), std::int64_t{1}}).has_value();
  }));
  EXPECT_EQ(counted(), 1);
}

TEST(Statements, ThatAreWrongAreErrorsOfOneLine) {
  support::LogLines lines;
  Database database({.migrations = {things}}, lines.log());
  const auto wrong = database.run("SELECT name FROM nowhere");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace storage
