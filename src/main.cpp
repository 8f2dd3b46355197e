#include "commands/command_line.hpp"
#include "tip/product.hpp"

int main(int argc, char** argv) {
  tip::Options options;
  return commands::run_command_line(tip::product(options), argc, argv);
}
