#include "opencti/out/copies.hpp"

#include <algorithm>
#include <iterator>

namespace opencti {
namespace {

/// Calls `use` with the options of each output.
template <class Options, class Use>
void for_each(Options& options, const Use& use) {
  std::apply([&use](auto&... copy) { (use(copy), ...); }, options);
}

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::vector<configuration::Row> rows(CopyOptions& options, std::string_view program) {
  std::vector<configuration::Row> all;
  for_each(options, [&](auto& copy) { append(all, rows(copy, program)); });
  return all;
}

std::vector<std::string> problems(const CopyOptions& options) {
  std::vector<std::string> all;
  for_each(options, [&](const auto& copy) { append(all, problems(copy)); });
  return all;
}

bool wants_copies(const CopyOptions& options) {
  return std::apply([](const auto&... copy) { return (copy.wanted || ...); }, options);
}

std::vector<std::unique_ptr<Output>> make_wanted(const CopyOptions& options,
                                                 const OutputServices& services) {
  std::vector<std::unique_ptr<Output>> made;
  for_each(options, [&](const auto& copy) {
    if (copy.wanted) made.push_back(make(copy, services));
  });
  return made;
}

}  // namespace opencti
