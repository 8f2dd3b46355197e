#include "storage/database_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include "os/file_descriptor.hpp"

namespace storage {
namespace {

constexpr mode_t for_us_alone = S_IRUSR | S_IWUSR;
constexpr mode_t permissions = 07777;

tl::unexpected<std::string> failure(std::string sentence) {
  return tl::unexpected(std::move(sentence));
}

tl::unexpected<std::string> cannot(const std::string& path, int error) {
  return failure(fmt::format(
      "{} cannot be used ({}): its folder must exist and be writable for the user who runs this",
      path, std::error_code(error, std::generic_category()).message()));
}

tl::expected<std::string, std::string> resolved_folder(const std::string& path,
                                                       const std::string& folder) {
  struct stat about {};
  if (lstat(folder.c_str(), &about) != 0) return cannot(path, errno);
  if (S_ISLNK(about.st_mode) && about.st_uid != 0 && about.st_uid != geteuid()) {
    return failure(
        fmt::format("{} cannot be used: its folder {} is a symbolic link of user {}; "
                    "name the folder itself",
                    path, folder, about.st_uid));
  }
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(folder.c_str(), nullptr),
                                                         &std::free);
  if (!real) return cannot(path, errno);
  return std::string(real.get());
}

/// Checks the open file. @returns what is wrong with it
tl::expected<void, std::string> check(const std::string& path, int file, FileUse use) {
  struct stat about {};
  if (fstat(file, &about) != 0) return cannot(path, errno);
  if (!S_ISREG(about.st_mode)) {
    return failure(fmt::format("{} is not a regular file; name another", path));
  }
  if (use == FileUse::guest) return {};
  if (about.st_uid != geteuid()) {
    return failure(fmt::format(
        "{} belongs to user {}, and this process runs as user {}: change its owner, or delete it",
        path, about.st_uid, geteuid()));
  }
  if ((about.st_mode & permissions) != for_us_alone && fchmod(file, for_us_alone) != 0) {
    return cannot(path, errno);
  }
  return {};
}

}  // namespace

bool is_for_sqlite(std::string_view path) {
  return path.starts_with("file:") || path.starts_with(":");
}

tl::expected<std::string, std::string> prepare_file(const std::string& path, FileUse use) {
  if (is_for_sqlite(path)) {
    return failure(fmt::format(
        "{} is not the path of a file, because it begins with file: or a colon; put ./ before it",
        path));
  }
  const auto parent = std::filesystem::path(path).parent_path().string();
  const auto name = std::filesystem::path(path).filename().string();
  const auto folder = resolved_folder(path, parent.empty() ? "." : parent);
  if (!folder) return tl::unexpected(folder.error());
  auto resolved = (std::filesystem::path(*folder) / name).string();

  // O_NONBLOCK: opening a pipe must not wait.
  int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  if (use == FileUse::own) flags |= O_CREAT;
  const os::FileDescriptor file(::open(resolved.c_str(), flags, for_us_alone));
  if (file.get() < 0 && errno == ELOOP) {
    return failure(fmt::format("{} is a symbolic link; name the file itself", path));
  }
  if (file.get() < 0) return cannot(path, errno);
  if (auto checked = check(path, file.get(), use); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  return resolved;
}

}  // namespace storage
