#include "settings/load.hpp"

#include <gmock/gmock.h>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using kaspersky::Zone;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

constexpr auto certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

TEST(Load, GivesTheDefaults) {
  const auto [settings, kaspersky, warnings, secrets] = loaded(with());
  EXPECT_THAT(warnings, IsEmpty());

  EXPECT_TRUE(settings.opencti.ssl_verify.on);
  EXPECT_EQ(settings.opencti.ssl_verify.ca_path, "");
  EXPECT_TRUE(settings.opencti.json_logging);
  EXPECT_THAT(settings.opencti.custom_headers, IsEmpty());

  EXPECT_EQ(settings.connector.name, "Kaspersky Enrichment");
  EXPECT_THAT(settings.connector.scope,
              ElementsAre("StixFile", "IPv4-Addr", "Domain-Name", "Hostname", "Url"));
  EXPECT_FALSE(settings.connector.automatic);
  EXPECT_EQ(settings.connector.log_level, telemetry::Level::error);
  EXPECT_EQ(settings.connector.bundle_mode, BundleMode::automatic);
  EXPECT_EQ(settings.connector.workers, 8);
  EXPECT_EQ(settings.connector.shutdown_grace, std::chrono::seconds(25));

  EXPECT_EQ(settings.mq.host, std::nullopt);
  EXPECT_EQ(settings.mq.use_ssl, std::nullopt);
  EXPECT_TRUE(settings.mq.use_ssl_reject_unauthorized);

  EXPECT_EQ(kaspersky.chain.client.base_url, "https://tip.kaspersky.com");
  EXPECT_EQ(settings.connector.max_tlp, stix::Tlp::amber);
  EXPECT_THAT(kaspersky.enrichment.scores,
              ElementsAre(Pair(Zone::red, 100), Pair(Zone::orange, 80), Pair(Zone::yellow, 60),
                          Pair(Zone::grey, 20), Pair(Zone::green, 0)));
  EXPECT_THAT(kaspersky.chain.client.sections.at(kaspersky::ObjectKind::ip),
              ElementsAre("LicenseInfo", "Zone", "IpGeneralInfo"));
  EXPECT_EQ(kaspersky.chain.client.records_count, 10);
}

