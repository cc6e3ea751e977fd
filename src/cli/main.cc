#include "cli/command.h"

int main(int argc, char** argv) { return strobe::cli::main_of(argc, argv); }
