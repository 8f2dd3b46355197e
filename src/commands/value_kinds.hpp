// What the values of `lookup` can be, as far as a product's source can be asked about it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commands {

class ValueKinds final {
 public:
  /// @param scopes types of observables, as OpenCTI spells them; outlive this
  explicit ValueKinds(std::span<const std::string_view> scopes) : scopes_(scopes) {}

  /// Whether there is a scope for observables of this STIX type; of names either of both will do.
  [[nodiscard]] bool takes(std::string_view stix_type) const;
  /// The STIX type for the name of a host: `domain-name`, or `hostname` where only that is a scope.
  [[nodiscard]] std::string_view type_of_names() const;

  /// `hash, address, domain or URL`
  [[nodiscard]] std::string any_of_them() const;
  /// `hashes, addresses, domains and URLs`
  [[nodiscard]] std::string all_of_them() const;
  /// As help lists them: `MD5, SHA-1, SHA-256, IP address, domain or URL`.
  [[nodiscard]] std::string in_full() const;
  /// One value of each, as it would be typed.
  [[nodiscard]] std::vector<std::string> examples() const;

  /// `IPv4 addresses` for `ipv4-addr`
  [[nodiscard]] static std::string_view plural_of(std::string_view stix_type);

 private:
  [[nodiscard]] bool has(std::string_view scope) const;

  std::span<const std::string_view> scopes_;
};

}  // namespace commands
