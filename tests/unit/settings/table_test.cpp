#include "settings/table.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

const Row& row_of(std::string_view name) {
  return *std::find_if(table().begin(), table().end(),
                       [&](const auto& row) { return row.name == name; });
}

TEST(Table, NamesEachSettingOnce) {
  std::set<std::string_view> names;
  for (const auto& row : table()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(Table, EveryDefaultIsAccepted) {
  Settings settings;
  for (const auto& row : table()) {
    if (!row.standard) continue;
    const auto reading = read(row.kind, *row.standard, FakeFiles(), settings);
    EXPECT_TRUE(reading) << row.name << ": " << reading.error();
  }
}

TEST(Table, EverySettingCanBeDocumented) {
  for (const auto& row : table()) {
    EXPECT_FALSE(row.title.empty()) << row.name;
    EXPECT_TRUE(row.description.ends_with('.')) << row.name;
    EXPECT_FALSE(sample_of(row).empty()) << row.name;
    EXPECT_EQ(row.in_use, row.standard && !row.sample.empty()) << row.name;
    EXPECT_FALSE(row.required && row.standard) << row.name;
  }
}

TEST(ConfigPath, IsSplitAtTheFirstUnderscore) {
  EXPECT_EQ(config_path("KASPERSKY_API_KEY"), "kaspersky.api_key");
  EXPECT_EQ(config_path("MQ_USE_SSL_CA"), "mq.use_ssl_ca");
  EXPECT_EQ(config_path("LISTEN_PROTOCOL_API_SSL_KEY"), "connector.listen_protocol_api_ssl_key");
}

TEST(FileForm, IsThereForSecretsThatTheConnectorReadsItself) {
  EXPECT_EQ(file_form(row_of("MQ_PASS")), "MQ_PASS_FILE");
  EXPECT_EQ(file_form(row_of("MQ_HOST")), "");
  EXPECT_EQ(file_form(row_of("HTTPS_PROXY")), "");
}

}  // namespace
}  // namespace settings
