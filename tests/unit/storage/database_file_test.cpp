#include "storage/database_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "storage/database.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"

namespace storage {
namespace {

using testing::HasSubstr;

/// A user id other than that of the test; only root can change the owner of a file.
constexpr uid_t stranger = 12345;

class PreparedFile : public testing::Test {
 protected:
  [[nodiscard]] std::string problem(const std::string& of, FileUse use = FileUse::own) const {
    const auto prepared = prepare_file(of, use);
    return prepared ? std::string() : prepared.error();
  }
  [[nodiscard]] mode_t mode() const {
    struct stat about {};
    EXPECT_EQ(stat(path.c_str(), &about), 0);
    return about.st_mode & 07777U;
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "store.db";
  support::LogLines lines;
};

TEST_F(PreparedFile, IsCreatedForItsOwnerAlone) {
  const auto prepared = prepare_file(path, FileUse::own);
  ASSERT_TRUE(prepared) << prepared.error();
  EXPECT_EQ(*prepared, std::filesystem::canonical(path));
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(PreparedFile, LosesTheModeThatItCameWith) {
  std::ignore = folder.write("store.db", "");
  for (const mode_t before : {0644U, 0666U, 0400U | 0200U | 0100U, 04600U}) {
    ASSERT_EQ(chmod(path.c_str(), before), 0);
    EXPECT_EQ(problem(path), "");
    EXPECT_EQ(mode(), 0600U);
  }
}

TEST_F(PreparedFile, IsNotASymbolicLink) {
  const auto target = folder.write("target", "");
  std::filesystem::create_symlink(target, path);
  EXPECT_THAT(problem(path), HasSubstr("store.db is a symbolic link; name the file itself"));
  EXPECT_THAT(problem(path, FileUse::guest), HasSubstr("is a symbolic link"));
  // A symbolic link without a target is rejected too: opening it would create a file elsewhere.
  std::filesystem::remove(target);
  EXPECT_THAT(problem(path), HasSubstr("is a symbolic link"));
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(PreparedFile, MayBeInAFolderThatOurOwnLinkLeadsTo) {
  std::filesystem::create_directory(folder.path() / "real");
  std::filesystem::create_symlink("real", folder.path() / "link");
  const auto prepared = prepare_file(folder.path() / "link" / "store.db", FileUse::own);
  ASSERT_TRUE(prepared) << prepared.error();
  EXPECT_THAT(*prepared, HasSubstr("/real/store.db"));
  EXPECT_NO_THROW(Database({.path = folder.path() / "link" / "store.db"}, lines.log()));
}

TEST_F(PreparedFile, IsNotInAFolderThatAStrangersLinkLeadsTo) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  std::filesystem::create_directory(folder.path() / "real");
  const auto link = folder.path() / "link";
  std::filesystem::create_symlink("real", link);
  ASSERT_EQ(lchown(link.c_str(), stranger, stranger), 0);
  EXPECT_THAT(problem(link / "store.db"), HasSubstr("is a symbolic link of user 12345"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "real" / "store.db"));
}

TEST_F(PreparedFile, BelongsToTheUserOfTheProcess) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  std::ignore = folder.write("store.db", "");
  ASSERT_EQ(chown(path.c_str(), stranger, stranger), 0);
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_THAT(problem(path), HasSubstr("belongs to user 12345, and this process runs as user 0"));
  EXPECT_EQ(problem(path, FileUse::guest), "");
  EXPECT_EQ(mode(), 0644U);
}

TEST_F(PreparedFile, IsARegularFileAndIsNotWaitedFor) {
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(problem(path), HasSubstr("is not a regular file"));
  EXPECT_THAT(problem(folder.path()), HasSubstr("cannot be used (Is a directory)"));
  EXPECT_THAT(problem(folder.path() / ""), HasSubstr("cannot be used"));
}

TEST_F(PreparedFile, IsNamedByAPathAndNotByAUri) {
  const auto uri = "file:" + path + "?mode=memory";
  EXPECT_THAT(problem(uri), HasSubstr("is not the path of a file"));
  EXPECT_THAT(problem(":memory:"), HasSubstr("is not the path of a file"));
  EXPECT_THROW(Database({.path = uri}, lines.log()), Unusable);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(PreparedFile, InAFolderThatIsNotThereIsAProblem) {
  EXPECT_THAT(problem(folder.path() / "no" / "store.db"),
              HasSubstr("(No such file or directory): its folder must exist"));
}

}  // namespace
}  // namespace storage
