// Sometimes repeats a part of the input many times, up to the maximum length. Memory that is used
// per value shows only with long inputs, which libFuzzer's own mutations reach late.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t longest);

namespace {

/// A place where a JSON value may begin or end: after one of these characters, or the beginning if
/// there is none.
std::size_t place_in(std::string_view text, std::minstd_rand& random) {
  constexpr std::string_view ends = "[]{},";
  const auto found = text.find_first_of(ends, random() % (text.size() + 1));
  return found == std::string_view::npos ? 0 : found + 1;
}

std::size_t grow(std::uint8_t* data, std::size_t size, std::size_t longest,
                 std::minstd_rand& random) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto [begin, end] = std::minmax({place_in(text, random), place_in(text, random)});
  if (begin == end) return LLVMFuzzerMutate(data, size, longest);
  // Few of the sizes are large, because these inputs take seconds each.
  constexpr std::array<std::size_t, 16> sizes{4096,   4096,   4096,    4096,     4096,   4096,
                                              4096,   4096,   65'536,  65'536,   65'536, 65'536,
                                              65'536, 65'536, 262'144, 1'048'576};
  const auto wanted = std::min(longest, sizes[random() % sizes.size()]);
  std::string grown = text.substr(0, end);
  const std::string_view part = std::string_view(text).substr(begin, end - begin);
  const auto rest = size - end;
  while (grown.size() + part.size() + rest <= wanted) grown += part;
  grown += text.substr(end);
  grown.resize(std::min(grown.size(), longest));
  std::memcpy(data, grown.data(), grown.size());
  return grown.size();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t longest, unsigned seed) {
  std::minstd_rand random(seed);
  constexpr unsigned one_of = 500;
  if (size > 0 && random() % one_of == 0) return grow(data, size, longest, random);
  return LLVMFuzzerMutate(data, size, longest);
}
