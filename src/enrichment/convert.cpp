#include "enrichment/convert.hpp"

#include "enrichment/author.hpp"
#include "enrichment/entities.hpp"
#include "enrichment/file.hpp"
#include "enrichment/labels.hpp"
#include "enrichment/network.hpp"
#include "enrichment/notes.hpp"
#include "enrichment/portal.hpp"
#include "enrichment/related.hpp"
#include "enrichment/score.hpp"
#include "enrichment/sightings.hpp"
#include "enrichment/subject.hpp"
#include "net/http/client.hpp"
#include "source/builder.hpp"
#include "stix/ip_address.hpp"

namespace enrichment {
namespace {

constexpr std::string_view reference_source = "Kaspersky Threat Intelligence Portal";
// Pages for people; they do not depend on the API's address.
constexpr std::string_view report_page = "https://tip.kaspersky.com/reporting?id=";
constexpr std::size_t max_reports = 50;
constexpr std::size_t longest_report_id = 200;

std::optional<std::string> about_another_address(const kaspersky::Answer& answer,
                                                 const Question& question) {
  if (!answer.ip || question.kind != kaspersky::ObjectKind::ip) return std::nullopt;
  const auto contacted = stix::parse_ip(answer.ip->ip);
  if (!contacted || stix::to_string(*contacted) == question.value) return std::nullopt;
  return "the answer is about another address than the one asked for";
}

std::optional<std::string> about_another_object(const kaspersky::Answer& answer,
                                                const Question& question) {
  if (answer.file && question.kind == kaspersky::ObjectKind::hash) {
    return about_another_file(*answer.file, question);
  }
  return about_another_address(answer, question);
}

void add_labels(const kaspersky::Answer& answer, const Options& options, source::Builder& builder) {
  Labels labels(builder, options.label_prefix);
  if (answer.zone && options.zone_label) labels.add_zone(*answer.zone);
  if (options.labels) {
    for (const auto& category : answer.general.categories) {
      if (!answer.general.harmless_categories.contains(category)) labels.add_category(category);
    }
    if (answer.general.has_apt) labels.add_category("APT");
  }
  for (auto& warning : labels.warnings()) builder.warn(std::move(warning));
}

void add_references(const kaspersky::Answer& answer, const Subject& subject,
                    source::Builder& builder) {
  builder.add_reference(reference_source, portal_page(subject.key));
  std::size_t odd = 0;
  std::size_t taken = 0;
  for (const auto& report : answer.general.reports) {
    if (report.id.empty()) continue;
    if (report.id.size() > longest_report_id || taken == max_reports) {
      ++odd;
    } else {
      builder.add_reference(reference_source,
                            std::string(report_page) + net::percent_encode(report.id));
      ++taken;
    }
  }
  if (odd > 0) builder.warn("RelatedAptReports: " + std::to_string(odd) + " omitted");
}

void add_indicator(const kaspersky::Answer& answer, const Subject& subject, const Options& options,
                   std::string_view today, source::Builder& builder) {
  if (!answer.zone || !options.indicators_for.contains(*answer.zone)) return;
  builder.add_indicator({.score = score_of(answer.zone, options),
                         .description = sightings_of(answer, today),
                         .name = subject.key});
}

source::BuilderOptions builder_options(const Context& context) {
  return {.today = context.today, .warn = false};
}

}  // namespace

tl::expected<Enrichment, std::string> convert(const kaspersky::Answer& answer,
                                              const stix::Observable& observable,
                                              const Question& question, const Options& options,
                                              const Context& context) {
  if (auto other = about_another_object(answer, question)) return tl::make_unexpected(*other);
  const auto subject = subject_of(observable, question, answer);
  const source::Request request{.observable = observable, .markings = context.markings};
  source::Builder builder(author(), request, builder_options(context));
  for (const auto& oddity : answer.oddities) builder.warn(oddity);
  if (const auto score = score_of(answer.zone, options)) builder.set_score(*score);
  if (question.kind == kaspersky::ObjectKind::hash) {
    if (answer.file) add_file(*answer.file, builder);
    add_names(answer.file_names, observable, options.rows, builder);
  }
  add_labels(answer, options, builder);
  add_references(answer, subject, builder);
  add_entities(answer, builder);
  add_autonomous_systems(answer, subject, builder);
  add_host(subject, answer, builder);
  const auto related = add_related(answer, subject, options, builder);
  add_notes(answer, related, subject, options, builder);
  if (options.note_not_found) replace_not_found_note(subject, builder);
  add_indicator(answer, subject, options, context.today, builder);
  return builder.take();
}

Enrichment not_found_enrichment(const stix::Observable& observable, const Question& question,
                                const Context& context) {
  const source::Request request{.observable = observable, .markings = context.markings};
  source::Builder builder(author(), request, builder_options(context));
  add_not_found_note(subject_of(observable, question, {}), builder);
  return builder.take();
}

}  // namespace enrichment
