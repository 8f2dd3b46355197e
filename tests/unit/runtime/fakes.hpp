// Fakes of all dependencies of the pipeline. Each records its calls in one Journal, which lets a
// test check the order.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "kaspersky/lookup.hpp"
#include "opencti/client/platform.hpp"
#include "opencti/out/output.hpp"
#include "runtime/job.hpp"
#include "source/source.hpp"
#include "text/json.hpp"

namespace runtime::fakes {

using nlohmann::json;

/// What happened, in order: "publish work_1", "acknowledge 1". Thread-safe.
class Journal {
 public:
  void write(const std::string& entry) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(entry);
    changed_.notify_all();
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
  }
  [[nodiscard]] std::vector<std::string> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  /// The entries that begin with `prefix`.
  [[nodiscard]] std::vector<std::string> entries(const std::string& prefix) const {
    auto all = entries();
    std::erase_if(all, [&](const auto& entry) { return !entry.starts_with(prefix); });
    return all;
  }
  /// Waits up to ten seconds for this entry.
  bool wait_for(const std::string& entry) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] {
      return std::find(entries_.begin(), entries_.end(), entry) != entries_.end();
    });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> entries_;
};

/// The SHA-256 of a file, which ends with this number.
inline std::string sha256_of(int number) {
  auto digits = std::to_string(number);
  return std::string(64 - digits.size(), 'a') + digits;
}
inline json file_object(int number) {
  return {
      {"id", "file--" + std::to_string(number)},
      {"type", "file"},
      {"hashes", {{"SHA-256", sha256_of(number)}}},
      {"extensions",
       {{"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba", {{"type", "StixFile"}}}}}};
}

class FakePlatform : public opencti::Platform {
 public:
  explicit FakePlatform(Journal& journal) : journal_(journal) {}

  opencti::Result<opencti::Entity> read_entity(const opencti::EntityId& entity_id,
                                               const opencti::DraftId&, const opencti::WorkId& work,
                                               const net::Deadline&) override {
    const auto& id = entity_id.text();
    journal_.write("read " + id);
    if (read_error) return tl::unexpected(*read_error);
    opencti::Entity entity;
    entity.standard_id = id;
    entity.entity_type = entity_type;
    entity.markings = markings;
    if (!work.empty()) entity.caused_by = asker;
    entity.creators = creators;
    entity.stix = file_object(std::stoi(id.substr(6)));
    if (score) entity.stix["x_opencti_score"] = *score;
    if (!organisations.empty()) entity.stix["x_opencti_granted_refs"] = organisations;
    return entity;
  }
  opencti::Result<std::vector<stix::PresentObject>> find_objects(
      const std::vector<std::string>& ids, const opencti::DraftId&, const net::Deadline&) override {
    journal_.write("find " + std::to_string(ids.size()));
    if (on_find) on_find();
    if (present_error) return tl::unexpected(*present_error);
    return present;
  }
  opencti::Result<bool> work_alive(const opencti::WorkId& work, const net::Deadline&) override {
    journal_.write("alive " + work.text());
    if (works_error) return tl::unexpected(*works_error);
    return !dead_works.contains(work.text()) &&
           (!dies_when_asked_again || asked_works.insert(work.text()).second);
  }
  opencti::Result<opencti::Work> read_work(const opencti::WorkId& work,
                                           const net::Deadline&) override {
    if (works_error) return tl::unexpected(*works_error);
    return opencti::Work{.reported = reported_works.contains(work.text()),
                         .expected = expected,
                         .processed = processed,
                         .notes = notes};
  }
  opencti::Result<std::vector<opencti::WorkState>> read_works(
      const std::vector<opencti::WorkId>& ids, const net::Deadline&) override {
    std::string all = "look at";
    for (const auto& id : ids) all += " " + id.text();
    journal_.write(all);
    if (works_error) return tl::unexpected(*works_error);
    std::vector<opencti::WorkState> out;
    for (const auto& work : works) {
      if (std::find(ids.begin(), ids.end(), work.id) != ids.end()) out.push_back(work);
    }
    return out;
  }
  opencti::Result<void> open_work(const opencti::WorkId& work, const opencti::WorkOpening& opening,
                                  const net::Deadline&) override {
    journal_.write("open " + work.text() + " " + std::to_string(opening.expectations) +
                   (opening.may_be_open ? " again" : "") +
                   (opening.announced_by_others > 0
                        ? " beside " + std::to_string(opening.announced_by_others)
                        : ""));
    return {};
  }
  opencti::Result<void> begin_work(const opencti::WorkId& work, const std::string&,
                                   const net::Deadline&) override {
    journal_.write("begin " + work.text());
    return {};
  }
  opencti::Result<void> expect_at_most(const opencti::WorkId& work, std::int64_t number,
                                       const net::Deadline&) override {
    journal_.write("expect at most " + work.text() + " " + std::to_string(number));
    return {};
  }
  opencti::Result<void> expect_fewer(const opencti::WorkId& work, std::int64_t number,
                                     const net::Deadline&) override {
    journal_.write("expect fewer " + work.text() + " " + std::to_string(number));
    return {};
  }
  opencti::Result<void> close_work(const opencti::WorkId& work, const std::string& text,
                                   bool in_error, const net::Deadline&) override {
    if (close_bug) throw std::runtime_error("another defect");
    if (close_errors > 0) {
      --close_errors;
      return tl::unexpected(close_error);
    }
    {
      const std::lock_guard lock(kept);
      last_text = text;
    }
    journal_.write("close " + work.text() + (in_error ? " in error" : ""));
    return {};
  }
  opencti::Result<bool> answer_playbook(const opencti::PlaybookStep& step,
                                        const opencti::PlaybookReply& reply,
                                        std::chrono::system_clock::time_point,
                                        const net::Deadline&) override {
    {
      const std::lock_guard lock(kept);
      sent_bundles.emplace_back(reply.changed.value_or(reply.bundle));
    }
    if (refused_answers > 0) {
      --refused_answers;
      if (refusal == opencti::ErrorKind::no_answer) {
        journal_.write("answer in vain " + step.execution_id);
      }
      return opencti::failure(refusal, "no");
    }
    journal_.write("answer " + step.execution_id);
    return !playbook_gone;
  }

