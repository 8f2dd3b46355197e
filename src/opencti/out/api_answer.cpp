#include "opencti/out/api_answer.hpp"

namespace opencti {

SendAnswer answer_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::stopped:
    case ErrorKind::unreachable:
    case ErrorKind::untrusted:
    case ErrorKind::no_answer:
    case ErrorKind::busy:
      return SendAnswer::retry(error.message);
    case ErrorKind::intermediary:
    case ErrorKind::too_long:
      return SendAnswer::intercepted(error.message);
    case ErrorKind::unauthorized:
    case ErrorKind::forbidden:
    case ErrorKind::unknown_connector:
      return SendAnswer::register_again(error.message);
    case ErrorKind::not_permitted:
    case ErrorKind::internal:
    case ErrorKind::draft_locked:
    case ErrorKind::no_entity:
    case ErrorKind::not_understood:
    case ErrorKind::unsupported:
    case ErrorKind::too_large:
    case ErrorKind::rejected:
    case ErrorKind::invalid:
    case ErrorKind::malformed:
      break;
  }
  return SendAnswer::rejected(error.message);
}

}  // namespace opencti
