#include "runtime/import_watch.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "telemetry/thread_failure.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;

/// Works per request; the platform's limit is higher (opencti-graphql: 5,000).
constexpr std::size_t max_at_once = 500;
/// Number of prematurely closed works that are queried one by one. If they agree, the same is
/// assumed for the others.
constexpr std::size_t samples = 2;
constexpr std::size_t max_samples = 20;
/// Maximum number of works per check on which the resending is reported; the log has all.
constexpr int max_reports = 20;
constexpr auto call_timeout = 60s;

constexpr auto closed_text =
    "OpenCTI closed this work before all of its result was imported. The result was sent again.";
constexpr auto late_text =
    "OpenCTI did not import all of this result within a day. The result was sent again.";

enum class ImportState {
  imported,
  under_way,
  /// Closed before everything was imported, or not there.
  cut_short,
};

/// @param announced on the work, for all results together
ImportState import_state_of(const opencti::WorkState& work, std::int64_t announced) {
  const auto processed = work.processed.value_or(0);
  const auto expected = std::max(work.expected.value_or(0), announced);
  if (work.complete) {
    return processed > 0 && processed >= expected ? ImportState::imported : ImportState::cut_short;
  }
  // The platform has no counts for it: it was closed, and then reopened by our own report.
  const bool forgotten = !work.expected && (announced > 0 || work.was_complete);
  return forgotten ? ImportState::cut_short : ImportState::under_way;
}

std::vector<std::string> keys_of(const std::vector<DueResult>& results) {
  std::vector<std::string> keys;
  keys.reserve(results.size());
  for (const auto& result : results) keys.push_back(result.key);
  return keys;
}

std::vector<opencti::WorkId> works_of(const std::vector<DueResult>& results) {
  std::set<opencti::WorkId> works;
  for (const auto& result : results) works.insert(result.work_id);
  return {works.begin(), works.end()};
}

}  // namespace

ImportWatch::ImportWatch(ImportWatchOptions options, opencti::Platform& platform,
                         opencti::Output& output, SentResults& sent, telemetry::Log log)
    : options_(std::move(options)),
      platform_(platform),
      output_(output),
      sent_(sent),
      log_(std::move(log)) {}

ImportWatch::~ImportWatch() { stop(); }

void ImportWatch::start() {
  const std::lock_guard lock(mutex_);
  if (stopped_ || std::exchange(started_, true)) return;
  thread_ = os::Thread(
      {.name = "import watch", .failed = telemetry::report_to(log_, "looking at imports")},
      [this](const std::stop_token& stop) { run(stop); });
}

void ImportWatch::stop() {
  os::Thread thread;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    thread = std::move(thread_);
  }
  // Stops and joins the thread here.
}

void ImportWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool more = check(stop);
    std::unique_lock lock(mutex_);
    if (!more) wake_.wait_for(lock, stop, options_.interval, [] { return false; });
  }
}

bool ImportWatch::may_call(const Due& due) {
  const auto kept = sent_.kept();
  calls_left_ +=
      options_.calls_per_result * static_cast<double>(kept - std::exchange(counted_, kept));
  const auto now = options_.now();
  const bool long_due = std::any_of(due.begin(), due.end(), [&](const auto& result) {
    return now - result.due > options_.longest_delay;
  });
  return calls_left_ >= 1 || long_due;
}

bool ImportWatch::check(const std::stop_token& stop) {
  reports_ = 0;
  const auto due = sent_.due(max_at_once);
  if (due.empty()) return false;
  if (!may_call(due)) {
    sent_.leave(due);
    return false;
  }
  spend();
  const auto works = platform_.read_works(works_of(due), net::Deadline::after(call_timeout, stop));
  if (works) return judge(due, *works, stop) && due.size() == max_at_once;
  const auto& error = works.error();
  if (error.kind == opencti::ErrorKind::stopped || error.temporary()) return false;
  if (error.kind == opencti::ErrorKind::not_permitted) {
    // Imports can no longer be checked.
    std::ignore = send_again(due, {.reason = "the connector's user may no longer see works"}, stop);
    return false;
  }
  log_.line(
      std::exchange(said_unreadable_, true) ? telemetry::Level::debug : telemetry::Level::warning,
      "Cannot check whether results were imported", {{"reason", error.message}});
  std::ignore = wait_for(due, stop);
  return false;
}

bool ImportWatch::overdue(const DueResult& result) const {
  return options_.now() - result.sent > options_.give_up_after;
}

