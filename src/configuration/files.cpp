#include "configuration/files.hpp"

#include <filesystem>
#include <system_error>

#include "os/regular_file.hpp"

namespace configuration {

tl::expected<std::string, std::string> DiskFiles::read(const std::string& path,
                                                       std::size_t limit) const {
  return os::read_regular_file(path, limit);
}

bool DiskFiles::exists(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool DiskFiles::is_folder(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

}  // namespace configuration
