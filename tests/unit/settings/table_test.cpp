#include "settings/table.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

const Row& row_of(std::string_view name) {
  const auto rows = table().rows();
  return *std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
}

TEST(Table, NamesEachSettingOnce) {
  std::set<std::string_view> names;
  for (const auto& row : table().rows()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(Table, EveryDefaultIsAccepted) {
  for (const auto& row : table().rows()) {
    if (!row.default_value) continue;
    const auto reading = configuration::read(row.kind, *row.default_value, FakeFiles());
    EXPECT_TRUE(reading) << row.name << ": " << reading.error();
  }
}

TEST(Table, EverySettingCanBeDocumented) {
  for (const auto& row : table().rows()) {
    EXPECT_FALSE(row.title.empty()) << row.name;
    EXPECT_TRUE(row.description.ends_with('.')) << row.name;
    EXPECT_FALSE(configuration::sample_of(row).empty()) << row.name;
    EXPECT_EQ(row.uncommented, row.default_value && !row.sample.empty()) << row.name;
    EXPECT_FALSE(row.required && row.default_value) << row.name;
  }
}

TEST(ConfigPath, IsSplitAtTheFirstUnderscore) {
  EXPECT_EQ(table().config_path("KASPERSKY_API_KEY"), "kaspersky.api_key");
  EXPECT_EQ(table().config_path("MQ_USE_SSL_CA"), "mq.use_ssl_ca");
  EXPECT_EQ(table().config_path("LISTEN_PROTOCOL_API_SSL_KEY"),
            "connector.listen_protocol_api_ssl_key");
}

TEST(FileForm, IsThereForSecretsThatTheConnectorReadsItself) {
  EXPECT_EQ(configuration::file_form(row_of("MQ_PASS")), "MQ_PASS_FILE");
  EXPECT_EQ(configuration::file_form(row_of("MQ_HOST")), "");
  EXPECT_EQ(configuration::file_form(row_of("HTTPS_PROXY")), "");
}

}  // namespace
}  // namespace settings