TEST(Load, TakesEverySettingFromTheEnvironment) {
  const FakeFiles files(
      {{"/ca.pem", certificate}, {"/c.pem", certificate}, {"/k.pem", certificate}});
  const auto [settings, kaspersky, warnings, secrets] =
      loaded(with({{"OPENCTI_URL", "https://octi.example/base/"},
                   {"OPENCTI_SSL_VERIFY", "/ca.pem"},
                   {"OPENCTI_CUSTOM_HEADERS", "X-A:1"},
                   {"OPENCTI_JSON_LOGGING", "no"},
                   {"CONNECTOR_NAME", " TIP "},
                   {"CONNECTOR_TYPE", "internal_enrichment"},
                   {"CONNECTOR_SCOPE", "url, stixfile,URL"},
                   {"CONNECTOR_AUTO", "TRUE"},
                   {"CONNECTOR_LOG_LEVEL", "WARN"},
                   {"CONNECTOR_BUNDLE_MODE", "Split"},
                   {"CONNECTOR_WORKERS", "64"},
                   {"CONNECTOR_SHUTDOWN_GRACE", "600"},
                   {"MQ_HOST", "rabbit"},
                   {"MQ_PORT", "5671"},
                   {"MQ_VHOST", "/octi"},
                   {"MQ_USE_SSL", "on"},
                   {"MQ_USER", "me"},
                   {"MQ_PASS", " spaces stay "},
                   {"MQ_USE_SSL_CA", "/ca.pem"},
                   {"MQ_USE_SSL_CERT", "/c.pem"},
                   {"MQ_USE_SSL_KEY", "/k.pem"},
                   {"MQ_USE_SSL_PASSPHRASE", "open sesame"},
                   {"MQ_USE_SSL_REJECT_UNAUTHORIZED", "off"},
                   {"HTTPS_CA_CERTIFICATES", certificate},
                   {"KASPERSKY_API_BASE_URL", "http://127.0.0.1:8080/tip/"},
                   {"CONNECTOR_MAX_TLP", "tlp:white"},
                   {"KASPERSKY_ZONE_OCTI_SCORE_MAPPING", "red:90"},
                   {"KASPERSKY_FILE_SECTIONS", "filenames, zone"},
                   {"KASPERSKY_DOMAIN_SECTIONS", "FeedMasks"},
                   {"KASPERSKY_URL_SECTIONS", "FeedMasks"},
                   {"KASPERSKY_IPV4_SECTIONS", "IpWhoIs"},
                   {"KASPERSKY_RECORDS_COUNT", "1000"}}),
             std::nullopt, files);
  EXPECT_EQ(settings.opencti.url, "https://octi.example/base");
  EXPECT_EQ(settings.opencti.token, "platform-token");
  EXPECT_EQ(settings.opencti.ssl_verify.ca_path, "/ca.pem");
  EXPECT_THAT(settings.opencti.custom_headers, ElementsAre(Pair("X-A", "1")));
  EXPECT_FALSE(settings.opencti.json_logging);
  EXPECT_EQ(settings.connector.name, "TIP");
  EXPECT_THAT(settings.connector.scope, ElementsAre("Url", "StixFile"));
  EXPECT_TRUE(settings.connector.automatic);
  EXPECT_EQ(settings.connector.log_level, telemetry::Level::warning);
  EXPECT_EQ(settings.connector.bundle_mode, BundleMode::split);
  EXPECT_EQ(settings.connector.workers, 64);
  EXPECT_EQ(settings.connector.shutdown_grace, std::chrono::seconds(600));
  EXPECT_EQ(settings.mq.host, "rabbit");
  EXPECT_EQ(settings.mq.port, 5671);
  EXPECT_EQ(settings.mq.vhost, "/octi");
  EXPECT_EQ(settings.mq.use_ssl, true);
  EXPECT_EQ(settings.mq.user, "me");
  EXPECT_EQ(settings.mq.pass, " spaces stay ");
  EXPECT_EQ(settings.mq.use_ssl_ca, "/ca.pem");
  EXPECT_EQ(settings.mq.use_ssl_cert, "/c.pem");
  EXPECT_EQ(settings.mq.use_ssl_key, "/k.pem");
  EXPECT_EQ(settings.mq.use_ssl_passphrase, "open sesame");
  EXPECT_FALSE(settings.mq.use_ssl_reject_unauthorized);
  EXPECT_EQ(settings.https_ca_certificates, certificate);
  EXPECT_EQ(kaspersky.chain.client.api_key, "api-key-value");
  EXPECT_EQ(kaspersky.chain.client.base_url, "http://127.0.0.1:8080/tip");
  EXPECT_EQ(settings.connector.max_tlp, stix::Tlp::clear);
  EXPECT_THAT(kaspersky.enrichment.scores, ElementsAre(Pair(Zone::red, 90)));
  EXPECT_THAT(kaspersky.chain.client.sections.at(kaspersky::ObjectKind::hash),
              ElementsAre("LicenseInfo", "Zone", "FileGeneralInfo", "FileNames"));
  EXPECT_THAT(kaspersky.chain.client.sections.at(kaspersky::ObjectKind::ip), Contains("IpWhoIs"));
  EXPECT_THAT(kaspersky.chain.client.sections.at(kaspersky::ObjectKind::domain),
              Contains("FeedMasks"));
  EXPECT_THAT(kaspersky.chain.client.sections.at(kaspersky::ObjectKind::url),
              Contains("FeedMasks"));
  EXPECT_EQ(kaspersky.chain.client.records_count, 1000);
}

TEST(Load, TheEnvironmentOverridesTheFileAndTheFileTheDefaults) {
  const auto* const yaml =
      "connector:\n  workers: 3\n  scope: [Url, Artifact]\n  name: From File\n";
  const auto settings =
      loaded(with({{"CONNECTOR_WORKERS", "5"}, {"CONNECTOR_NAME", ""}}), yaml).settings;
  EXPECT_EQ(settings.connector.workers, 5);
  EXPECT_EQ(settings.connector.name, "From File");
  EXPECT_THAT(settings.connector.scope, ElementsAre("Url", "Artifact"));
  EXPECT_EQ(settings.connector.shutdown_grace, std::chrono::seconds(25));
}

