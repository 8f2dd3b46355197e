#include "opencti/out/directory_store.hpp"

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
constexpr std::chrono::hours between_looks{1};
constexpr std::chrono::hours longest_writing{24};

net::Error error_now(std::string_view doing, const fs::path& path) {
  const auto reason = std::generic_category().message(errno);
  return {net::ErrorKind::blocked, fmt::format("cannot {} {}: {}", doing, path.string(), reason)};
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

/// Up to the disk.
net::Result<void> write_file(const fs::path& path, std::string_view text) {
  constexpr mode_t owner_and_group = 0640;
  const os::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, owner_and_group));
  if (file.get() < 0 || !write_all(file.get(), text) || ::fsync(file.get()) != 0) {
    return tl::unexpected(error_now("write", path));
  }
  return {};
}

net::Result<void> sync_folder(const fs::path& folder) {
  const os::FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
    return tl::unexpected(error_now("write to", folder));
  }
  return {};
}

}  // namespace

DirectoryStore::DirectoryStore(DirectoryOptions options, telemetry::Log log)
    : options_(std::move(options)), log_(std::move(log)) {
  const auto probe = options_.folder / fmt::format(".{}.probe", options_.prefix);
  const auto written = write_file(probe, "");
  if (!written) throw std::runtime_error(written.error().message);
  ::unlink(probe.c_str());
}

net::Result<void> DirectoryStore::put(const BundleCopy& copy, const net::Deadline&) {
  const std::lock_guard lock(mutex_);
  delete_old();
  const auto path = options_.folder / copy.name;
  auto temporary = path;
  temporary += unfinished;
  if (auto written = write_file(temporary, file_text(copy, "DIRECTORY_BUNDLE")); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return tl::unexpected(error_now("rename", temporary));
  }
  return sync_folder(options_.folder);
}

void DirectoryStore::delete_old() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return;
  next_look_ = now + between_looks;

  std::error_code failed;
  for (fs::directory_iterator entry(options_.folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::error_code ignored;
    if (!fs::is_regular_file(entry->symlink_status(ignored))) continue;
    auto name = entry->path().filename().string();
    // What a crash left behind has no use for anybody.
    const bool half = name.ends_with(unfinished);
    if (half) name.resize(name.size() - unfinished.size());
    if (!is_own_file(options_.prefix, name)) continue;
    if (!half && options_.retention.count() == 0) continue;
    const auto written = fs::last_write_time(entry->path(), ignored);
    const auto age = fs::file_time_type::clock::now() - written;
    if (!ignored && age > (half ? longest_writing : options_.retention)) {
      fs::remove(entry->path(), ignored);
    }
  }
  if (failed) {
    log_.warning("Cannot look for old files",
                 {{"folder", options_.folder.string()}, {"reason", failed.message()}});
  }
}

}  // namespace opencti
