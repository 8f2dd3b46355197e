#include "opencti/out/directory_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

#include "os/file_descriptor.hpp"

namespace opencti {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished = ".tmp";
constexpr std::chrono::hours longest_writing{24};

/// The reason of a failure, in one line; nothing on success.
using Trouble = std::optional<std::string>;

Trouble trouble_now(std::string_view doing, const fs::path& path) {
  const auto reason = std::generic_category().message(errno);
  return fmt::format("cannot {} {}: {}", doing, path.string(), reason);
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Writes and syncs to the disk.
Trouble write_file(const fs::path& path, std::string_view text) {
  constexpr mode_t owner_and_group = 0640;
  const os::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, owner_and_group));
  if (file.get() < 0 || !write_all(file.get(), text) || ::fsync(file.get()) != 0) {
    return trouble_now("write", path);
  }
  return std::nullopt;
}

Trouble sync_folder(const fs::path& folder) {
  const os::FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
    return trouble_now("write to", folder);
  }
  return std::nullopt;
}

}  // namespace

std::vector<configuration::Row> rows(DirectoryOptions& options, std::string_view program) {
  using namespace configuration;
  return {
      {
          .name = "CONNECTOR_SEND_TO_DIRECTORY",
          .title = "Send to a folder",
          .kind = boolean(into(options.wanted)),
          .default_value = "false",
          .description = "Whether each result is also written to a file. Results for a draft are "
                         "not.",
      },
      {
          .name = "CONNECTOR_SEND_TO_DIRECTORY_PATH",
          .title = "Folder",
          .kind = folder(into(options.folder)),
          .sample = fmt::format("/var/lib/{}/results", program),
          .description = "Folder for the files of CONNECTOR_SEND_TO_DIRECTORY.",
      },
      {
          .name = "CONNECTOR_SEND_TO_DIRECTORY_RETENTION",
          .title = "Retention in the folder",
          .kind = retention_days(options.retention),
          .default_value = "7",
          .description = "Days after which the connector's files are deleted; 0 keeps them.",
      },
  };
}

std::vector<std::string> problems(const DirectoryOptions& options) {
  if (!options.wanted || !options.folder.empty()) return {};
  return {"CONNECTOR_SEND_TO_DIRECTORY needs CONNECTOR_SEND_TO_DIRECTORY_PATH"};
}

std::unique_ptr<Output> make(const DirectoryOptions& options, const OutputServices& services) {
  return std::make_unique<DirectoryOutput>(options, services);
}

DirectoryOutput::DirectoryOutput(DirectoryOptions options, const OutputServices& services)
    : options_(std::move(options)),
      files_(services.identity, "DIRECTORY_BUNDLE"),
      log_(services.log) {
  const auto probe = options_.folder / fmt::format(".{}.probe", files_.prefix());
  if (const auto trouble = write_file(probe, "")) throw std::runtime_error(*trouble);
  ::unlink(probe.c_str());
}

Packed DirectoryOutput::pack(const Parcel& parcel) {
  return {.objects = parcel.objects.size(),
          .delivery = [this, file = files_.file_of(parcel)](const Packed&, const net::Deadline&) {
            const auto trouble = write(file);
            return trouble ? SendAnswer::retry(*trouble) : SendAnswer::done();
          }};
}

std::optional<std::string> DirectoryOutput::write(const BundleFile& file) {
  const std::lock_guard lock(mutex_);
  delete_old();
  const auto path = options_.folder / file.name;
  auto temporary = path;
  temporary += unfinished;
  if (auto trouble = write_file(temporary, file.text)) {
    ::unlink(temporary.c_str());
    return trouble;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return trouble_now("rename", temporary);
  return sync_folder(options_.folder);
}

void DirectoryOutput::delete_old() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_cleanup_) return;
  next_cleanup_ = now + cleanup_interval;

  std::error_code failed;
  for (fs::directory_iterator entry(options_.folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::error_code ignored;
    if (!fs::is_regular_file(entry->symlink_status(ignored))) continue;
    auto name = entry->path().filename().string();
    // An unfinished file of a crashed process is useless.
    const bool half = name.ends_with(unfinished);
    if (half) name.resize(name.size() - unfinished.size());
    if (!is_own_file(files_.prefix(), name)) continue;
    if (!half && options_.retention.count() == 0) continue;
    const auto written = fs::last_write_time(entry->path(), ignored);
    const auto age = fs::file_time_type::clock::now() - written;
    if (!ignored && age > (half ? longest_writing : options_.retention)) {
      fs::remove(entry->path(), ignored);
    }
  }
  if (failed) {
    log_.warning("Cannot search for old files",
                 {{"folder", options_.folder.string()}, {"reason", failed.message()}});
  }
}

}  // namespace opencti
