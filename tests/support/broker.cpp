#include "support/broker.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "net/amqp/detail/rabbitmq.hpp"

namespace support {
namespace {

constexpr amqp_channel_t channel = 1;

amqp_bytes_t bytes(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

std::string text(amqp_bytes_t raw) { return {static_cast<const char*>(raw.bytes), raw.len}; }

void check(amqp_rpc_reply_t reply, const char* what) {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
    throw std::runtime_error(fmt::format("{} failed", what));
  }
}

}  // namespace

Broker::Broker() {
  const char* folder = std::getenv("BROKER_DIR");
  if (folder == nullptr) throw std::runtime_error("BROKER_DIR is not set: run through ctest");
  folder_ = folder;
  std::ifstream file(folder_ + "/broker.json");
  const auto description = nlohmann::json::parse(file);
  port_ = description.at("port");
  tls_port_ = description.at("tls_port").is_null()
                  ? std::uint16_t{0}
                  : description.at("tls_port").get<std::uint16_t>();
}

net::AmqpAddress Broker::address() const {
  net::AmqpAddress address;
  address.host = "127.0.0.1";
  address.port = port_;
  address.user = "guest";
  address.password = "guest";
  return address;
}

std::string Broker::tls_file(const std::string& name) const { return folder_ + "/tls/" + name; }

void Broker::start_again_with_limit(std::size_t bytes) const {
  run("start", "", fmt::format("PRIVATE_RABBITMQ_MAX_MESSAGE_SIZE={}", bytes));
}

void Broker::run(const std::string& command, const std::string& argument,
                 const std::string& environment) const {
  const auto line =
      fmt::format("{} '{}/simulators/rabbitmq/private-rabbitmq' {} '{}' {} >/dev/null", environment,
                  SOURCE_DIR, command, folder_, argument);
  if (std::system(line.c_str()) != 0) throw std::runtime_error("private-rabbitmq " + command);
}

void Queue::Deleter::operator()(amqp_connection_state_t_* state) const {
  amqp_destroy_connection(state);
}

Queue::Queue(const Broker& broker, int longest)
    : broker_(broker),
      longest_(longest),
      name_(fmt::format("test-{:08x}", std::random_device()())) {
  declare();
}

Queue::~Queue() {
  try {
    remove();
  } catch (const std::exception&) {
    // A test has broken the broker. Its data folder is deleted anyway.
  }
}

void Queue::connect() {
  if (connection_) return;
  connection_.reset(amqp_new_connection());
  auto* state = connection_.get();
  const auto address = broker_.address();
  if (amqp_socket_open(amqp_tcp_socket_new(state), address.host.c_str(), address.port) != 0) {
    connection_.reset();
    throw std::runtime_error("no connection to the broker");
  }
  check(amqp_login(state, "/", 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN,
                   address.user.c_str(), address.password.c_str()),
        "login");
  amqp_channel_open(state, channel);
  check(amqp_get_rpc_reply(state), "channel.open");
}

void Queue::declare() {
  connect();
  amqp_table_entry_t entries[2]{};
  entries[0].key = amqp_cstring_bytes("x-max-length");
  entries[0].value.kind = AMQP_FIELD_KIND_I32;
  entries[0].value.value.i32 = longest_;
  entries[1].key = amqp_cstring_bytes("x-overflow");
  entries[1].value.kind = AMQP_FIELD_KIND_UTF8;
  entries[1].value.value.bytes = amqp_cstring_bytes("reject-publish");
  const amqp_table_t arguments{longest_ > 0 ? 2 : 0, entries};
  amqp_queue_declare(connection_.get(), channel, bytes(name_), 0, 1, 0, 0, arguments);
  check(amqp_get_rpc_reply(connection_.get()), "queue.declare");
}

void Queue::remove() {
  connect();
  amqp_queue_delete(connection_.get(), channel, bytes(name_), 0, 0);
  check(amqp_get_rpc_reply(connection_.get()), "queue.delete");
}

void Queue::put(std::string_view body) {
  connect();
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = 2;
  if (amqp_basic_publish(connection_.get(), channel, bytes(""), bytes(name_), 0, 0, &properties,
                         bytes(body)) != AMQP_STATUS_OK) {
    throw std::runtime_error("basic.publish failed");
  }
}

std::optional<TakenMessage> Queue::take() {
  connect();
  auto* state = connection_.get();
  amqp_maybe_release_buffers(state);
  const auto reply = amqp_basic_get(state, channel, bytes(name_), 1);
  check(reply, "basic.get");
  if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) return std::nullopt;

  amqp_message_t message;
  check(amqp_read_message(state, channel, &message, 0), "reading a message");
  constexpr amqp_flags_t known = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG;
  const auto& properties = message.properties;
  TakenMessage taken{text(message.body), properties.delivery_mode,
                     text(properties.content_encoding), (properties._flags & ~known) != 0};
  amqp_destroy_message(&message);
  return taken;
}

int Queue::waiting() {
  connect();
  const auto* counts =
      amqp_queue_declare(connection_.get(), channel, bytes(name_), 1, 1, 0, 0, amqp_empty_table);
  check(amqp_get_rpc_reply(connection_.get()), "queue.declare");
  return static_cast<int>(counts->message_count);
}

int Queue::consumers() {
  connect();
  const auto* counts =
      amqp_queue_declare(connection_.get(), channel, bytes(name_), 1, 1, 0, 0, amqp_empty_table);
  check(amqp_get_rpc_reply(connection_.get()), "queue.declare");
  return static_cast<int>(counts->consumer_count);
}

}  // namespace support
