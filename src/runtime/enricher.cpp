#include "runtime/enricher.hpp"

#include "opencti/observable.hpp"
#include "runtime/today.hpp"
#include "runtime/wording.hpp"

namespace runtime {
namespace {

using source::Outcome;

/// Enough for a few tries at a busy platform, and not much of what the lookup needs.
constexpr std::chrono::seconds read_timeout{60};
/// For all that an enrichment names together. The lookup is paid for by then: rather without them
/// than not in time.
constexpr std::chrono::seconds present_timeout{30};

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

kaspersky::Purpose purpose_of(opencti::Mode mode) {
  switch (mode) {
    case opencti::Mode::manual:
      return kaspersky::Purpose::manual;
    case opencti::Mode::playbook:
      return kaspersky::Purpose::playbook;
    case opencti::Mode::automatic:
      break;
  }
  return kaspersky::Purpose::automatic;
}

Finding without_news(Outcome outcome, std::string text) {
  Finding finding;
  finding.outcome = outcome;
  finding.text = std::move(text);
  return finding;
}

/// What stands in for a finding about the same object.
Finding instead_of(const Finding& finding, Outcome outcome, std::string text) {
  auto other = without_news(outcome, std::move(text));
  other.entity_type = finding.entity_type;
  other.question = finding.question;
  return other;
}

Finding unreadable(const opencti::Error& error) {
  if (error.kind == opencti::ErrorKind::draft_locked) {
    return without_news(Outcome::draft_gone, draft_gone_text());
  }
  return without_news(Outcome::unreadable,
                      "The object could not be read from the platform: " + error.message + ".");
}

/// A playbook's bundle may hold what earlier steps added, and is what goes back: it comes first.
/// Elsewhere the platform's present state does; the message may be minutes old.
const nlohmann::json& current_form(const opencti::Message& message, const opencti::Entity& entity) {
  if (message.playbook || entity.stix.is_null()) return message.stix_entity;
  return entity.stix;
}

/// Whether the request, an automatic one, is about what this user brought in. Where the platform
/// does not tell who caused the work, that is an object that nobody else has written: else each new
/// object of each result would be looked up, without end. What the user has changed of others'
/// objects passes then; that ends by itself, for the second result changes nothing.
bool came_from(const opencti::Entity& entity, const std::string& user) {
  if (!entity.caused_by.empty()) return entity.caused_by == user;
  return entity.creators.size() == 1 && entity.creators.front() == user;
}

}  // namespace

Enricher::Enricher(EnricherOptions options, opencti::Platform& platform, kaspersky::Lookup& lookup)
    : options_(std::move(options)), platform_(platform), lookup_(lookup), present_(platform) {}

void Enricher::use(const std::string& own_user_id) {
  const std::lock_guard lock(mutex_);
  own_user_ = own_user_id;
}

std::string Enricher::own_user() const {
  const std::lock_guard lock(mutex_);
  return own_user_;
}

void Enricher::use(const opencti::TokenUser& user) {
  sharing_.use(user);
  const std::lock_guard lock(mutex_);
  user_ = user;
}

std::optional<int> Enricher::own_confidence(const std::string& entity_type) const {
  const std::lock_guard lock(mutex_);
  return user_.confidence_for(entity_type);
}

bool Enricher::is_gone(const opencti::Message& message, const net::Deadline& deadline) const {
  const auto again =
      platform_.read_entity(message.entity_id, message.draft_id, {}, deadline.within(read_timeout));
  return !again && again.error().kind == opencti::ErrorKind::draft_locked;
}

opencti::Result<Finding> Enricher::find(const opencti::Message& message, const telemetry::Log& log,
                                        const std::function<bool()>& still_ours,
                                        const net::Deadline& deadline) const {
  if (!message.defect.empty()) {
    return without_news(Outcome::unreadable, "The request cannot be read: " + message.defect + ".");
  }
  if (!message.entity_type.empty() && !in_scope(options_.scope, message.entity_type)) {
    return without_news(Outcome::out_of_scope, out_of_scope_text(message.entity_type));
  }
  if (!options_.drafts && !message.draft_id.empty()) {
    return without_news(Outcome::not_for_drafts, not_for_drafts_text());
  }
  // The platform sends every new observable of our own results back, as an automatic request in
  // the name of our user: to enrich these as well would never end.
  const bool may_be_ours = !options_.enrich_own_results && message.mode == opencti::Mode::automatic;
  const auto own = may_be_ours ? own_user() : std::string();
  const auto entity = read(message, own, deadline);
  if (!entity) {
    const auto& error = entity.error();
    if (error.passing() || error.denied() || error.kind == opencti::ErrorKind::stopped) {
      return tl::unexpected(entity.error());
    }
    return unreadable(entity.error());
  }
  if (!own.empty() && came_from(*entity, own)) {
    auto own_result = without_news(Outcome::own_result, own_result_text());
    own_result.entity_type = entity->entity_type;
    return own_result;
  }
  auto checked = check(message, *entity);
  auto& finding = checked ? *checked : checked.error();
  finding.entity_type = entity->entity_type;
  if (!checked) return std::move(finding);
  if (!still_ours()) {
    return opencti::failure(opencti::ErrorKind::stopped, "the message is not ours any more");
  }
  auto asked = ask(std::move(finding), message, log, deadline);
  // A lookup that a stop cut short is not a result.
  if (deadline.stopped()) return opencti::failure(opencti::ErrorKind::stopped, "shutting down");
  return asked;
}

opencti::Result<opencti::Entity> Enricher::read(const opencti::Message& message,
                                                const std::string& own,
                                                const net::Deadline& deadline) const {
  const telemetry::Stopwatch stopwatch(options_.steps.reading);
  return platform_.read_entity(message.entity_id, message.draft_id,
                               own.empty() ? std::string() : message.work_id,
                               deadline.within(read_timeout));
}

tl::expected<Finding, Finding> Enricher::check(const opencti::Message& message,
                                               const opencti::Entity& entity) const {
  if (!in_scope(options_.scope, entity.entity_type)) {
    return tl::unexpected(
        without_news(Outcome::out_of_scope, out_of_scope_text(entity.entity_type)));
  }
  const auto& form = current_form(message, entity);
  Finding finding;
  finding.observable = opencti::read_observable(form);
  auto marking_refs = opencti::read_observable(message.stix_entity).marking_refs;
  append(marking_refs, finding.observable.marking_refs);
  const auto markings = strictest_markings(entity.markings, marking_refs);
  if (const auto excess = over(options_.limits, markings)) {
    return tl::unexpected(
        without_news(excess->outcome, over_limit_text(excess->marked, excess->limit)));
  }
  if (finding.observable.id.empty() || finding.observable.type.empty()) {
    return tl::unexpected(
        unreadable({opencti::ErrorKind::malformed, "it came without an id or a type"}));
  }
  // The platform may have given the object another id since the message was written.
  if (!message.playbook && !entity.standard_id.empty()) finding.observable.id = entity.standard_id;
  // Which of the two tells of the organisations depends on the rights of who read it.
  finding.granted_refs = opencti::granted_refs(message.stix_entity);
  append(finding.granted_refs, opencti::granted_refs(entity.stix));
  finding.markings = markings;
  return finding;
}

opencti::Result<Finding> Enricher::ask(Finding finding, const opencti::Message& message,
                                       const telemetry::Log& log,
                                       const net::Deadline& deadline) const {
  const auto question =
      enrichment::question_about(finding.observable, options_.enrichment.ask_about_reserved);
  if (!question) {
    return instead_of(finding, Outcome::skipped, not_worth_asking_text(question.error()));
  }
  finding.question = *question;

  const auto outcome = look_up(*question, message.mode, deadline);
  const auto* unavailable = std::get_if<kaspersky::Unavailable>(&outcome);
  if (unavailable != nullptr && unavailable->put_off) {
    return opencti::failure(opencti::ErrorKind::stopped, unavailable->why);
  }
  const auto* found = std::get_if<kaspersky::Found>(&outcome);
  if (std::holds_alternative<kaspersky::NotFound>(outcome) ||
      (found != nullptr && enrichment::tells_nothing(found->answer, *question))) {
    return not_found(std::move(finding), *question);
  }
  if (found == nullptr) {
    auto failed = instead_of(finding, kind_of(outcome), outcome_text(outcome));
    const auto* spent = std::get_if<kaspersky::QuotaSpent>(&outcome);
    if (spent != nullptr && options_.wait_for_quota && message.mode == opencti::Mode::automatic) {
      failed.wait_until = spent->look_again;
    }
    return failed;
  }
  finding.outcome = Outcome::found;
  auto converted = convert(std::move(finding), *found, message.draft_id, log, deadline);
  if (converted.enrichment && !message.draft_id.empty() && is_gone(message, deadline)) {
    return instead_of(converted, Outcome::draft_gone, draft_gone_text());
  }
  if (converted.enrichment && !converted.granted_refs.empty()) sharing_.shared(log);
  return converted;
}

Finding Enricher::convert(Finding finding, const kaspersky::Found& found,
                          const std::string& draft_id, const telemetry::Log& log,
                          const net::Deadline& deadline) const {
  std::vector<std::string> left_out;
  const enrichment::Context context{finding.markings,
                                    enrichment::entities_named(found.answer, left_out), today()};
  auto enrichment = [&] {
    const telemetry::Stopwatch stopwatch(options_.steps.conversion);
    return enrichment::convert(found.answer, finding.observable, *finding.question,
                               options_.enrichment, context);
  }();
  if (!enrichment) {
    const kaspersky::Outcome unusable = kaspersky::Malformed{enrichment.error()};
    return instead_of(finding, Outcome::malformed, outcome_text(unusable));
  }
  append(enrichment->warnings, left_out);
  if (!enrichment->warnings.empty()) {
    log.warning("Parts of Kaspersky's answer were not used", {{"reasons", enrichment->warnings}});
  }
  const auto present = present_.look_up(enrichment::ids_named(*enrichment), draft_id, log,
                                        deadline.within(present_timeout));
  const auto missing =
      enrichment::stand_beside(*enrichment, present, options_.enrichment.score_policy);
  finding.zone = found.answer.zone;
  finding.text = found_text(found.answer, *enrichment) + left_out_text(missing) +
                 confidence_text(enrichment->update, own_confidence(finding.entity_type));
  finding.enrichment = std::move(*enrichment);
  return finding;
}

kaspersky::Outcome Enricher::look_up(const enrichment::Question& question, opencti::Mode mode,
                                     const net::Deadline& deadline) const {
  const telemetry::Stopwatch stopwatch(options_.steps.lookup);
  const auto purpose = purpose_of(mode);
  return lookup_.look_up(
      {.kind = question.kind,
       .value = question.value,
       .purpose = purpose,
       .fresh = options_.fresh_for_manual && purpose == kaspersky::Purpose::manual},
      deadline);
}

Finding Enricher::not_found(Finding finding, const enrichment::Question& question) const {
  finding.outcome = Outcome::not_found;
  finding.text = outcome_text(kaspersky::NotFound{});
  if (options_.enrichment.note_not_found) {
    finding.text = noted_as_unknown_text();
    finding.enrichment =
        enrichment::nothing_known(finding.observable, question, {finding.markings, {}, {}});
  }
  return finding;
}

}  // namespace runtime