  std::optional<opencti::Error> read_error;
  /// Throws an exception instead of reporting the end of a work.
  bool close_bug = false;
  /// The first reports of the end of a work fail, this number of them.
  int close_errors = 0;
  opencti::Error close_error{opencti::ErrorKind::rejected, "no"};
  std::optional<opencti::Error> present_error;
  /// Called when objects are looked up.
  std::function<void()> on_find;
  /// The objects that the platform returns for any ids.
  std::vector<stix::PresentObject> present;
  std::string entity_type = "StixFile";
  /// The organisations that each object is shared with.
  std::vector<std::string> organisations;
  std::vector<opencti::Marking> markings;
  /// The score of every object.
  std::optional<int> score;
  /// The user who caused every work.
  std::string asker = "a-person";
  /// The creators of every object.
  std::vector<std::string> creators;
  /// The error of each query of a work.
  std::optional<opencti::Error> works_error;
  std::set<std::string> dead_works;
  /// work_alive() returns true for the first query of a work, and false for later ones.
  bool dies_when_asked_again = false;
  std::set<std::string> asked_works;
  std::set<std::string> reported_works;
  /// The text of the last report on a work.
  std::string last_text;
  /// The works that a query of many works returns.
  std::vector<opencti::WorkState> works;
  /// The notes that every work has; `expected` is the number of objects that it expects.
  std::vector<std::string> notes;
  std::int64_t expected = 0;
  std::int64_t processed = 0;
  std::vector<std::string> sent_bundles;
  [[nodiscard]] std::string last_bundle_text() const {
    const std::lock_guard lock(kept);
    return sent_bundles.back();
  }
  [[nodiscard]] json last_bundle() const { return json::parse(last_bundle_text()); }
  /// Guards members that several workers write: `last_text` and `sent_bundles`.
  mutable std::mutex kept;
  /// The first answers to playbooks are rejected, this number of them.
  int refused_answers = 0;
  opencti::ErrorKind refusal = opencti::ErrorKind::rejected;
  bool playbook_gone = false;

 private:
  Journal& journal_;
};

class FakeLookup : public kaspersky::Lookup {
 public:
  explicit FakeLookup(Journal& journal) : journal_(journal) {}

  kaspersky::Outcome look_up(const kaspersky::Inquiry& inquiry,
                             const net::Deadline& deadline) override {
    const auto& value = inquiry.value;
    journal_.write("ask " + value.substr(value.find_last_not_of("0123456789") + 1) +
                   (inquiry.fresh ? " anew" : ""));
    if (bug) throw std::runtime_error("a defect");
    if (short_of_memory > 0 && short_of_memory-- > 0) throw std::bad_alloc();
    {
      std::unique_lock lock(mutex_);
      const bool released = released_.wait_until(lock, deadline.stop(), deadline.at(),
                                                 [&] { return !held.contains(value); });
      if (!released) return kaspersky::Unavailable{"no answer in time"};
    }
    const auto other = outcomes.find(value);
    if (other != outcomes.end()) return other->second;
    kaspersky::Answer answer;
    answer.zone = kaspersky::Zone::red;
    return kaspersky::Found{answer};
  }
  void release(const std::string& value) {
    const std::lock_guard lock(mutex_);
    held.erase(value);
    released_.notify_all();
  }

