#include "stix/ids.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "stix/canonical_json.hpp"
#include "stix/normalization.hpp"
#include "stix/stored_form.hpp"
#include "stix/tlp.hpp"

namespace stix {
namespace {

using nlohmann::json;

std::string with_type(std::string_view type, const boost::uuids::uuid& uuid) {
  return fmt::format("{}--{}", type, boost::uuids::to_string(uuid));
}

Hashes::const_iterator identifying(const Hashes& hashes) {
  for (const auto* algorithm : {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
    if (const auto hash = hashes.find(algorithm); hash != hashes.end()) return hash;
  }
  return hashes.begin();
}

/// OpenSSL's SHA-1, which uses the processor's instructions for it. The algorithm is fetched once,
/// because fetching is slow.
class Sha1 final {
 public:
  using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

  Digest operator()(const boost::uuids::uuid& space, std::string_view name) {
    Digest digest{};
    const bool done = EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), space.data, space.size()) == 1 &&
                      EVP_DigestUpdate(context_.get(), name.data(), name.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1;
    if (!done) throw std::runtime_error("OpenSSL has no SHA-1, which STIX ids are made with");
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

/// Version 5 of RFC 4122.
boost::uuids::uuid name_based_uuid(const boost::uuids::uuid& space, std::string_view name) {
  thread_local Sha1 sha1;
  const auto digest = sha1(space, name);
  boost::uuids::uuid uuid{};
  std::copy_n(digest.begin(), uuid.size(), uuid.begin());
  uuid.data[6] = static_cast<std::uint8_t>((uuid.data[6] & 0x0F) | 0x50);
  uuid.data[8] = static_cast<std::uint8_t>((uuid.data[8] & 0x3F) | 0x80);
  return uuid;
}

std::string id_of_text(std::string_view type, const std::string& canonical) {
  static const auto stix_namespace =
      boost::uuids::string_generator()("00abedb4-aa42-466c-9c01-fed23315a9b7");
  return with_type(type, name_based_uuid(stix_namespace, canonical));
}

struct Property {
  std::string_view key;
  std::string_view value;
};

/// The same id as from deterministic_id(), without a JSON object of the properties.
/// @param properties in the order of their keys
std::string id_of(std::string_view type, std::initializer_list<Property> properties) {
  std::string canonical;
  char before = '{';
  for (const auto& [key, value] : properties) {
    canonical += before;
    append_canonical(key, canonical);
    canonical += ':';
    append_canonical(trimmed(value), canonical);
    before = ',';
  }
  return id_of_text(type, canonical += '}');
}

}  // namespace

std::string deterministic_id(std::string_view type, const json& contributing) {
  return id_of_text(type, canonical_json(stored_form(contributing)));
}

std::string random_id(std::string_view type) {
  return with_type(type, boost::uuids::random_generator()());
}

std::string identity_id(std::string_view identity_class, std::string_view name) {
  return deterministic_id("identity", json::object({{"identity_class", normalized(identity_class)},
                                                    {"name", normalized(name)}}));
}

std::string location_id(std::string_view name, std::string_view location_type) {
  return deterministic_id("location", json::object({{"name", normalized(name)},
                                                    {"x_opencti_location_type", location_type}}));
}

std::string note_id(std::string_view content, std::optional<std::string_view> created,
                    std::optional<std::string_view> abstract) {
  auto contributing = json::object({{"content", trimmed(content)}});
  if (created) contributing["created"] = *created;
  if (abstract) contributing["attribute_abstract"] = *abstract;
  return deterministic_id("note", contributing);
}

std::string relationship_id(std::string_view relationship_type, std::string_view source_ref,
                            std::string_view target_ref) {
  return id_of("relationship", {{"relationship_type", relationship_type},
                                {"source_ref", source_ref},
                                {"target_ref", target_ref}});
}

std::string marking_definition_id(std::string_view definition_type, std::string_view definition) {
  if (definition_type == "TLP") {
    if (const auto tlp = parse_tlp(definition)) return std::string(marking_id(*tlp));
  }
  return deterministic_id("marking-definition", json::object({{"definition_type", definition_type},
                                                              {"definition", definition}}));
}

std::string label_id(std::string_view value) {
  return deterministic_id("label", json::object({{"value", normalized(value)}}));
}

std::string external_reference_id(std::string_view url) {
  return deterministic_id("external-reference", json::object({{"url", url}}));
}

std::string external_reference_id(std::string_view source_name, std::string_view external_id) {
  return deterministic_id("external-reference", json::object({{"source_name", source_name},
                                                              {"external_id", external_id}}));
}

std::string kill_chain_phase_id(std::string_view kill_chain_name, std::string_view phase_name) {
  return deterministic_id("kill-chain-phase", json::object({{"kill_chain_name", kill_chain_name},
                                                            {"phase_name", phase_name}}));
}

std::string file_id(const Hashes& hashes, std::string_view name) {
  auto contributing = json::object();
  if (const auto hash = identifying(hashes); hash != hashes.end()) {
    contributing["hashes"][hash->first] = hash->second;
  }
  if (!name.empty()) contributing["name"] = name;
  if (contributing.empty()) throw std::invalid_argument("a file needs a hash or a name");
  return deterministic_id("file", contributing);
}

std::string value_id(std::string_view type, std::string_view value) {
  return id_of(type, {{"value", value}});
}

std::string autonomous_system_id(std::uint32_t number) {
  return deterministic_id("autonomous-system", json::object({{"number", number}}));
}

}  // namespace stix
