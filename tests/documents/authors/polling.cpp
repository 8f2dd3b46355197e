// A service that answers 202 and needs time for the request: the scan of a URL, whose result is
// polled.
#include <fmt/format.h>

#include <opencti_connector.hpp>

namespace {

struct Options {
  std::string key;
  std::string url;
};

class Scanner final : public source::Source {
 public:
  Scanner(const Options& options, const source::Services& services)
      : api_({.name = "Scanner",
              .base_url = options.url,
              .headers = {{"Authorization", "Bearer " + options.key}},
              .http = services.http,
              .memory = source::AnswerMemory(services.memory)}) {}

  std::string_view name() const override { return "Scanner"; }

  source::Verdict enrich(const source::Request& request, const net::Deadline& deadline) override {
    const auto url = source::value_to_look_up(request.observable);
    if (!url) return source::skipped(name(), url.error());
    auto begun = api_.post("/scans", {}, {{"url", url->value}}, deadline);
    if (!begun) return begun.error();
    const auto id = text::text_at(begun->json, "id");
    if (id.empty()) return source::malformed(name(), "the scan has no id");
    auto answer = api_.get_when_ready("/scans/" + net::percent_encode(id), {}, deadline);
    if (!answer) return answer.error();
    const auto score = text::integer_at(answer->json, "score");
    if (!score) return source::malformed(name(), "it has no score");
    source::Builder builder(author_, request);
    builder.set_score(static_cast<int>(*score));
    for (const auto& category : text::texts(text::member(answer->json, "categories"))) {
      builder.add_label(category);
    }
    builder.add_observable("ipv4-addr", text::text_at(answer->json, "server"));
    return source::found(fmt::format("The scan gave a score of {}.", *score), builder.take(),
                         std::move(*answer));
  }

 private:
  const source::Author author_{"Scanner", stix::Tlp::green};
  source::HttpApi api_;
};

}  // namespace

int main(int argc, char** argv) {
  static constexpr std::array<std::string_view, 1> scopes{"Url"};
  Options options;
  return commands::run_command_line(
      {.program = "polling",
       .version = "1.0.0",
       .source = "Scanner",
       .about = "Scans of URLs, for OpenCTI.",
       .prefix = "SCANNER_",
       .connector_id = "scanner--7d3f0c1e-9a55-4a6e-8b1b-6f1f6a0f5b02",
       .connector_name = "Scanner",
       .scopes = scopes,
       .scope = "Url",
       .settings = {{.name = "SCANNER_KEY",
                     .title = "Key",
                     .kind = configuration::token(configuration::into(options.key)),
                     .required = true,
                     .secret = true},
                    {.name = "SCANNER_URL",
                     .title = "URL",
                     .kind = configuration::url(configuration::into(options.url)),
                     .required = true}},
       .make =
           [&](const source::Services& services) {
             return std::make_unique<Scanner>(options, services);
           }},
      argc, argv);
}
