// Enriches IP addresses in OpenCTI with data from AbuseIPDB.
#include <fmt/format.h>

#include <opencti_connector.hpp>

namespace {

using namespace configuration;
constexpr std::array<std::string_view, 2> scopes{"IPv4-Addr", "IPv6-Addr"};

struct Options {
  std::string key;
  std::string url;
  int max_age_in_days = 0;
};

class AbuseIpdb final : public source::Source {
 public:
  AbuseIpdb(const Options& options, const source::Services& services)
      : days_(std::to_string(options.max_age_in_days)),
        api_({.name = "AbuseIPDB",
              .base_url = options.url,
              .headers = {{"Key", options.key}},
              .http = services.http,
              .memory = source::AnswerMemory(services.memory)}) {}

  std::string_view name() const override { return "AbuseIPDB"; }

  std::string page_about(std::string_view address) const override {
    return "https://www.abuseipdb.com/check/" + net::percent_encode(address);
  }

  source::Verdict enrich(const source::Request& request, const net::Deadline& deadline) override {
    const auto address = source::value_to_look_up(request.observable);
    if (!address) return source::skipped(name(), address.error());
    auto answer = ask(address->value, deadline);
    if (!answer) return answer.error();
    const auto& data = text::member(answer->json, "data");
    const auto score = text::integer_at(data, "abuseConfidenceScore");
    if (!score) return source::malformed(name(), "it has no abuseConfidenceScore");
    const auto reports = text::integer_at(data, "totalReports").value_or(0);
    if (reports == 0) return source::not_found(name());
    source::Builder builder(author_, request);
    builder.set_score(static_cast<int>(*score));
    builder.add_label(text::text_at(data, "usageType"));
    if (text::boolean_at(data, "isTor")) builder.add_label("tor");
    builder.add_reference("AbuseIPDB", page_about(address->value));
    builder.add_country(text::text_at(data, "countryCode"));
    builder.add_organization(text::text_at(data, "isp"));
    const auto last = text::escape_markdown(text::text_at(data, "lastReportedAt"));
    const auto told = fmt::format("{} reports within {} days, last on {}", reports, days_, last);
    builder.add_note({.topic = "reports", .title = "AbuseIPDB", .text = told});
    return source::found(fmt::format("AbuseIPDB has a confidence of {} %.", *score), builder.take(),
                         std::move(*answer));
  }

  source::CheckResult check(const net::Deadline& deadline) override {
    return source::checked(ask("127.0.0.1", deadline), "the API key is accepted");
  }

 private:
  source::HttpApi::Answer ask(const std::string& address, const net::Deadline& deadline) {
    return api_.get("/api/v2/check", {{"ipAddress", address}, {"maxAgeInDays", days_}}, deadline);
  }

  const source::Author author_{"AbuseIPDB"};
  const std::string days_;
  source::HttpApi api_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  return commands::run_command_line(
      {.program = "abuseipdb",
       .version = "1.0.0",
       .source = "AbuseIPDB",
       .about = "OpenCTI enrichment connector for AbuseIPDB.",
       .prefix = "ABUSEIPDB_",
       .connector_id = "abuseipdb--b9b4a5f6-5b0a-4b60-9a6c-0c6f5a3f6a0e",
       .connector_name = "AbuseIPDB",
       .scopes = scopes,
       .scope = "IPv4-Addr,IPv6-Addr",
       .settings = {{.name = "ABUSEIPDB_API_KEY",
                     .title = "API key",
                     .kind = token(into(options.key)),
                     .required = true,
                     .secret = true},
                    {.name = "ABUSEIPDB_API_BASE_URL",
                     .title = "API URL",
                     .kind = url(into(options.url)),
                     .default_value = "https://api.abuseipdb.com"},
                    {.name = "ABUSEIPDB_MAX_AGE_IN_DAYS",
                     .title = "Age of reports, in days",
                     .kind = integer(1, 365, into(options.max_age_in_days)),
                     .default_value = "90"}},
       .make = [&](const auto& with) { return std::make_unique<AbuseIpdb>(options, with); }},
      argc, argv);
}