TEST(Load, RequiredSettingsMustBeThere) {
  EXPECT_THAT(problems_of({}), ElementsAre(StartsWith("OPENCTI_URL is not set; set it to a URL"),
                                           StartsWith("OPENCTI_TOKEN is not set"),
                                           StartsWith("KASPERSKY_API_KEY is not set")));
  EXPECT_THAT(problems_of(with({{"OPENCTI_TOKEN", ""}})),
              ElementsAre(StartsWith("OPENCTI_TOKEN is not set")));
}

TEST(Load, ReportsAllProblemsAtOnceEachInOneLine) {
  EXPECT_THAT(
      problems_of(with({{"OPENCTI_URL", "opencti"},
                        {"CONNECTOR_WORKERS", "many\nworkers"},
                        {"CONNECTOR_SCOPE", "StixFile,Report"}}),
                  "kaspersky:\n  max_tlp: TLP:PURPLE\n  file_sections: [Zone, Foo, 'Bar']\n"),
      ElementsAre(
          "OPENCTI_URL is 'opencti'; it must be a URL with http:// or https://",
          "CONNECTOR_SCOPE is 'StixFile,Report'; it must not contain 'Report'; allowed are "
          "StixFile, "
          "Artifact, IPv4-Addr, IPv6-Addr, Domain-Name, Hostname, Url",
          "KASPERSKY_MAX_TLP (config.yml, line 2: kaspersky.max_tlp) is 'TLP:PURPLE'; it must be "
          "one "
          "of TLP:CLEAR (or TLP:WHITE), TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED",
          R"(CONNECTOR_WORKERS is 'many\x0aworkers'; it must be a whole number from 1 to 64)",
          AllOf(StartsWith("KASPERSKY_FILE_SECTIONS (config.yml, line 3: kaspersky.file_sections) "
                           "is 'Zone,Foo,Bar'; it must not contain 'Foo', 'Bar'; allowed are "),
                HasSubstr("FileCertificates"))));
}

TEST(Load, TheSamplesPlaceholderIsNotASecret) {
  EXPECT_THAT(problems_of(with({{"OPENCTI_TOKEN", "ChangeMe"}, {"KASPERSKY_API_KEY", "changeme"}})),
              ElementsAre("OPENCTI_TOKEN must be your own value instead of the sample's ChangeMe",
                          "KASPERSKY_API_KEY must be your own value instead of the sample's "
                          "ChangeMe"));
}

TEST(Load, TheSamplesPlaceholderIsNotAValueOfAnySetting) {
  for (const auto& row : table().rows()) {
    for (const auto* value : {"ChangeMe", " changeme ", "\"ChangeMe\""}) {
      EXPECT_THAT(problems_of(with({{std::string(row.name), value}})),
                  Contains(AllOf(StartsWith(std::string(row.name)), HasSubstr("must be your own"))))
          << row.name;
    }
  }
  EXPECT_THAT(problems_of(with({{"OPENCTI_CUSTOM_HEADERS", "X-A:1;X-Key: ChangeMe"}})),
              ElementsAre("OPENCTI_CUSTOM_HEADERS must be your own value instead of the sample's "
                          "ChangeMe"));
}

TEST(Load, QuotesAroundAValueAreNamed) {
  EXPECT_THAT(problems_of(with({{"CONNECTOR_WORKERS", "\"8\""},
                                {"CONNECTOR_AUTO", "'true'"},
                                {"KASPERSKY_API_BASE_URL", "\"https://tip.example\""},
                                {"CONNECTOR_LOG_LEVEL", "\"info\""}})),
              AllOf(SizeIs(4), Each(EndsWith("; leave out the quotes around it, which docker's "
                                             "--env-file keeps"))));
  EXPECT_THAT(loaded(with({{"OPENCTI_TOKEN", "\"abcdefgh\""}, {"CONNECTOR_NAME", "\"K"}})).warnings,
              ElementsAre("OPENCTI_TOKEN is in quotes, which are part of the value: docker's "
                          "--env-file keeps them"));
}

TEST(Load, TheSamplesPlaceholderIsNotAnId) {
  EXPECT_THAT(problems_of(with({{"CONNECTOR_ID", "ChangeMe"}})),
              ElementsAre("CONNECTOR_ID is 'ChangeMe'; it must be your own UUID, for example the "
                          "output of uuidgen: two connectors with the same id take each other's "
                          "messages"));
  EXPECT_THAT(problems_of(with({{"CONNECTOR_ID", " changeme "}})), SizeIs(1));
}

