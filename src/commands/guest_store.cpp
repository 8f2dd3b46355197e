#include "commands/guest_store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "app/options.hpp"
#include "text/number.hpp"

namespace commands {
namespace {

/// The file's folder, whose owner decides if the file does not exist yet.
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
  log.warning(
      "Continuing without the cache: answers are not cached, and requests are not counted in it",
      {{"reason", reason}});
}

}  // namespace

GuestStore open_store(const source::Product& product, const settings::Settings& settings,
                      Creation creation, const telemetry::Log& log) {
  auto options = app::store_options(product, settings);
  auto counted = GuestStore::Counted::nowhere;
  if (!options.path.empty()) {
    options.only_existing = creation == Creation::never || !is_ours(options.path);
    std::error_code ignored;
    if (options.only_existing && !std::filesystem::exists(options.path, ignored)) {
      say_without(
          log, fmt::format(
                   "{} does not exist; the connector creates it, because its user owns the folder",
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

std::string requests_left_text(const std::optional<source::RequestsToday>& today,
                               GuestStore::Counted counted) {
  if (!today) return "";
  if (const auto& limit = today->limit) {
    return fmt::format("{} of {} requests left today", text::grouped(limit->left),
                       text::grouped(limit->allowed));
  }
  switch (counted) {
    case GuestStore::Counted::here:
      return "the quota is unknown";
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
