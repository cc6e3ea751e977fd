#include "codec/dictionary.h"

// STROBE_DICTIONARY_1 is the file's path, from CMakeLists.txt. An assembler directive takes it in: no generated
// source, no copy in memory.
asm(R"(
  .section .rodata
  .balign 16
  .global strobe_dictionary_1_begin
strobe_dictionary_1_begin:
  .incbin ")" STROBE_DICTIONARY_1 R"("
  .global strobe_dictionary_1_end
strobe_dictionary_1_end:
  .byte 0
  .previous
)");

extern "C" {
extern const char strobe_dictionary_1_begin[];
extern const char strobe_dictionary_1_end[];
}

namespace strobe::codec {

std::string_view dictionary_1() {
  return {strobe_dictionary_1_begin, static_cast<size_t>(strobe_dictionary_1_end - strobe_dictionary_1_begin)};
}

}  // namespace strobe::codec