TEST(Load, BlankOrShortNamesAreRejected) {
  EXPECT_THAT(problems_of(with({{"CONNECTOR_NAME", "  "}, {"CONNECTOR_ID", " "}})), SizeIs(2));
  EXPECT_THAT(problems_of(with({{"CONNECTOR_NAME", "é"}})),
              ElementsAre(HasSubstr("2 characters or more")));
}

TEST(Load, OnlyTheOneConnectorTypeIsAccepted) {
  EXPECT_THAT(problems_of(with({{"CONNECTOR_TYPE", "EXTERNAL_IMPORT"}})),
              ElementsAre("CONNECTOR_TYPE is 'EXTERNAL_IMPORT'; it must be INTERNAL_ENRICHMENT"));
}

TEST(Load, AListIsForCommaSeparatedSettingsOnly) {
  EXPECT_THAT(problems_of(with(), "connector:\n  name: [a, b]\n"),
              ElementsAre("CONNECTOR_NAME (config.yml, line 2: connector.name) must be a single "
                          "value, not a list"));
}

TEST(Load, ABrokenFileDoesNotMakeItsSettingsMissing) {
  EXPECT_THAT(problems_of({{"CONNECTOR_WORKERS", "0"}}, "opencti:\n  url: 'http://x\n"),
              ElementsAre(HasSubstr("not valid YAML"), StartsWith("CONNECTOR_WORKERS is '0'")));
}

TEST(Load, SecretsComeFromFilesToo) {
  const FakeFiles files{{"/run/secrets/token", "from-file\n"}, {"/run/secrets/pass", "p \n\n"}};
  const auto [settings, kaspersky, warnings, secrets] =
      loaded({{"OPENCTI_URL", "http://octi"},
              {"OPENCTI_TOKEN_FILE", "/run/secrets/token"},
              {"MQ_PASS_FILE", "/run/secrets/pass"}},
             "kaspersky:\n  api_key_file: /run/secrets/token\n", files);
  EXPECT_EQ(settings.opencti.token, "from-file");
  EXPECT_EQ(kaspersky.chain.client.api_key, "from-file");
  EXPECT_EQ(settings.mq.pass, "p \n");
}

TEST(Load, ASecretGivenTwiceIsAProblem) {
  EXPECT_THAT(problems_of(with({{"OPENCTI_TOKEN_FILE", "/x"}})),
              ElementsAre("OPENCTI_TOKEN_FILE must not be given together with OPENCTI_TOKEN"));
}

TEST(Load, AFileInTheEnvironmentOverridesAValueInTheConfigFile) {
  const FakeFiles files{{"/t", "from-environment"}};
  EXPECT_EQ(loaded({{"OPENCTI_URL", "http://octi"},
                    {"KASPERSKY_API_KEY", "key"},
                    {"OPENCTI_TOKEN_FILE", "/t"}},
                   "opencti:\n  token: from-config\n", files)
                .settings.opencti.token,
            "from-environment");
}

TEST(Load, ASecretsFileMustBeReadableBoundedAndNotEmpty) {
  const FakeFiles files{{"/empty", "\n"}, {"/huge", std::string(64 * 1024 + 1, 'x')}};
  EXPECT_THAT(problems_of({{"OPENCTI_URL", "http://octi"},
                           {"OPENCTI_TOKEN_FILE", "/none"},
                           {"MQ_PASS_FILE", "/huge"},
                           {"KASPERSKY_API_KEY_FILE", "/empty"}},
                          std::nullopt, files),
              ElementsAre("OPENCTI_TOKEN_FILE: the file cannot be read (not there)",
                          "MQ_PASS_FILE: the file is too long",
                          "KASPERSKY_API_KEY_FILE: the file is empty"));
}

TEST(Load, ATrustPathMustExist) {
  EXPECT_THAT(problems_of(with({{"OPENCTI_SSL_VERIFY", "tru"}})),
              ElementsAre(StartsWith("OPENCTI_SSL_VERIFY is 'tru'; it must be true, false, or")));
}

