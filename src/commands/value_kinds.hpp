// The kinds of values that `lookup` accepts, from the product's scopes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commands {

class ValueKinds final {
 public:
  /// @param scopes types of observables, as OpenCTI spells them; outlive this object
  explicit ValueKinds(std::span<const std::string_view> scopes) : scopes_(scopes) {}

  /// Whether there is a scope for observables of this STIX type; for names either type is enough.
  [[nodiscard]] bool takes(std::string_view stix_type) const;
  /// The STIX type for a host's name: `domain-name`, or `hostname` if only that is a scope.
  [[nodiscard]] std::string_view type_of_names() const;

  /// `hash, address, domain or URL`
  [[nodiscard]] std::string any_of_them() const;
  /// `hashes, addresses, domains and URLs`
  [[nodiscard]] std::string all_of_them() const;
  /// As listed in the help: `MD5, SHA-1, SHA-256, IP address, domain or URL`.
  [[nodiscard]] std::string in_full() const;
  /// One example value per kind.
  [[nodiscard]] std::vector<std::string> examples() const;

  /// `IPv4 addresses` for `ipv4-addr`
  [[nodiscard]] static std::string_view plural_of(std::string_view stix_type);

 private:
  [[nodiscard]] bool has(std::string_view scope) const;

  std::span<const std::string_view> scopes_;
};

}  // namespace commands
