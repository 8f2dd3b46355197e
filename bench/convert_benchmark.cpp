// Measures the time to read an answer and to create a bundle from it, by the size of the answer.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "enrichment/convert.hpp"
#include "kaspersky/answer.hpp"
#include "stix/bundle.hpp"
#include "text/json.hpp"

namespace {

using nlohmann::json;

const stix::Observable address{.id = "ipv4-addr--00000000-0000-4000-8000-000000000001",
                               .type = "ipv4-addr",
                               .value = "198.51.100.7"};

/// An answer about an address with every section, of about this many bytes.
std::string answer_of(std::size_t bytes) {
  json answer{{"LicenseInfo",
               {{"AccessType", "Commercial"},
                {"DayRequests", 42},
                {"DayQuota", 2000},
                {"TokenExpirationDate", "2027-01-15T00:00Z"}}},
              {"Zone", "Red"},
              {"RelatedObjects", {{"HasRedZone", true}}},
              {"IpGeneralInfo",
               {{"Ip", "198.51.100.7"},
                {"CountryCode", "NL"},
                {"Status", "known"},
                {"ThreatScore", 90},
                {"HitsCount", 1000},
                {"FirstSeen", "2020-11-02T06:10Z"},
                {"HasApt", true},
                {"RelatedAptReports", {{{"Id", "report-1"}, {"Title", "A report"}}}},
                {"Categories", {"CATEGORY_MALWARE"}},
                {"CategoriesWithZone", {{{"Name", "CATEGORY_MALWARE"}, {"Zone", "Red"}}}}}},
              {"IpWhoIs",
               {{"Asn", {{{"Number", 64500}, {"Description", {"Example"}}}}},
                {"Net",
                 {{"RangeStart", "198.51.100.0"},
                  {"RangeEnd", "198.51.100.255"},
                  {"Created", "2015-06-01T00:00Z"},
                  {"Changed", "2025-01-22T13:20Z"},
                  {"Name", "EXAMPLE-NET"},
                  {"Description", "Example hosting network"}}},
                {"Contacts",
                 {{{"ContactType", "owner"},
                   {"Name", "Example Hosting B.V."},
                   {"OrganizationId", "ORG-EX1-EXAMPLE"},
                   {"Address", {"1 Example Street", "Exampleville"}},
                   {"Phone", "+1.5555550102"},
                   {"Email", "noc@example.net"}}}}}},
              {"Industries", {"Finance"}}};
  constexpr std::size_t bytes_of_three_rows = 540;
  for (std::size_t row = 0; row < bytes / bytes_of_three_rows; ++row) {
    answer["IpDnsResolutions"].push_back({{"Zone", "Grey"},
                                          {"Domain", fmt::format("host-{}.example.com", row)},
                                          {"HitsCount", 1000},
                                          {"PeakDate", "2026-01-15T00:00Z"},
                                          {"DailyPeak", 100},
                                          {"FirstSeen", "2025-10-01T00:00Z"},
                                          {"LastSeen", "2026-04-01T00:00Z"}});
    answer["FilesDownloadedFromIp"].push_back({{"Zone", "Red"},
                                               {"Md5", fmt::format("{:032X}", row)},
                                               {"DetectionName", "HEUR:Trojan.Win32.Example.gen"},
                                               {"DownloadHitsCount", 100},
                                               {"Url", fmt::format("198.51.100.7/get/{}.exe", row)},
                                               {"FirstSeen", "2026-01-10T01:02Z"},
                                               {"LastSeen", "2026-03-31T22:45Z"}});
    answer["HostedUrls"].push_back({{"Zone", "Orange"},
                                    {"Url", fmt::format("198.51.100.7/drop/{}.exe", row)},
                                    {"UrlHitsCount", 100},
                                    {"FirstSeen", "2026-01-10T01:00Z"},
                                    {"LastSeen", "2026-03-31T22:45Z"}});
  }
  return answer.dump();
}

enrichment::Options options() {
  enrichment::Options out;
  out.scores = {{kaspersky::Zone::red, 100}};
  out.rows = 1'000'000;
  out.ask_about_reserved = true;
  return out;
}

kaspersky::Answer read(const std::string& text) {
  return *kaspersky::read_answer(
      *text::parse_json(text, {.size = std::size_t{16} << 20, .depth = 64}));
}

enrichment::Enrichment converted(const kaspersky::Answer& answer) {
  static const auto question = *enrichment::question_about(address, true);
  static const auto chosen = options();
  return *enrichment::convert(answer, address, question, chosen, {{}, "2026-11-24T00:00:00.000Z"});
}

/// From the bytes of the answer to the parsed answer.
void read_answer(benchmark::State& state) {
  const auto text = answer_of(static_cast<std::size_t>(state.range(0)) * 1000);
  for (auto _ : state) benchmark::DoNotOptimize(read(text));
  state.counters["bytes"] = static_cast<double>(text.size());
}

/// From the parsed answer to STIX objects.
void convert(benchmark::State& state) {
  const auto answer = read(answer_of(static_cast<std::size_t>(state.range(0)) * 1000));
  std::size_t objects = 0;
  for (auto _ : state) objects = converted(answer).objects.size();
  state.counters["objects"] = static_cast<double>(objects);
}

/// From STIX objects to the bytes of the bundle.
void write_bundle(benchmark::State& state) {
  auto made = converted(read(answer_of(static_cast<std::size_t>(state.range(0)) * 1000)));
  stix::Bundle bundle;
  for (auto& object : made.objects) bundle.add(std::move(object));
  for (auto _ : state) benchmark::DoNotOptimize(bundle.dump("bundle--1"));
  state.counters["bytes"] = static_cast<double>(bundle.dump("bundle--1").size());
}

BENCHMARK(read_answer)->Arg(60)->Arg(600)->Arg(6000)->Unit(benchmark::kMillisecond);
BENCHMARK(convert)->Arg(60)->Arg(600)->Arg(6000)->Unit(benchmark::kMillisecond);
BENCHMARK(write_bundle)->Arg(60)->Arg(600)->Arg(6000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