TEST(Load, CaCertificatesAreReadFromTheirFile) {
  const FakeFiles files{{"/ca.pem", std::string("# ours\n") + certificate}, {"/text", "hello"}};
  EXPECT_THAT(loaded(with({{"HTTPS_CA_CERTIFICATES", "/ca.pem"}}), std::nullopt, files)
                  .settings.https_ca_certificates,
              HasSubstr(certificate));
  EXPECT_THAT(problems_of(with({{"HTTPS_CA_CERTIFICATES", "/text"}}), std::nullopt, files),
              ElementsAre(HasSubstr("the file holds no PEM")));
  EXPECT_THAT(problems_of(with({{"HTTPS_CA_CERTIFICATES", "/none"}}), std::nullopt, files),
              ElementsAre(HasSubstr("the file cannot be read")));
}

TEST(Load, CaCertificatesTurnVerificationOn) {
  const auto settings =
      loaded(with({{"HTTPS_CA_CERTIFICATES", certificate}, {"OPENCTI_SSL_VERIFY", "false"}}))
          .settings;
  EXPECT_TRUE(settings.opencti.ssl_verify.on);
}

TEST(Load, AClientCertificateNeedsItsKey) {
  EXPECT_THAT(problems_of(with({{"MQ_USE_SSL_CERT", certificate}})),
              ElementsAre(StartsWith("MQ_USE_SSL_CERT and MQ_USE_SSL_KEY")));
  EXPECT_THAT(problems_of(with({{"MQ_USE_SSL_CERT", certificate}, {"MQ_USE_SSL_KEY", "/none"}})),
              ElementsAre(StartsWith("MQ_USE_SSL_KEY must be PEM text or")));
}

TEST(Warnings, NameProbableMisspellings) {
  const auto warnings =
      loaded(with({{"KASPERSKY_SCOREPOLICY", "keep"}, {"KASPERSKY_EMPTY", ""}}),
             "connector:\n  log_levl: debug\n  live_stream_id: x\nkasperski:\n  api_key: x\n")
          .warnings;
  EXPECT_THAT(
      warnings,
      ElementsAre(
          "'KASPERSKY_SCOREPOLICY' is not a setting of this connector; did you mean "
          "KASPERSKY_SCORE_POLICY?",
          "config.yml, line 3: 'connector.live_stream_id' has no effect here: it is for connectors "
          "that read a stream",
          "config.yml, line 2: 'connector.log_levl' is not a setting of this connector; did "
          "you mean connector.log_level?",
          "config.yml, line 4: 'kasperski' is not a setting of this connector; did you mean "
          "kaspersky?"));
}

TEST(Problems, ComeWithTheMisspellingThatMayCauseThem) {
  auto environment = with({{"KASPERSKY_APIKEY", "k"}});
  environment.erase("KASPERSKY_API_KEY");
  const auto problems = problems_of(environment);
  EXPECT_THAT(problems, ElementsAre(StartsWith("KASPERSKY_API_KEY is not set")));
  EXPECT_THAT(problems.warnings, ElementsAre(HasSubstr("did you mean KASPERSKY_API_KEY?")));
}

TEST(Warnings, NameSettingsOfConnectorsInPython) {
  EXPECT_THAT(
      loaded(with({{"CONNECTOR_DURATION_PERIOD", "PT1H"},
                   {"CONNECTOR_LIVE_STREAM_ID", "live"},
                   {"CONNECTOR_AUTO_CREATE_SERVICE_ACCOUNT_CONFIDENCE_LEVEL", "50"}}))
          .warnings,
      ElementsAre("'CONNECTOR_AUTO_CREATE_SERVICE_ACCOUNT_CONFIDENCE_LEVEL' has no effect here: it "
                  "would need an administrator's token; give the connector its own user",
                  "'CONNECTOR_DURATION_PERIOD' has no effect here: it is for connectors "
                  "that import on a schedule",
                  "'CONNECTOR_LIVE_STREAM_ID' has no effect here: it is for connectors "
                  "that read a stream"));
}

