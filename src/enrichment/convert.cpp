#include "enrichment/convert.hpp"

#include "enrichment/file.hpp"
#include "enrichment/labels.hpp"
#include "net/http_client.hpp"
#include "stix/objects.hpp"

namespace enrichment {
namespace {

// The name that the Python connector uses: both then speak of one author.
constexpr std::string_view author_name = "Kaspersky Enrichment";
// Fixed, so that two runs give the same bytes. The platform keeps the oldest date that it was told.
constexpr std::string_view author_created = "2025-01-01T00:00:00.000Z";

constexpr std::string_view reference_source = "Kaspersky Threat Intelligence Portal";
// The page for people, wherever the API is reached through.
constexpr std::string_view reference_page = "https://tip.kaspersky.com/search?searchString=";

void add_score(const kaspersky::Answer& answer, const Options& options, Enrichment& out) {
  if (!answer.zone) return;
  const auto score = options.scores.find(*answer.zone);
  if (score != options.scores.end()) out.update.score = score->second;
}

/// The value by which the object is known best: the same page whichever hash was asked for.
std::string page_value(const kaspersky::Answer& answer, const Question& question) {
  return answer.file && !answer.file->sha256.empty() ? answer.file->sha256 : question.value;
}

void add_author(const stix::Observable& observable, Enrichment& out) {
  if (observable.created_by_ref) return;
  auto author = stix::organization(author_name, author_created);
  out.update.created_by_ref = author["id"].get<std::string>();
  out.objects.push_back(std::move(author));
}

}  // namespace

tl::expected<Enrichment, std::string> convert(const kaspersky::Answer& answer,
                                              const stix::Observable& observable,
                                              const Question& question, const Options& options) {
  Enrichment out;
  out.warnings = answer.oddities;
  add_score(answer, options, out);
  Labels labels(observable.labels);
  if (answer.zone) labels.add_zone(*answer.zone);
  if (answer.file) {
    if (auto other = about_another_file(*answer.file, question)) return tl::make_unexpected(*other);
    add_file(*answer.file, observable, labels, out);
  }
  out.update.labels = labels.take_new();
  out.update.external_references.push_back(stix::external_reference(
      reference_source,
      std::string(reference_page) + net::percent_encode(page_value(answer, question))));
  add_author(observable, out);
  for (auto& warning : labels.warnings()) out.warnings.push_back(std::move(warning));
  return out;
}

}  // namespace enrichment