  /// Lookups of these values return only after they are released. Set before any lookup.
  std::set<std::string> held;
  std::map<std::string, kaspersky::Outcome> outcomes;
  /// Throws an exception instead of answering.
  bool bug = false;
  /// The first lookups throw std::bad_alloc, this number of them.
  std::atomic<int> short_of_memory = 0;

 private:
  Journal& journal_;
  std::mutex mutex_;
  std::condition_variable_any released_;
};

/// Returns the same verdict for all values, and records the last request.
class FakeSource : public source::Source {
 public:
  [[nodiscard]] std::string_view name() const override { return "Oracle"; }
  source::Verdict enrich(const source::Request& request, const net::Deadline&) override {
    asked_about = request.observable.id;
    purpose = request.purpose;
    fresh = request.fresh;
    markings = request.markings;
    known_answer = request.answer;
    auto out = verdict;
    if (lease) out.memory = lease();
    return out;
  }

  source::Verdict verdict{.outcome = source::Outcome::found, .text = "The oracle has spoken."};
  std::string asked_about;
  source::Purpose purpose = source::Purpose::automatic;
  bool fresh = false;
  stix::Markings markings;
  std::string known_answer;
  /// Makes the memory of each verdict.
  std::function<std::shared_ptr<const void>()> lease;
};

class FakeOutput : public opencti::Output {
 public:
  explicit FakeOutput(Journal& journal) : journal_(journal) {}

  opencti::Packed pack(const opencti::Parcel& parcel) override {
    return {
        .objects = parcel.objects.size(),
        .expectations = static_cast<std::int64_t>(parcel.objects.size()),
        .announced_by = announced_by,
        .bundles = bundles_of(parcel),
        .delivery = [this, name = parcel.work_id.empty() ? "without work" : parcel.work_id.text()](
                        const auto&, const auto&) { return send(name); }};
  }
  opencti::SendAnswer send(const std::string& name) {
    if (failures > 0) {
      --failures;
      return failure;
    }
    journal_.write("publish " + name);
    return opencti::SendAnswer::done();
  }

  std::vector<std::string> bundles_of(const opencti::Parcel& parcel) const {
    if (!for_workers) return {};
    return {json{{"type", "bundle"}, {"objects", parcel.objects}}.dump()};
  }

  /// If false, the output is not read by workers, as a workbench is not.
  bool for_workers = true;
  opencti::AnnouncedBy announced_by = opencti::AnnouncedBy::connector;
  /// The first sends fail, this number of them.
  int failures = 0;
  opencti::SendAnswer failure = opencti::SendAnswer::register_again("not taken");

 private:
  Journal& journal_;
};

class FakeSettler : public Settler {
 public:
  explicit FakeSettler(Journal& journal) : journal_(journal) {}

  void acknowledge(net::DeliveryTag tag) override {
    journal_.write("acknowledge " + std::to_string(tag.number));
  }
  void reject(net::DeliveryTag tag) override {
    journal_.write("reject " + std::to_string(tag.number));
  }
  void give_back(net::DeliveryTag tag) override {
    journal_.write("give back " + std::to_string(tag.number));
  }
  void hold_back(std::chrono::system_clock::time_point until) override {
    journal_.write("hold back " + std::to_string((until - std::chrono::system_clock::now()) /
                                                 std::chrono::hours(1)));
  }
  void defer(net::DeliveryTag tag) override {
    journal_.write("deferred " + std::to_string(tag.number));
  }
  void postpone(net::DeliveryTag tag) override {
    journal_.write("postpone " + std::to_string(tag.number));
  }
  [[nodiscard]] net::DeliveryState delivery_state(net::DeliveryTag tag) const override {
    if (queue_gone) return net::DeliveryState::gone;
    return still_ours && tag.connection == connection ? net::DeliveryState::held
                                                      : net::DeliveryState::requeued;
  }

  std::atomic<bool> still_ours = true;
  std::atomic<bool> queue_gone = false;
  /// The current connection.
  std::atomic<std::uint64_t> connection = 1;

 private:
  Journal& journal_;
};

}  // namespace runtime::fakes