TEST(Warnings, NameEachVariableOfOursThatIsNotASetting) {
  EXPECT_THAT(
      loaded(
          with({{"CONNECTOR_MAX_FOO", "1"}, {"KASPERSKY_PORTT", "1"}, {"OPENCTI_WHATEVER", "1"}}))
          .warnings,
      ElementsAre("'CONNECTOR_MAX_FOO' is not a setting of this connector; docs/configuration.md "
                  "lists all",
                  "'KASPERSKY_PORTT' is not a setting of this connector; docs/configuration.md "
                  "lists all",
                  "'OPENCTI_WHATEVER' is not a setting of this connector; docs/configuration.md "
                  "lists all"));
  EXPECT_THAT(loaded(with({{"CONNECTOR_HTTP_PORTS", "8080"}})).warnings,
              ElementsAre(HasSubstr("did you mean CONNECTOR_HTTP_PORT?")));
}

TEST(Warnings, NameAMisspelledVariableOfAllConnectors) {
  EXPECT_THAT(loaded(with({{"CONNECTOR_LOG_LEVL", "debug"}})).warnings,
              ElementsAre("'CONNECTOR_LOG_LEVL' is not a setting of this connector; did you mean "
                          "CONNECTOR_LOG_LEVEL?"));
}

TEST(Warnings, IgnoreVariablesOfOthers) {
  EXPECT_THAT(loaded(with({{"CONNECTOR_HISTORY_ID", "x"},
                           {"CONNECTOR_PORT", "tcp://10.0.0.1:80"},
                           {"CONNECTOR_SERVICE_HOST", "10.0.0.1"},
                           {"CONNECTOR_PORT_8080_TCP_ADDR", "10.0.0.1"},
                           {"KASPERSKY_ENRICHMENT_SERVICE_HOST", "10.0.0.1"},
                           {"KASPERSKY_ENRICHMENT_SERVICE_PORT_HTTP", "8080"},
                           {"KASPERSKY_ENRICHMENT_PORT", "tcp://10.0.0.1:8080"},
                           {"OPENCTI_SERVER_PORT_443_TCP", "tcp://10.0.0.1:443"},
                           {"OPENCTI_CONFIG_HASH", "x"},
                           {"OPENCTI_ADMIN_TOKEN", "x"},
                           {"S3_BUCKET", "x"}}))
                  .warnings,
              IsEmpty());
}

TEST(Warnings, NameHeadersThatAreLeftOut) {
  EXPECT_THAT(
      loaded(with({{"OPENCTI_CUSTOM_HEADERS", "X-A:1;oops"}})).warnings,
      ElementsAre("OPENCTI_CUSTOM_HEADERS has parts without a colon, which are ignored (1)"));
}

TEST(Warnings, NameRiskyChoices) {
  EXPECT_THAT(
      loaded(with({{"OPENCTI_SSL_VERIFY", "no"},
                   {"MQ_USE_SSL_REJECT_UNAUTHORIZED", "no"},
                   {"KASPERSKY_API_BASE_URL", "http://gateway.example"}}))
          .warnings,
      ElementsAre(HasSubstr("OPENCTI_SSL_VERIFY"), HasSubstr("MQ_USE_SSL_REJECT_UNAUTHORIZED"),
                  HasSubstr("KASPERSKY_API_BASE_URL")));
}

TEST(Warnings, NameASecretThatIsTooShortToBeHidden) {
  EXPECT_THAT(
      loaded(with({{"OPENCTI_TOKEN", "wrong"}, {"KASPERSKY_API_KEY", "eight-88"}})).warnings,
      ElementsAre("OPENCTI_TOKEN has fewer than 8 characters: it is easy to guess, and the "
                  "log does not hide it"));
}

TEST(Warnings, NameASettingWithAPasswordThatIsTooShortToBeHidden) {
  EXPECT_THAT(loaded(with({{"HTTPS_PROXY", "http://u:secret@proxy.example"}})).warnings,
              ElementsAre("HTTPS_PROXY has a part of fewer than 8 characters that the log does not "
                          "hide"));
  EXPECT_THAT(loaded(with({{"HTTPS_PROXY", "http://u:a-longer-one@proxy.example"}})).warnings,
              IsEmpty());
}

TEST(Warnings, NameTheIdOfTheSamples) {
  auto environment = with();
  environment.erase("CONNECTOR_ID");
  EXPECT_THAT(loaded(environment).warnings, ElementsAre(HasSubstr("CONNECTOR_ID is not your own")));
}

}  // namespace
}  // namespace settings
