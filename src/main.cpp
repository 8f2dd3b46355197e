#include "commands/command_line.hpp"
#include "tip/product.hpp"

int main(int argc, char** argv) { return commands::run_command_line(tip::product(), argc, argv); }
