// Prints one of the files that are generated from the table of metrics.
#include <cstdio>
#include <string>
#include <string_view>

#include "app/instrument_table.hpp"
#include "tip/product.hpp"

int main(int count, char** arguments) {
  const std::string_view wanted = count == 2 ? arguments[1] : "";
  std::string text;
  tip::Options options;
  const auto product = tip::product(options);
  if (wanted == "metrics.md") {
    text = app::metrics_md(product);
  } else if (wanted == "metrics.golden") {
    text = app::metrics_list(product);
  } else {
    std::fputs("usage: metrics_docs metrics.md | metrics.golden\n", stderr);
    return 2;
  }
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
