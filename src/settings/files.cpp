#include "settings/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace settings {
namespace {

tl::unexpected<std::string> failure(std::string why) { return tl::unexpected(std::move(why)); }

}  // namespace

tl::expected<std::string, std::string> DiskFiles::read(const std::string& path,
                                                       std::size_t limit) const {
  if (is_folder(path)) return failure("is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const auto why = std::error_code(errno, std::generic_category()).message();
    return failure(fmt::format("cannot be read ({})", why));
  }
  std::string text(limit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return failure("cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limit) return failure(fmt::format("is longer than {} bytes", limit));
  return text;
}

bool DiskFiles::exists(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool DiskFiles::is_folder(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

}  // namespace settings
