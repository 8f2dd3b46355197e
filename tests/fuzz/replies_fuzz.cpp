// Any bytes as the platform's replies. The first byte chooses the operation, the second the HTTP
// status. The rest is the bodies of successive replies, separated by 0x1e, which JSON cannot
// contain; a body that is the single byte 0x1d stands for one that is too long. Each call returns a
// result, or an error of one line. Only the platform's own responses decide an outcome. A reply
// needs no more memory than its length and its values allow.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/heap.hpp"
#include "fuzz/require.hpp"
#include "opencti/client/graphql.hpp"
#include "opencti/client/limits.hpp"
#include "opencti/client/platform.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/client/rights.hpp"
#include "opencti/client/version.hpp"
#include "opencti/out/draft_output.hpp"
#include "opencti/out/push_output.hpp"
#include "opencti/out/workbench_output.hpp"
#include "telemetry/log.hpp"
#include "text/json.hpp"

namespace {

using fuzz::require;
using opencti::ErrorKind;

constexpr char separator = '\x1e';
constexpr std::string_view too_long = "\x1d";
constexpr std::array statuses{200, 400, 403, 413, 500, 502, 204, 302};

/// Replaces the connection to the platform.
class Replies final {
 public:
  void begin(int status, std::string_view bodies) {
    status_ = status;
    rest_ = bodies;
    over_ = false;
    bytes_ = 0;
  }

  [[nodiscard]] net::Result<net::HttpResponse> next() {
    if (over_) return net::failure(net::ErrorKind::stopped, "no more replies");
    const auto end = std::min(rest_.find(separator), rest_.size());
    std::string body(rest_.substr(0, end));
    over_ = end == rest_.size();
    rest_.remove_prefix(over_ ? end : end + 1);
    if (body == too_long) return net::failure(net::ErrorKind::too_large, "too long");
    bytes_ = std::max(bytes_, body.size());
    return net::HttpResponse{.status = status_, .body = std::move(body)};
  }