bool ImportWatch::judge(const Due& due, const std::vector<opencti::WorkState>& works,
                        const std::stop_token& stop) {
  std::map<opencti::WorkId, std::int64_t> announced;
  for (const auto& result : due) {
    if (announced.contains(result.work_id)) continue;
    announced[result.work_id] =
        result.announced + sent_.announced_by_others(result.work_id, result.key);
  }
  std::map<opencti::WorkId, ImportState> states;
  for (const auto& work : works) {
    if (announced.contains(work.id)) {
      states[work.id] = import_state_of(work, announced[work.id]);
    }
  }
  Due imported;
  Due waiting;
  Due cut_short;
  Due gone;
  for (const auto& result : due) {
    const auto found = states.find(result.work_id);
    if (found == states.end()) {
      gone.push_back(result);
    } else if (found->second == ImportState::imported) {
      imported.push_back(result);
    } else {
      (found->second == ImportState::cut_short ? cut_short : waiting).push_back(result);
    }
  }
  sent_.forget(keys_of(imported));
  // Deleted works do not show how this platform treats closed works.
  const auto dropped = without_living(cut_short, waiting, stop);
  const auto lost = without_living(gone, waiting, stop);
  const bool closed_sent =
      send_again(dropped,
                 {.reason = "the platform closed its work before everything was imported",
                  .on_work = closed_text},
                 stop);
  const bool gone_sent = send_again(lost, {.reason = "its work no longer exists"}, stop);
  return wait_for(std::move(waiting), stop) && closed_sent && gone_sent;
}

ImportWatch::Due ImportWatch::without_living(const Due& results, Due& living,
                                             const std::stop_token& stop) {
  const auto alive = ask_alive(results, stop);
  Due dead;
  for (std::size_t i = 0; i < results.size(); ++i) {
    (alive[i] ? living : dead).push_back(results[i]);
  }
  return dead;
}

bool ImportWatch::wait_for(Due results, const std::stop_token& stop) {
  const auto given_up = std::stable_partition(results.begin(), results.end(),
                                              [&](const auto& result) { return !overdue(result); });
  const Due late(given_up, results.end());
  results.erase(given_up, results.end());
  postpone(results);
  return send_again(late, {.reason = "it was not imported within a day", .on_work = late_text},
                    stop);
}

std::vector<bool> ImportWatch::ask_alive(const Due& results, const std::stop_token& stop) {
  // Workers are assumed to accept more until the opposite is known.
  std::vector<bool> alive(results.size(), true);
  std::size_t asked = 0;
  std::size_t living = 0;
  const auto enough = [&] { return asked >= samples && (living == 0 || living == asked); };
  for (; asked < results.size() && asked < max_samples && !enough(); ++asked) {
    spend();
    const auto answer =
        platform_.work_alive(results[asked].work_id, net::Deadline::after(call_timeout, stop));
    // If unknown, the result is not sent again now; the next check asks again.
    alive[asked] = !answer || *answer;
    if (!answer && answer.error().kind == opencti::ErrorKind::not_permitted) alive[asked] = false;
    if (alive[asked]) ++living;
  }
  if (asked > 0 && living == 0) std::fill(alive.begin(), alive.end(), false);
  return alive;
}

bool ImportWatch::send_again(const Due& results, const Why& why, const std::stop_token& stop) {
  // If a result cannot be sent, the rest stays due.
  return std::all_of(results.begin(), results.end(), [&](const auto& result) {
    return !stop.stop_requested() && send_again(result, why, stop);
  });
}

bool ImportWatch::send_again(const DueResult& result, const Why& why, const std::stop_token& stop) {
  const auto content = sent_.read(result.key);
  if (!content) return true;
  auto objects = objects_in(content->bundles);
  if (objects.empty()) {
    sent_.forget({result.key});
    return true;
  }
  const auto packed = output_.pack({.objects = std::move(objects),
                                    .work_id = {},
                                    .draft_id = content->draft_id,
                                    .applicant_id = content->applicant_id,
                                    .entity_id = content->entity_id});
  const auto sent = packed.send(net::Deadline::after(call_timeout, stop));
  if (!sent) {
    log_.warning("Cannot send a result again, retrying later", {{"reason", sent.reason}});
    // A rejected result must not block the others.
    if (sent.kind != opencti::SendAnswer::Kind::rejected) return false;
    postpone({result});
    return true;
  }
  // If the process ends before this, the result is sent again: the same objects with the same ids.
  sent_.forget({result.key});
  options_.sent_again.add();
  log_.warning("A result was not imported, so it was sent again",
               {{"reason", why.reason},
                {"work_id", result.work_id.text()},
                {"entity_id", result.entity_id.text()}});
  if (!why.on_work.empty() && ++reports_ <= max_reports) report_on_work(result, why.on_work, stop);
  return true;
}

void ImportWatch::report_on_work(const DueResult& result, std::string_view text,
                                 const std::stop_token& stop) {
  const auto reported = platform_.close_work(result.work_id, std::string(text), false,
                                             net::Deadline::after(call_timeout, stop));
  if (!reported) {
    log_.warning("Cannot report on the work that its result was sent again",
                 {{"reason", reported.error().message}});
  }
}

void ImportWatch::postpone(const Due& results) {
  std::vector<std::pair<std::string, std::chrono::milliseconds>> pauses;
  for (const auto& result : results) {
    auto pause = options_.first_pause;
    for (int i = 0; i < result.checks && pause < options_.longest_pause; ++i) pause *= 2;
    pauses.emplace_back(result.key, std::min(pause, options_.longest_pause));
  }
  sent_.postpone(pauses);
}

}  // namespace runtime
