#include "opencti/out/directory_output.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_folder.hpp"
#include "unit/opencti/out/copies.hpp"

namespace opencti {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* old_name = "kaspersky-20200101-000000-1577836800.000000.json";

class Directory : public testing::Test {
 protected:
  void write_old(const std::string& file) const {
    const auto path = folder.path() / file;
    std::ofstream(path) << "{}";
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  support::TemporaryFolder folder;
};

TEST_F(Directory, HoldsWholeFilesAlone) {
  DirectoryOutput output({.folder = folder.path()}, {kaspersky, silent()});
  EXPECT_THAT(files(), IsEmpty());
  ASSERT_TRUE(send(output));
  EXPECT_THAT(files(), ElementsAre(name));
  std::ifstream file(folder.path() / name);
  EXPECT_EQ(nlohmann::json::parse(file)["bundle_type"], "DIRECTORY_BUNDLE");
  struct stat about {};
  ASSERT_EQ(::stat((folder.path() / name).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07007U, 0U) << "other users have no access";
}

TEST_F(Directory, DoesNotFollowALinkThatSomebodyPutThere) {
  const auto outside = folder.path() / "outside";
  std::filesystem::create_symlink(outside, folder.path() / (name + ".tmp"));
  DirectoryOutput output({.folder = folder.path()}, {kaspersky, silent()});
  EXPECT_FALSE(send(output));
  EXPECT_FALSE(std::filesystem::exists(outside));
}

TEST_F(Directory, SaysWhyItCannotBeWrittenTo) {
  DirectoryOutput output({.folder = folder.path()}, {kaspersky, silent()});
  std::filesystem::remove(folder.path());
  const auto answer = send(output);
  EXPECT_EQ(answer.kind, SendAnswer::Kind::retry);
  EXPECT_THAT(answer.reason, HasSubstr("No such file or directory"));
  EXPECT_THROW(DirectoryOutput({.folder = folder.path()}, {kaspersky, silent()}),
               std::runtime_error);
}

TEST_F(Directory, RemovesItsOwnOldFilesAndThoseOfACrash) {
  const auto half = std::string(old_name) + ".tmp";
  for (const auto& file : {std::string(old_name), half, std::string("theirs.json")}) {
    write_old(file);
  }
  DirectoryOutput output({.folder = folder.path(), .retention = std::chrono::hours(24)},
                         {kaspersky, silent()});
  ASSERT_TRUE(send(output));
  EXPECT_THAT(files(), UnorderedElementsAre("theirs.json", name));
}

TEST_F(Directory, KeepsFilesForeverIfSet) {
  write_old(old_name);
  DirectoryOutput output({.folder = folder.path()}, {kaspersky, silent()});
  ASSERT_TRUE(send(output));
  EXPECT_THAT(files(), UnorderedElementsAre(old_name, name));
}

}  // namespace
}  // namespace opencti
