#include "net/try_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace net {

std::error_code try_port(const std::string& address, std::uint16_t port) {
  using boost::asio::ip::tcp;
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address, error);
  if (error) return std::make_error_code(std::errc::invalid_argument);
  boost::asio::io_context io;
  tcp::acceptor acceptor(io);
  const tcp::endpoint endpoint(ip, port);
  acceptor.open(endpoint.protocol(), error);
  // As the server does: otherwise a port would be in use for a minute after its server has ended.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  return {error.value(), std::generic_category()};
}

}  // namespace net
