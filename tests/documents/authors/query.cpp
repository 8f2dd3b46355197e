// A service that takes its token in the query: it knows the country of an address, and the network
// that announces it.
#include <fmt/format.h>

#include <opencti_connector.hpp>

namespace {

struct Options {
  std::string token;
  std::string url;
};

class Places final : public source::Source {
 public:
  Places(const Options& options, const source::Services& services)
      : api_({.name = "Places",
              .base_url = options.url,
              .query = {{"token", options.token}},
              .http = services.http,
              .memory = source::AnswerMemory(services.memory)}) {}

  std::string_view name() const override { return "Places"; }

  source::Verdict enrich(const source::Request& request, const net::Deadline& deadline) override {
    const auto address = source::value_to_look_up(request.observable);
    if (!address) return source::skipped(name(), address.error());
    auto answer = api_.get("/v1/" + net::percent_encode(address->value), {}, deadline);
    if (!answer) return answer.error();
    const auto country = text::text_at(answer->json, "country");
    if (country.empty()) return source::malformed(name(), "it has no country");
    source::Builder builder(author_, request);
    builder.add_country(country);
    const auto& system = text::member(answer->json, "asn");
    if (const auto number = text::integer_at(system, "number")) {
      builder.add_autonomous_system(*number, text::text_at(system, "name"));
    }
    return source::found(fmt::format("Places knows the country: {}.", country), builder.take(),
                         std::move(*answer));
  }

 private:
  const source::Author author_{"Places"};
  source::HttpApi api_;
};

}  // namespace

int main(int argc, char** argv) {
  static constexpr std::array<std::string_view, 2> scopes{"IPv4-Addr", "IPv6-Addr"};
  Options options;
  return commands::run_command_line(
      {.program = "query",
       .version = "1.0.0",
       .source = "Places",
       .about = "Where an address is, for OpenCTI.",
       .prefix = "PLACES_",
       .connector_id = "places--2b0f7c2e-6d5f-4d55-9a53-3c5b0a0f5b01",
       .connector_name = "Places",
       .scopes = scopes,
       .scope = "IPv4-Addr,IPv6-Addr",
       .settings = {{.name = "PLACES_TOKEN",
                     .title = "Token",
                     .kind = configuration::token(configuration::into(options.token)),
                     .required = true,
                     .secret = true},
                    {.name = "PLACES_URL",
                     .title = "URL",
                     .kind = configuration::url(configuration::into(options.url)),
                     .required = true}},
       .make =
           [&](const source::Services& services) {
             return std::make_unique<Places>(options, services);
           }},
      argc, argv);
}
