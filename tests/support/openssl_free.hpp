// Lets std::unique_ptr own objects that OpenSSL allocates.
#pragma once

namespace support {

/// Example: `std::unique_ptr<SSL, OpensslFree<SSL_free>>`
template <auto free_it>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};

}  // namespace support
