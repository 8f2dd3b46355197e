#include "source/http_api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/retry.hpp"
#include "source/verdicts.hpp"
#include "text/json.hpp"

namespace source {
namespace {

void append(std::string& url, const Pairs& query) {
  for (const auto& [name, value] : query) {
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += fmt::format("{}={}", net::percent_encode(name), net::percent_encode(value));
  }
}

/// What the outcome of a request says about address and credentials.
CheckResult::State state_after(Outcome outcome) {
  switch (row_of(outcome).category) {
    case OutcomeCategory::known:
    case OutcomeCategory::unknown:
      return CheckResult::State::ok;
    case OutcomeCategory::limited:
      return CheckResult::State::warning;
    case OutcomeCategory::not_asked:
    case OutcomeCategory::unusable:
    case OutcomeCategory::outage:
      break;
  }
  return CheckResult::State::failed;
}

/// The connector's own shortage, of which the service has no part.
Verdict without_memory(std::string_view name, std::string_view why) {
  auto verdict = unavailable(name, why);
  verdict.deferred = true;
  return verdict;
}

}  // namespace

Verdict found(std::string text, Enrichment enrichment, HttpAnswer answer) {
  return {.outcome = Outcome::found,
          .text = std::move(text),
          .enrichment = std::move(enrichment),
          .answer = std::move(answer.text),
          .memory = std::move(answer.memory)};
}

CheckResult checked(const HttpApi::Answer& answer, std::string fine) {
  const auto state = state_after(answer ? Outcome::found : answer.error().outcome);
  return {state, state == CheckResult::State::ok ? std::move(fine) : answer.error().text};
}

HttpApi::HttpApi(HttpApiOptions options) : options_(std::move(options)), http_(options_.http) {}

HttpApi::Answer HttpApi::get(std::string_view path, const Pairs& query,
                             const net::Deadline& deadline, const Pairs& headers) {
  return ask(make(path, query, headers), deadline);
}

HttpApi::Answer HttpApi::get_when_ready(std::string_view path, const Pairs& query,
                                        const net::Deadline& deadline, const Pairs& headers) {
  constexpr int accepted = 202;
  net::Retry retry(options_.retry, deadline);
  for (bool is_begun = false;; is_begun = true) {
    auto answer = get(path, query, deadline, headers);
    if (answer && answer->status == accepted) {
      if (retry.wait(remaining_pause())) continue;
    } else if (answer || !is_begun || !deadline.passed()) {
      return answer;
    }
    return tl::unexpected(unavailable(options_.name, "the result was not ready in time"));
  }
}

HttpApi::Answer HttpApi::post(std::string_view path, const Pairs& query, const nlohmann::json& body,
                              const net::Deadline& deadline, const Pairs& headers) {
  auto question = make(path, query, headers);
  question.headers.emplace_back("Content-Type", "application/json");
  question.body = text::dump_json(body);
  return ask(std::move(question), deadline);
}

net::HttpRequest HttpApi::make(std::string_view path, const Pairs& query,
                               const Pairs& headers) const {
  auto url = net::join_url(options_.base_url, path);
  append(url, options_.query);
  append(url, query);
  net::HttpRequest out{.url = std::move(url), .headers = {{"Accept", "application/json"}}};
  for (const auto* list : {&options_.headers, &headers}) {
    out.headers.insert(out.headers.end(), list->begin(), list->end());
  }
  out.max_response = options_.memory.longest();
  return out;
}

std::chrono::milliseconds HttpApi::remaining_pause() const {
  const auto left = paused_until_.load() - Time::clock::now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), {});
}

void HttpApi::pause_for(std::chrono::seconds wait) {
  const auto until = Time::clock::now() + wait;
  auto known = paused_until_.load();
  while (known < until && !paused_until_.compare_exchange_weak(known, until)) {
  }
}

HttpApi::Answer HttpApi::ask(net::HttpRequest request, const net::Deadline& deadline) {
  net::Retry retry(options_.retry, deadline);
  // Another call may extend the pause meanwhile.
  for (auto left = remaining_pause(); left.count() > 0; left = remaining_pause()) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
    if (left >= deadline.remaining() || !net::pause(left, deadline.stop())) {
      return tl::unexpected(rate_limited(options_.name, seconds));
    }
  }
  for (int tried = 1;; ++tried) {
    auto last = attempt(request, deadline);
    const bool repeatable = !request.body || last.undone;
    if (last.answer || !last.transient || !repeatable || tried >= options_.tries ||
        !retry.wait(remaining_pause())) {
      return std::move(last.answer);
    }
    request.fresh_connection = true;
  }
}

HttpApi::Attempt HttpApi::attempt(net::HttpRequest request, const net::Deadline& deadline) {
  AnswerMemory::Lease memory;
  request.admit = [&] { return options_.memory.take_largest(memory, deadline); };
  auto response = http_.send(request, deadline.within(options_.timeout));
  if (!response) return without_answer(response.error());
  if (response->status < 200 || response->status > 299) return without_answer(*response);
  return read(std::move(*response), std::move(memory), deadline);
}

HttpApi::Attempt HttpApi::read(net::HttpResponse response, AnswerMemory::Lease memory,
                               const net::Deadline& deadline) const {
  if (!options_.memory.take_for(response.body.size(), memory, deadline)) {
    return {
        tl::unexpected(without_memory(options_.name, "no memory was free in time for the answer"))};
  }
  HttpAnswer answer{.status = response.status, .json = {}, .text = {}, .memory = std::move(memory)};
  if (!response.body.empty()) {
    auto json = text::parse_json(response.body, options_.memory.limits(response.body.size()));
    if (!json) return {tl::unexpected(malformed(options_.name, json.error()))};
    answer.json = std::move(*json);
  }
  answer.text = std::move(response.body);
  return {std::move(answer)};
}

HttpApi::Attempt HttpApi::without_answer(const net::Error& error) const {
  const auto failed = [&](Verdict verdict, bool transient, bool undone = false) {
    return Attempt{tl::unexpected(std::move(verdict)), transient, undone};
  };
  switch (error.kind) {
    case net::ErrorKind::too_large:
      return failed(malformed(options_.name, error.message), false);
    case net::ErrorKind::invalid:
      return failed(rejected(options_.name, error.message), false);
    case net::ErrorKind::no_memory:
      return {tl::unexpected(without_memory(options_.name, error.message))};
    case net::ErrorKind::tls:
    case net::ErrorKind::stopped:
      return failed(unavailable(options_.name, error.message), false);
    case net::ErrorKind::unreachable:
      return failed(unavailable(options_.name, error.message), true, true);
    default:
      return failed(unavailable(options_.name, error.message), true);
  }
}

HttpApi::Attempt HttpApi::without_answer(const net::HttpResponse& response) {
  const int status = response.status;
  if (response.retry_after && (status == 429 || status == 503)) pause_for(*response.retry_after);
  const auto failed = [&](Verdict verdict, bool transient = false) {
    return Attempt{tl::unexpected(std::move(verdict)), transient};
  };
  const auto why = fmt::format("status {}", status);
  if (status == 401 || status == 403) return failed(refused(options_.name, why));
  if (status == 404) return failed(not_found(options_.name));
  if (status == 429) {
    auto limited = failed(rate_limited(options_.name, response.retry_after), true);
    limited.undone = true;
    return limited;
  }
  if (status == 408 || status >= 500) return failed(unavailable(options_.name, why), true);
  if (status >= 300 && status < 400) {
    return failed(rejected(options_.name, why + ", a redirect, which is not followed"));
  }
  return failed(rejected(options_.name, why));
}

}  // namespace source
