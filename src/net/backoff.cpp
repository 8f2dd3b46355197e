#include "net/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace net {
namespace {

/// One engine per thread, because seeding is expensive.
double random_share() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace

Backoff::Backoff(BackoffOptions options, std::function<double()> random)
    : options_(options), random_(random ? std::move(random) : random_share) {}

std::chrono::milliseconds Backoff::next() {
  constexpr int enough_doublings = 20;
  const double whole =
      std::min(static_cast<double>(options_.longest.count()),
               static_cast<double>(options_.first.count()) * std::pow(2.0, tries_));
  tries_ = std::min(tries_ + 1, enough_doublings);
  return std::chrono::milliseconds(std::llround(whole * (0.5 + random_() / 2)));
}

}  // namespace net
