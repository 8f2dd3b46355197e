#include "commands/guest_store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "app/options.hpp"
#include "commands/terminal.hpp"
#include "kaspersky/request_ledger.hpp"

namespace commands {
namespace {

/// The folder that decides who owns a file that is not there yet.
std::filesystem::path folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

bool is_ours(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 && stat(folder_of(path).c_str(), &about) != 0) return false;
  return about.st_uid == geteuid();
}

void say_without(const telemetry::Log& log, const std::string& reason) {
  log.warning("Going on without the cache: answers are not remembered, requests not counted in it",
              {{"reason", reason}});
}

}  // namespace

GuestStore open_store(const settings::Settings& settings, Creation creation,
                      const telemetry::Log& log) {
  auto options = app::store_options(settings);
  auto counted = GuestStore::Counted::nowhere;
  if (!options.path.empty()) {
    options.only_existing = creation == Creation::never || !is_ours(options.path);
    std::error_code ignored;
    if (options.only_existing && !std::filesystem::exists(options.path, ignored)) {
      say_without(log, fmt::format("{} does not exist, and is left for the connector to create, "
                                   "whose user owns its folder",
                                   options.path));
    } else {
      try {
        return {std::make_unique<storage::Database>(options, log), GuestStore::Counted::here};
      } catch (const storage::InUse& used) {
        counted = GuestStore::Counted::by_connector;
        say_without(log, used.what());
      } catch (const std::runtime_error& unusable) {
        say_without(log, unusable.what());
      }
    }
    options.path.clear();
    options.only_existing = false;
  }
  return {std::make_unique<storage::Database>(std::move(options), log), counted};
}

std::optional<RequestsLeft> requests_left(const settings::Settings& settings,
                                          const GuestStore& store) {
  kaspersky::RequestLedger ledger(*store.database, silence());
  const auto today =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch();
  ledger.begin(today.count());
  const auto figures = ledger.figures(today.count());
  std::optional<RequestsLeft> least;
  const auto limit = [&](std::int64_t quota, std::int64_t used) {
    const auto left = std::max<std::int64_t>(quota - used, 0);
    if (!least || left < least->left) least = {left, quota};
  };
  if (settings.lookups.daily_quota && store.counted == GuestStore::Counted::here) {
    limit(*settings.lookups.daily_quota, figures.ours);
  }
  if (figures.quota) limit(*figures.quota, figures.all);
  return least;
}

std::string requests_left_text(const std::optional<RequestsLeft>& left,
                               GuestStore::Counted counted) {
  if (left) {
    return fmt::format("{} of {} requests left today", grouped(left->left), grouped(left->limit));
  }
  switch (counted) {
    case GuestStore::Counted::here:
      return "no limit of requests is known";
    case GuestStore::Counted::by_connector:
      return "the running connector counts today's requests";
    case GuestStore::Counted::nowhere:
      break;
  }
  return "";
}

telemetry::Log silence() {
  return telemetry::Log(
      {.level = telemetry::Level::error, .name = {}, .json = false, .write = [](std::string_view) {
       }});
}

}  // namespace commands
