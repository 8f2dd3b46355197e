#include <chrono>
#include <iostream>

#include <opencti_connector.hpp>

namespace {

class Echo final : public source::Source {
 public:
  std::string_view name() const override { return "Echo"; }

  source::Verdict enrich(const source::Request& request, const net::Deadline& deadline) override {
    source::Verdict verdict;
    verdict.outcome = deadline.passed() ? source::Outcome::unavailable : source::Outcome::found;
    verdict.text = request.observable.value;
    verdict.enrichment.emplace();
    verdict.enrichment->objects.push_back(stix::organization("Echo", "2026-01-01T00:00:00Z"));
    return verdict;
  }
};

}  // namespace

int main() {
  Echo echo;
  source::Source& source = echo;
  stix::Observable observable;
  observable.value = "example.org";
  const auto verdict = source.enrich({observable, {}, source::Purpose::manual},
                                     net::Deadline::after(std::chrono::seconds(5)));
  std::cout << source::name_of(verdict.outcome) << ' ' << verdict.text << ' '
            << verdict.enrichment->objects[0]["id"].get<std::string>() << '\n';
}
