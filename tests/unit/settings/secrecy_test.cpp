// No secret may be printed with the problems of settings, and the log must know each secret in
// order to hide it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "settings/load.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

/// Every problem and every warning of loading.
std::vector<std::string> lines_of(const Environment& environment,
                                  const std::optional<std::string>& yaml = std::nullopt) {
  auto result = load(environment, yaml, FakeFiles());
  if (result) return result->warnings;
  auto lines = result.error();
  lines.insert(lines.end(), lines.warnings.begin(), lines.warnings.end());
  return lines;
}

/// Values of many forms. Each contains the word that must not be printed.
std::vector<std::string> odd_values() {
  return {"hunter2",
          "hunter2 with spaces",
          "hunter2\nline",
          "\"hunter2\"",
          "{hunter2: [hunter2]}",
          "X-A:hunter2\r\nX-B:hunter2",
          "hunter2 hunter2:x;hunter2",
          "https://user:hunter2@host",
          std::string("hunter2\0", 8),
          "-----BEGIN PRIVATE KEY-----\nhunter2",
          "hunter2" + std::string(100'000, 'x')};
}

TEST(Secrecy, NoSecretSettingIsRepeatedWhateverItsValue) {
  for (const auto& row : table().rows()) {
    if (!row.secret) continue;
    for (const auto& value : odd_values()) {
      for (const auto& name : {std::string(row.name), configuration::file_form(row)}) {
        if (name.empty()) continue;
        auto environment = with();
        environment.erase(std::string(row.name));
        environment[name] = value;
        EXPECT_THAT(lines_of(environment), Not(Contains(HasSubstr("hunter2"))))
            << name << ": " << value.substr(0, 50);
      }
    }
  }
}

TEST(Secrecy, NoSecretInTheConfigFileIsRepeatedHoweverItIsWritten) {
  for (const auto& row : table().rows()) {
    if (!row.secret || row.environment_only) continue;
    const auto path = table().config_path(row.name);
    const auto section = path.substr(0, path.find('.'));
    const auto key = path.substr(path.find('.') + 1);
    for (const auto* value :
         {": hunter2", ": 'hunter2 x", ": [hunter2]", ": {hunter2: hunter2}", ": &hunter2 x",
          ": *hunter2", ": !hunter2", ": @hunter2", ": \"\\hunter2\"", ":hunter2", "_x: hunter2",
          ": |\n    hunter2\n   hunter2"}) {
      for (const auto* around : {"", "  zz: 1\n"}) {
        const auto yaml = fmt::format("{0}:\n{1}  {2}{3}\n{1}", section, around, key, value);
        for (const auto& environment : {Environment{}, with()}) {
          EXPECT_THAT(lines_of(environment, yaml), Not(Contains(HasSubstr("hunter2")))) << yaml;
        }
      }
    }
  }
}

TEST(Secrecy, APasswordOrKeyInTheWrongPlaceIsNotRepeated) {
  for (const auto& row : table().rows()) {
    for (const auto* value : {"ftp://user:hunter2@host", "-----BEGIN PRIVATE KEY-----\nhunter2"}) {
      EXPECT_THAT(lines_of(with({{std::string(row.name), value}})),
                  Not(Contains(HasSubstr("hunter2"))))
          << row.name;
    }
  }
}

TEST(Secrets, AreAllThatTheLogMustHide) {
  const auto loaded =
      load(with({{"MQ_PASS", "broker-password"},
                 {"MQ_USE_SSL_CERT", "-----BEGIN CERTIFICATE-----"},
                 {"MQ_USE_SSL_KEY", "-----BEGIN PRIVATE KEY-----"},
                 {"MQ_USE_SSL_PASSPHRASE", "passphrase"},
                 {"LISTEN_PROTOCOL_API_SSL_KEY", "-----BEGIN EC PRIVATE KEY-----"},
                 {"LISTEN_PROTOCOL_API_SSL_PASSPHRASE", "between us"},
                 {"OPENCTI_CUSTOM_HEADERS", "Authorization:Bearer gateway;X-Key:k3y"},
                 {"https_proxy", "http://me:p%40ss@proxy:3128"},
                 {"ALL_PROXY", "bare-token@proxy"},
                 {"NO_PROXY", "localhost"}}),
           std::nullopt, FakeFiles());
  ASSERT_TRUE(loaded);
  EXPECT_THAT(loaded->secrets,
              UnorderedElementsAre("platform-token", "api-key-value", "broker-password",
                                   "-----BEGIN PRIVATE KEY-----", "passphrase",
                                   "-----BEGIN EC PRIVATE KEY-----", "between us", "Bearer gateway",
                                   "gateway", "k3y", "me:p%40ss", "p%40ss", "p@ss", "bare-token"));
}

TEST(Secrets, APathIsNotASecret) {
  const auto loaded =
      load(with({{"MQ_USE_SSL_CERT", "/c.pem"}, {"MQ_USE_SSL_KEY", "/key.pem"}}), std::nullopt,
           FakeFiles{{"/c.pem", "-----BEGIN"}, {"/key.pem", "-----BEGIN"}});
  ASSERT_TRUE(loaded);
  EXPECT_THAT(loaded->secrets, UnorderedElementsAre("platform-token", "api-key-value"));
}

}  // namespace
}  // namespace settings
