#include "enrichment/convert.hpp"

#include <algorithm>

#include "enrichment/author.hpp"
#include "enrichment/drafts.hpp"
#include "enrichment/file.hpp"
#include "enrichment/finish.hpp"
#include "enrichment/indicator.hpp"
#include "enrichment/labels.hpp"
#include "enrichment/network.hpp"
#include "enrichment/notes.hpp"
#include "enrichment/portal.hpp"
#include "enrichment/related.hpp"
#include "enrichment/relationship_matrix.hpp"
#include "enrichment/score.hpp"
#include "enrichment/subject.hpp"
#include "enrichment/text.hpp"
#include "kaspersky/hash.hpp"
#include "net/http/client.hpp"
#include "stix/ip_address.hpp"
#include "text/ascii.hpp"

namespace enrichment {
namespace {

constexpr std::string_view reference_source = "Kaspersky Threat Intelligence Portal";
// The pages for people, wherever the API is reached through.
constexpr std::string_view report_page = "https://tip.kaspersky.com/reporting?id=";
constexpr std::size_t most_reports = 50;
constexpr std::size_t longest_report_id = 200;

std::optional<std::string> about_another_address(const kaspersky::Answer& answer,
                                                 const Question& question) {
  if (!answer.ip || question.kind != kaspersky::ObjectKind::ip) return std::nullopt;
  const auto told = stix::parse_ip(answer.ip->ip);
  if (!told || stix::to_string(*told) == question.value) return std::nullopt;
  return "the answer is about another address than the one asked for";
}

std::optional<std::string> about_another_object(const kaspersky::Answer& answer,
                                                const Question& question) {
  if (answer.file && question.kind == kaspersky::ObjectKind::hash) {
    return about_another_file(*answer.file, question);
  }
  return about_another_address(answer, question);
}

void add_labels(const kaspersky::Answer& answer, const Options& options, Enrichment& out) {
  Labels labels(options.label_prefix);
  if (answer.zone && options.zone_label) labels.add_zone(*answer.zone);
  if (options.labels) {
    for (const auto& category : answer.general.categories) {
      if (!answer.general.harmless_categories.contains(category)) labels.add_category(category);
    }
    if (answer.general.has_apt) labels.add_category("APT");
  }
  out.update.labels = labels.take();
  for (auto& warning : labels.warnings()) out.warnings.push_back(std::move(warning));
}

void add_references(const kaspersky::Answer& answer, const Subject& subject, Enrichment& out) {
  const auto refer = [&](const std::string& page) {
    out.update.external_references.push_back(stix::external_reference(reference_source, page));
  };
  refer(portal_page(subject.key));
  std::size_t odd = 0;
  for (const auto& report : answer.general.reports) {
    if (report.id.empty()) continue;
    if (report.id.size() > longest_report_id ||
        out.update.external_references.size() > most_reports) {
      ++odd;
    } else {
      refer(std::string(report_page) + net::percent_encode(report.id));
    }
  }
  if (odd > 0) {
    out.warnings.push_back("RelatedAptReports: " + std::to_string(odd) + " left out");
  }
}

void add_entities(const std::vector<SharedEntity>& entities, const Subject& subject, Drafts& drafts,
                  Enrichment& out) {
  for (const auto& entity : entities) {
    const auto type = entity.object.at("type").get<std::string>();
    if (!is_accepted(subject.observable.type, entity.relationship, type)) continue;
    drafts.add_relationship({entity.relationship, subject.observable.id, entity.id});
    drafts.add(entity.object);
    out.known_by.emplace(entity.id, entity.known_by);
  }
}

stix::Hashes all_hashes(const stix::Observable& observable, const stix::ObservableUpdate& update) {
  auto all = update.hashes;
  for (const auto& [algorithm, value] : observable.hashes) {
    // SSDEEP and TLSH are no digests: in them letter case matters.
    const bool digest = text::is_hex(value, value.size());
    all.insert_or_assign(algorithm, digest ? text::lower_case(value) : value);
  }
  return all;
}

void add_indicator(const kaspersky::Answer& answer, const Subject& subject, const Options& options,
                   const Context& context, Drafts& drafts, const Enrichment& out) {
  if (!answer.zone || !options.indicators_for.contains(*answer.zone)) return;
  auto indicator = indicator_for(
      subject, all_hashes(subject.observable, out.update), score_of(answer.zone, options),
      sightings_of(answer, context.today), context.today, drafts.provenance());
  if (!indicator) return;
  drafts.add_relationship(
      {"based-on", indicator->at("id").get<std::string>(), subject.observable.id});
  drafts.add(std::move(*indicator));
}

}  // namespace

tl::expected<Enrichment, std::string> convert(const kaspersky::Answer& answer,
                                              const stix::Observable& observable,
                                              const Question& question, const Options& options,
                                              const Context& context) {
  if (auto other = about_another_object(answer, question)) return tl::make_unexpected(*other);
  const auto subject = subject_of(observable, question, answer);
  Enrichment out;
  out.warnings = answer.oddities;
  out.update.score = score_of(answer.zone, options);
  if (question.kind == kaspersky::ObjectKind::hash) {
    if (answer.file) add_file(*answer.file, observable, out);
    add_names(answer.file_names, observable, options.rows, out);
  }
  add_labels(answer, options, out);
  add_references(answer, subject, out);

  Drafts drafts(provenance_beside(context.markings));
  add_entities(context.entities, subject, drafts, out);
  add_autonomous_systems(answer, subject, drafts, out.warnings);
  add_host(subject, answer, drafts);
  const auto related = add_related(answer, subject, options, drafts, out.warnings);
  for (auto& note : notes_on(answer, related, subject, options, drafts.provenance())) {
    drafts.add(std::move(note));
  }
  if (options.note_not_found) {
    if (auto note = note_of_known_by_now(subject, drafts.provenance()))
      drafts.add(std::move(*note));
  }
  add_indicator(answer, subject, options, context, drafts, out);
  if (observable.created_by_ref.value_or(author_id()) == author_id()) {
    out.update.created_by_ref = author_id();
  }
  out.objects = drafts.take();
  return finished(std::move(out));
}

}  // namespace enrichment
