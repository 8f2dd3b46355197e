#include "os/regular_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/temporary_folder.hpp"

namespace os {
namespace {

using testing::HasSubstr;

class RegularFile : public testing::Test {
 protected:
  static std::string problem(const std::string& path) {
    const auto read = read_regular_file(path, 8);
    return read ? "" : read.error();
  }
  support::TemporaryFolder folder;
};

TEST_F(RegularFile, IsReadToItsLimit) {
  EXPECT_EQ(read_regular_file(folder.write("empty", ""), 8).value(), "");
  EXPECT_EQ(read_regular_file(folder.write("full", "12345678"), 8).value(), "12345678");
  EXPECT_EQ(problem(folder.write("more", "123456789")), "is longer than 8 bytes");
}

TEST_F(RegularFile, IsFollowedThroughLinksAsKubernetesMakesThem) {
  const auto file = folder.write("..data", "secret");
  std::filesystem::create_symlink("..data", folder.path() / "token");
  EXPECT_EQ(read_regular_file(folder.path() / "token", 8).value(), "secret");
}

TEST_F(RegularFile, IsNeitherPipeNorDeviceNorFolderAndIsNotWaitedFor) {
  const auto pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(problem(pipe), "is not a regular file");
  EXPECT_EQ(problem("/dev/zero"), "is not a regular file");
  EXPECT_EQ(problem(folder.path()), "is a folder");
  EXPECT_THAT(problem(folder.path() / "nothing"), HasSubstr("cannot be read (No such file"));
}

}  // namespace
}  // namespace os
