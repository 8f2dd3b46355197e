// Loads settings from the real environment and from real files.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FromProcess : public testing::Test {
 protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "settings-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
    for (const auto* name : {"OPENCTI_TOKEN_FILE", "CONNECTOR_WORKERS"}) unsetenv(name);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  std::filesystem::path folder_;

 private:
  std::filesystem::path before_;
};

constexpr auto config =
    "opencti:\n  url: http://octi\nkaspersky:\n  api_key: k\nconnector:\n  workers: 3\n";

TEST_F(FromProcess, ReadsTheEnvironmentTheSecretsAndConfigYmlOfTheWorkingDirectory) {
  write("config.yml", config);
  write("token", "from-file\n");
  setenv("OPENCTI_TOKEN_FILE", (folder_ / "token").c_str(), 1);
  setenv("CONNECTOR_WORKERS", "5", 1);
  const auto loaded = load_from_process(std::nullopt);
  ASSERT_TRUE(loaded) << loaded.error().front();
  EXPECT_EQ(loaded->settings.opencti.url, "http://octi");
  EXPECT_EQ(loaded->settings.opencti.token, "from-file");
  EXPECT_EQ(loaded->settings.connector.workers, 5);
}

TEST_F(FromProcess, ReadsTheFileThatIsNamed) {
  write("config.yml", "not: [valid");
  write("other.yml", fmt::format("{}mq:\n  pass: x\n", config));
  write("token", "t");
  setenv("OPENCTI_TOKEN_FILE", "token", 1);
  const auto loaded = load_from_process("other.yml");
  ASSERT_TRUE(loaded) << loaded.error().front();
  EXPECT_EQ(loaded->settings.mq.pass, "x");
}

TEST_F(FromProcess, AFileThatIsNamedMustBeThere) {
  const auto loaded = load_from_process("missing.yml");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(),
              ElementsAre(HasSubstr("'missing.yml': the file cannot be read (No ")));
}

TEST_F(FromProcess, WorksWithoutConfigYml) {
  const auto loaded = load_from_process(std::nullopt);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().front(), HasSubstr("OPENCTI_URL is not set"));
}

TEST_F(FromProcess, AFolderOrAHugeFileIsNotASecret) {
  write("config.yml", config);
  setenv("OPENCTI_TOKEN_FILE", folder_.c_str(), 1);
  EXPECT_THAT(load_from_process(std::nullopt).error(),
              ElementsAre("OPENCTI_TOKEN_FILE: the file is a folder"));
  write("huge", std::string(64 * 1024 + 1, 'x'));
  setenv("OPENCTI_TOKEN_FILE", "huge", 1);
  EXPECT_THAT(load_from_process(std::nullopt).error(),
              ElementsAre("OPENCTI_TOKEN_FILE: the file is longer than 65536 bytes"));
}

}  // namespace
}  // namespace settings