  /// The size of the longest reply that was returned.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  int status_ = 0;
  std::string_view rest_;
  bool over_ = false;
  std::size_t bytes_ = 0;
};

Replies replies;

const opencti::GraphqlClient& client() {
  static const opencti::GraphqlClient made(
      {.url = "http://opencti",
       .token = "token",
       .backoff = {.first = std::chrono::milliseconds(0), .longest = std::chrono::milliseconds(0)},
       .exchange = [](const auto&, const auto&) { return replies.next(); }});
  return made;
}

/// A deadline in the past with a requested stop, so that nothing waits.
net::Deadline at_once() {
  static std::stop_source source;
  source.request_stop();
  return net::Deadline::after(std::chrono::milliseconds(0), source.get_token());
}

void check(const opencti::Error& error) {
  require(fuzz::is_line(error.message) || !error.no_response());
  require(!error.message.empty() && error.message.size() < 2'000);
}

template <class T>
bool came(const opencti::Result<T>& result) {
  if (!result) check(result.error());
  return result.has_value();
}

/// The platform's own errors contain one of these texts.
bool can_hold_a_refusal(std::string_view bodies) {
  return bodies.find("error") != std::string_view::npos || bodies.find('\\') != std::string::npos;
}

template <class T>
void settled_by_the_platform(const opencti::Result<T>& result, std::string_view bodies) {
  if (came(result) || can_hold_a_refusal(bodies)) return;
  const auto kind = result.error().kind;
  require(result.error().no_response() || kind == ErrorKind::malformed ||
          kind == ErrorKind::no_entity || kind == ErrorKind::invalid);
}

void check(const opencti::Registration& registration) {
  require(!registration.listen_queue.empty() && !registration.push_exchange.empty());
  require(registration.broker.port != 0);
  static_cast<void>(opencti::imports_whole_bundles(registration.platform_version));
  static_cast<void>(opencti::drops_overtaken_works(registration.platform_version));
}

const opencti::WorkId work("work_1");

opencti::Parcel some_parcel() {
  return {.objects = {{{"id", "note--1"}, {"type", "note"}}},
          .work_id = work,
          .draft_id = {},
          .applicant_id = {},
          .entity_id = opencti::EntityId("file--1")};
}

const opencti::PlaybookStep step{"e", "x", "p", "d", "s", "r"};

using Platform = opencti::GraphqlPlatform;
/// Calls an operation, and checks its result.
using Question = void (*)(Platform& platform, std::string_view bodies);

template <class T>
void output_sends(T&& output, std::string_view bodies) {
  const auto sent = output.pack(some_parcel()).send(at_once());
  require(sent || !sent.reason.empty());
  require(sent.kind != opencti::SendAnswer::Kind::rejected || can_hold_a_refusal(bodies));
}

// Seeds depend on this order.
constexpr Question questions[] = {
    [](Platform& platform, std::string_view bodies) {
      const auto entity = platform.read_entity(opencti::EntityId("file--1"), {}, {}, at_once());
      settled_by_the_platform(entity, bodies);
      if (entity) require(entity->stix.is_null() || entity->stix.is_object());
    },
    [](Platform& platform, std::string_view) {
      came(platform.read_entity(opencti::EntityId("file--1"), opencti::DraftId("draft"), work,
                                at_once()));
    },
    [](Platform& platform, std::string_view bodies) {
      const auto found = platform.find_objects({"file--1", "file--2"}, {}, at_once());
      settled_by_the_platform(found, bodies);
      if (!found) return;
      for (const auto& object : *found) {
        require(!object.standard_id.empty() && object.names.size() <= 101);
      }
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.work_alive(work, at_once()), bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.read_work(work, at_once()), bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.read_works({work, opencti::WorkId("work_2")}, at_once()),
                              bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(
          platform.open_work(
              work, {.expectations = 3, .may_be_open = true, .announced_by_others = 1}, at_once()),
          bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.begin_work(work, "text", at_once()), bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.expect_at_most(work, 1, at_once()), bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.expect_fewer(work, 1, at_once()), bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(platform.close_work(work, "text", false, at_once()), bodies);
    },
    [](Platform& platform, std::string_view bodies) {
      settled_by_the_platform(
          platform.answer_playbook(step, {.bundle = R"({"objects":[]})"},
                                   std::chrono::system_clock::time_point(), at_once()),
          bodies);
    },
    [](Platform&, std::string_view) {
      const auto made = opencti::register_connector(
          client(), {.id = "c", .name = "n", .scope = {"Url"}, .callback_url = "http://c"}, true,
          at_once());
      if (came(made)) check(*made);
    },
    [](Platform&, std::string_view) {
      const auto read = opencti::read_registered(client(), "c", at_once());
      if (came(read) && *read) check(**read);
    },
    [](Platform&, std::string_view bodies) {
      settled_by_the_platform(opencti::ping_connector(client(), "c", at_once()), bodies);
    },
    [](Platform&, std::string_view) {
      const auto version = opencti::read_version(client(), at_once());
      if (came(version)) static_cast<void>(opencti::parse_version(*version));
    },
    [](Platform&, std::string_view) {
      const auto user = opencti::read_own_user(client(), at_once());
      if (!came(user)) return;
      static_cast<void>(user->max_tlp());
      static_cast<void>(user->lacking({opencti::needed::works, opencti::needed::import}));
      const auto confidence = user->confidence_for("Url");
      require(!confidence || (*confidence >= 0 && *confidence <= 100));
    },
    [](Platform&, std::string_view bodies) {
      output_sends(opencti::PushOutput(client(), "c", opencti::BundleMode::automatic), bodies);
    },
    [](Platform&, std::string_view bodies) {
      output_sends(opencti::WorkbenchOutput(client()), bodies);
    },
    [](Platform&, std::string_view bodies) {
      opencti::PushOutput next(client(), "c", opencti::BundleMode::split);
      output_sends(opencti::DraftOutput("n", client(), next), bodies);
    },
    [](Platform&, std::string_view) { came(opencti::has_drafts(client(), at_once())); },
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const telemetry::Log log(
      {.level = telemetry::Level::debug, .name = "fuzz", .write = [](std::string_view line) {
         require(line.find('\n') == line.size() - 1);
       }});
  const std::string_view bodies(reinterpret_cast<const char*>(data) + 2, size - 2);
  replies.begin(statuses[data[1] % statuses.size()], bodies);
  static_cast<void>(client());
  Platform platform(client(), log);
  const fuzz::HeapPeak peak;
  questions[data[0] % std::size(questions)](platform, bodies);
  require(peak.bytes() <= opencti::cost_of_answer(replies.bytes()));
  return 0;
}
