// What the tests of settings share: files in memory, and the least that a connector needs.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "settings/load.hpp"

namespace settings {

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

/// The required settings, with those given added or changed.
inline Environment with(const Environment& more = {}) {
  Environment environment = more;
  environment.emplace("OPENCTI_URL", "http://opencti:8080");
  environment.emplace("OPENCTI_TOKEN", "platform-token");
  environment.emplace("KASPERSKY_API_KEY", "api-key-value");
  environment.emplace("CONNECTOR_ID", "6ba1b2f4-5f4e-4a40-a18c-2d6f7b0f0d61");
  return environment;
}

}  // namespace settings
