#include "storage/migrations.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "storage/database.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace storage {
namespace {

using testing::HasSubstr;

const Migration boxes{"boxes", {"CREATE TABLE boxes (name TEXT)"}};
const Migration sizes{"sizes",
                      {"ALTER TABLE boxes ADD COLUMN size INTEGER", "UPDATE boxes SET size = 7"}};
const Migration broken{"broken", {"CREATE TABLE more (name TEXT)", "no SQL"}};

class Migrations : public testing::Test {
 protected:
  Database open(std::vector<Migration> with) {
    return Database({.path = path, .migrations = std::move(with)}, lines.log());
  }
  std::string refusal(std::vector<Migration> with) {
    try {
      const auto opened = open(std::move(with));
      return "";
    } catch (const Unusable& unusable) {
      return unusable.what();
    }
  }
  static std::int64_t value(Database& database, std::string_view sql) {
    return number(database.run(sql).value().at(0).at(0));
  }
  /// Everything that the schema consists of.
  static std::set<std::string> schema(Database& database) {
    std::set<std::string> out;
    const auto rows = database.run("SELECT name, sql FROM sqlite_master").value();
    for (const auto& row : rows) out.insert(text(row[0]) + ": " + text(row[1]));
    return out;
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
};

TEST_F(Migrations, AreAppliedOnceEachAndKeepExistingRows) {
  {
    auto first = open({boxes});
    ASSERT_TRUE(first.run("INSERT INTO boxes VALUES ('a')"));
    EXPECT_EQ(value(first, "PRAGMA user_version"), 1);
    EXPECT_EQ(value(first, "PRAGMA application_id"), application_id);
  }
  {
    auto second = open({boxes, sizes});
    EXPECT_EQ(value(second, "SELECT size FROM boxes"), 7);
    ASSERT_TRUE(second.run("UPDATE boxes SET size = 8"));
  }
  auto again = open({boxes, sizes});
  EXPECT_EQ(value(again, "SELECT size FROM boxes"), 8);
  EXPECT_EQ(value(again, "PRAGMA user_version"), 2);
}

TEST_F(Migrations, ThatFailLeaveTheFileUnchanged) {
  { const auto first = open({boxes}); }
  EXPECT_THROW(open({boxes, sizes, broken}), std::runtime_error);
  auto after = open({boxes});
  EXPECT_EQ(value(after, "PRAGMA user_version"), 1);
  EXPECT_EQ(schema(after).size(), 1U);
}

TEST_F(Migrations, DoNotChangeAFileOfANewerVersion) {
  { const auto newer = open({boxes, sizes}); }
  EXPECT_THAT(refusal({boxes}),
              HasSubstr("was written by a newer version of this program (the store's version is 2, "
                        "and 1 the newest that this program knows)"));
  EXPECT_FALSE(std::filesystem::exists(path + ".damaged"));
  auto newer = open({boxes, sizes});
  EXPECT_EQ(value(newer, "PRAGMA user_version"), 2);
}

TEST_F(Migrations, DoNotChangeAnotherProgramsDatabase) {
  for (const auto* mark : {"PRAGMA application_id = 252006673", "PRAGMA user_version = 3",
                           "CREATE TABLE moz_places (url TEXT)"}) {
    SCOPED_TRACE(mark);
    std::filesystem::remove(path);
    {
      auto other = open({});
      ASSERT_TRUE(other.run(mark));
    }
    EXPECT_THAT(refusal({boxes}), HasSubstr("is a database of another program"));
  }
}

TEST_F(Migrations, ReadTheTablesOfVersion010) {
  {
    auto old = open({});
    // The tables of 0.1.0, whose files had no version number.
    for (
        const auto* statement :
        {"CREATE TABLE answers (key TEXT PRIMARY KEY, stored INTEGER NOT NULL, size INTEGER NOT "
         "NULL, text BLOB)",
         "CREATE INDEX answers_by_age ON answers (stored)",
         "CREATE TABLE answers_size (id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)",
         "INSERT INTO answers_size VALUES (0, 17)",
         "CREATE TRIGGER answers_added AFTER INSERT ON answers BEGIN UPDATE answers_size SET bytes "
         "= bytes + new.size; END",
         "CREATE TRIGGER answers_removed AFTER DELETE ON answers BEGIN UPDATE answers_size SET "
         "bytes = bytes - old.size; END",
         "CREATE TABLE requests (day INTEGER PRIMARY KEY, ours INTEGER NOT NULL, total INTEGER NOT "
         "NULL, quota INTEGER)",
         "INSERT INTO requests VALUES (20000, 5, 6, 2000)",
         "CREATE TABLE attempts (key TEXT PRIMARY KEY, begun INTEGER, reason TEXT)",
         "CREATE TABLE inbox (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, body TEXT, "
         "settled INTEGER)",
         "INSERT INTO inbox (digest, body) VALUES ('d', 'accepted')"}) {
      ASSERT_TRUE(old.run(statement)) << statement;
    }
  }
  auto taken_in = open(migrations());
  EXPECT_EQ(value(taken_in, "SELECT bytes FROM answers_size"), 17);
  EXPECT_EQ(value(taken_in, "SELECT ours FROM requests"), 5);
  EXPECT_EQ(value(taken_in, "SELECT count(*) FROM inbox WHERE body = 'accepted'"), 1);

  Database fresh({.path = folder.path() / "fresh.db"}, lines.log());
  const auto names = [](Database& database) {
    std::set<std::string> out;
    const auto rows = database.run("SELECT name FROM sqlite_master").value();
    for (const auto& row : rows) out.insert(text(row[0]));
    return out;
  };
  EXPECT_EQ(names(taken_in), names(fresh));
}

TEST_F(Migrations, LeadFromEachVersionToTheSameTables) {
  const auto all = migrations();
  Database newest({.path = folder.path() / "newest.db"}, lines.log());
  for (std::size_t version = 1; version <= all.size(); ++version) {
    SCOPED_TRACE(version);
    std::filesystem::remove(path);
    { const auto earlier = open({all.begin(), all.begin() + static_cast<long>(version)}); }
    auto migrated = open(all);
    EXPECT_EQ(schema(migrated), schema(newest));
  }
}

}  // namespace
}  // namespace storage
