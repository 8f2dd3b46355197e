#include "runtime/enricher.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opencti/in/bundle_text.hpp"
#include "opencti/in/observable.hpp"
#include "runtime/wording.hpp"
#include "source/value_to_look_up.hpp"

namespace runtime {
namespace {

using source::Outcome;

/// Enough for some retries at a busy platform, and short compared to the time of a lookup.
constexpr std::chrono::seconds read_timeout{60};
/// For all objects of an enrichment together. The lookup is already paid for, so the result is sent
/// without them rather than too late.
constexpr std::chrono::seconds present_timeout{30};
/// Enough for others to prepare their results at a platform that works.
constexpr std::chrono::seconds short_wait{2};

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

source::Purpose purpose_of(opencti::Mode mode) {
  switch (mode) {
    case opencti::Mode::manual:
      return source::Purpose::manual;
    case opencti::Mode::playbook:
      return source::Purpose::playbook;
    case opencti::Mode::automatic:
      break;
  }
  return source::Purpose::automatic;
}

EnrichmentResult without_news(Outcome outcome, std::string text) {
  EnrichmentResult result;
  result.outcome = outcome;
  result.text = std::move(text);
  return result;
}

EnrichmentResult gone_with_its_draft(const EnrichmentResult& result) {
  auto gone = without_news(Outcome::draft_gone, draft_gone_text());
  gone.entity_type = result.entity_type;
  gone.queried = result.queried;
  return gone;
}

EnrichmentResult unreadable(const opencti::Error& error) {
  if (error.kind == opencti::ErrorKind::draft_locked) {
    return without_news(Outcome::draft_gone, draft_gone_text());
  }
  return without_news(Outcome::unreadable,
                      "The object could not be read from the platform: " + error.message + ".");
}

/// In a playbook the object in the message is used, because earlier steps may have changed it, and
/// it is returned. Otherwise the platform's current object is used, because the message may be
/// minutes old.
const nlohmann::json& current_form(const opencti::Message& message, const opencti::Entity& entity) {
  if (message.playbook || entity.stix.is_null()) return message.stix_entity;
  return entity.stix;
}

/// Whether an automatic request was caused by this user. If the platform does not report who caused
/// the work: whether only this user has written the object. Otherwise each new object of each
/// result would cause a lookup, without end. Requests for other users' objects that this user has
/// changed are then enriched; that ends, because a second result changes nothing.
bool came_from(const opencti::Entity& entity, const std::string& user) {
  if (!entity.caused_by.empty()) return entity.caused_by == user;
  return entity.creators.size() == 1 && entity.creators.front() == user;
}

}  // namespace

Enricher::Enricher(EnricherOptions options, opencti::Platform& platform, source::Source& source)
    : options_(std::move(options)), platform_(platform), source_(source), present_(platform) {}

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

opencti::Result<EnrichmentResult> Enricher::find(const opencti::Message& message,
                                                 const telemetry::Log& log, const Asking& asking,
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
  // The platform sends every new observable of the connector's results as an automatic request in
  // the name of its own user: enriching these too would never end.
  const bool may_be_ours = !options_.enrich_own_results && message.mode == opencti::Mode::automatic;
  const auto own = may_be_ours ? own_user() : std::string();
  const auto entity = read(message, own, deadline);
  if (!entity) {
    const auto& error = entity.error();
    if (error.temporary() || error.denied() || error.kind == opencti::ErrorKind::stopped) {
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
  auto& result = checked ? *checked : checked.error();
  result.entity_type = entity->entity_type;
  if (!checked) return std::move(result);
  if (message.playbook && !result.granted_refs.empty() && opencti::is_bundle(message.bundle)) {
    const auto shared = opencti::shared_size(message.bundle, result.granted_refs, deadline.stop());
    if (deadline.stopped()) {
      return opencti::failure(opencti::ErrorKind::stopped, "shutting down");
    }
    if (!shared) {
      auto too_large = without_news(Outcome::too_large, too_large_to_share_text());
      too_large.entity_type = entity->entity_type;
      return too_large;
    }
    result.growth = opencti::cost_of_growth(message.bundle.size(), *shared);
  }
  if (!asking.still_ours()) {
    return opencti::failure(opencti::ErrorKind::stopped, "the broker has taken the message back");
  }
  auto asked = ask(std::move(result), message, log, asking, deadline);
  // A lookup that a stop ended has no result.
  if (deadline.stopped()) return opencti::failure(opencti::ErrorKind::stopped, "shutting down");
  return asked;
}

opencti::Result<opencti::Entity> Enricher::read(const opencti::Message& message,
                                                const std::string& own,
                                                const net::Deadline& deadline) const {
  const telemetry::Stopwatch stopwatch(options_.steps.reading);
  return platform_.read_entity(message.entity_id, message.draft_id,
                               own.empty() ? opencti::WorkId() : message.work_id,
                               deadline.within(read_timeout));
}

tl::expected<EnrichmentResult, EnrichmentResult> Enricher::check(
    const opencti::Message& message, const opencti::Entity& entity) const {
  if (!in_scope(options_.scope, entity.entity_type)) {
    return tl::unexpected(
        without_news(Outcome::out_of_scope, out_of_scope_text(entity.entity_type)));
  }
  const auto& form = current_form(message, entity);
  EnrichmentResult result;
  result.observable = opencti::read_observable(form);
  auto marking_refs = opencti::read_observable(message.stix_entity).marking_refs;
  append(marking_refs, result.observable.marking_refs);
  const auto markings = strictest_markings(entity.markings, marking_refs);
  if (const auto excess = exceeded_limit(options_.limits, markings)) {
    return tl::unexpected(without_news(
        excess->outcome, over_limit_text(excess->marked, excess->limit, source_.name())));
  }
  if (result.observable.id.empty() || result.observable.type.empty()) {
    return tl::unexpected(
        unreadable({opencti::ErrorKind::malformed, "it came without an id or a type"}));
  }
  // The platform may have changed the object's id since the message was written.
  if (!message.playbook && !entity.standard_id.empty()) result.observable.id = entity.standard_id;
  // Either form may have the organisations, depending on the rights of the user who read it.
  auto organisations = opencti::granted_refs(message.stix_entity);
  append(organisations, opencti::granted_refs(entity.stix));
  std::sort(organisations.begin(), organisations.end());
  organisations.erase(std::unique(organisations.begin(), organisations.end()), organisations.end());
  result.organisations = organisations.size();
  organisations.resize(std::min(organisations.size(), opencti::max_organisations));
  result.granted_refs = std::move(organisations);
  result.markings = markings;
  return result;
}

opencti::Result<EnrichmentResult> Enricher::ask(EnrichmentResult result,
                                                const opencti::Message& message,
                                                const telemetry::Log& log, const Asking& asking,
                                                const net::Deadline& deadline) const {
  const auto purpose = purpose_of(message.mode);
  auto verdict = source_.enrich(
      {.observable = result.observable,
       .markings = result.markings,
       .purpose = purpose,
       .fresh = options_.fresh_for_manual && purpose == source::Purpose::manual && !asking.again,
       .answer = asking.answer},
      deadline);
  if (verdict.deferred) return opencti::failure(opencti::ErrorKind::stopped, verdict.text);
  result.outcome = verdict.outcome;
  result.text = std::move(verdict.text);
  result.queried = std::move(verdict.queried);
  if (!result.queried && source::row_of(verdict.outcome).from_source) {
    result.queried = source::queried_value(result.observable);
  }
  result.rating = std::move(verdict.rating);
  if (options_.wait_for_quota && purpose == source::Purpose::automatic) {
    result.wait_until = verdict.retry_at;
  }
  if (!verdict.enrichment) return result;
  if (!keep(result, verdict, asking, deadline)) return result;
  fit(result, message.draft_id, log, deadline);
  if (!message.draft_id.empty() && is_gone(message, deadline)) return gone_with_its_draft(result);
  if (!result.granted_refs.empty()) sharing_.shared(log);
  if (result.organisations > result.granted_refs.size()) {
    log.warning(
        "The result is shared with some of the object's organisations only",
        {{"organisations", result.organisations}, {"shared_with", result.granted_refs.size()}});
  }
  return result;
}

bool Enricher::keep(EnrichmentResult& result, source::Verdict& verdict, const Asking& asking,
                    const net::Deadline& deadline) const {
  result.enrichment = std::move(*verdict.enrichment);
  if (options_.memory == nullptr) return true;
  result.answer = std::move(verdict.answer);
  const auto size = size_of(*result.enrichment);
  if (asking.parks) result.room = options_.memory->try_park(size.parked());
  if (!asking.parks || result.room) {
    result.memory = options_.memory->hold(size.in_hand() + result.growth + result.answer.size(),
                                          asking.parks ? deadline.within(short_wait) : deadline);
  }
  result.dropped = result.memory == nullptr;
  if (result.dropped) {
    result.enrichment.reset();
    result.room.reset();
  }
  // Not held while the platform is asked: the next answer may need it.
  verdict.memory.reset();
  return !result.dropped;
}

void Enricher::fit(EnrichmentResult& result, const opencti::DraftId& draft_id,
                   const telemetry::Log& log, const net::Deadline& deadline) const {
  auto& enrichment = *result.enrichment;
  if (!enrichment.warnings.empty()) {
    log.warning(fmt::format("Parts of {}'s answer were not used", source_.name()),
                {{"reasons", enrichment.warnings}});
  }
  if (auto& score = enrichment.update.score) {
    score = source::chosen_score(*score, result.observable.score, options_.score_policy);
  }
  const auto present = present_.look_up(source::ids_to_query(enrichment), draft_id, log,
                                        deadline.within(present_timeout));
  const auto missing = source::fit_to_platform(enrichment, present, options_.score_policy);
  result.text += sent_text(enrichment, source_.name()) + left_out_text(missing) +
                 shared_in_part_text(result.granted_refs.size(), result.organisations) +
                 confidence_text(enrichment.update, own_confidence(result.entity_type));
}

}  // namespace runtime
