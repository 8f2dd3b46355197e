// Files in memory, for the tests of settings.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "configuration/files.hpp"

namespace configuration {

class FakeFiles final : public Files {
 public:
  FakeFiles() = default;
  FakeFiles(std::initializer_list<std::pair<const std::string, std::string>> files)
      : files_(files) {}

  [[nodiscard]] tl::expected<std::string, std::string> read(const std::string& path,
                                                            std::size_t limit) const override {
    const auto found = files_.find(path);
    if (found == files_.end()) return tl::unexpected(std::string("cannot be read (not there)"));
    if (found->second.size() > limit) return tl::unexpected(std::string("is too long"));
    return found->second;
  }
  [[nodiscard]] bool exists(const std::string& path) const override {
    return files_.contains(path);
  }
  [[nodiscard]] bool is_folder(const std::string& path) const override {
    return path.ends_with('/');
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace configuration
