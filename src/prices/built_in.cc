#include "base/assert.h"
#include "prices/prices.h"

// STROBE_PRICES is the file's path, from CMakeLists.txt; taken in by the assembler as codec/dictionary.cc does.
asm(R"(
  .section .rodata
  .global strobe_prices_begin
strobe_prices_begin:
  .incbin ")" STROBE_PRICES R"("
  .global strobe_prices_end
strobe_prices_end:
  .byte 0
  .previous
)");

extern "C" {
extern const char strobe_prices_begin[];
extern const char strobe_prices_end[];
}

namespace strobe::prices {

const PriceList& built_in() {
  // A constant that is made when it is first asked for; never destroyed, so that any thread may use it to the end.
  static const PriceList* const list = [] {
    auto parsed = PriceList::parse({strobe_prices_begin, static_cast<size_t>(strobe_prices_end - strobe_prices_begin)});
    STROBE_ASSERT(parsed.has_value());
    return new PriceList(*std::move(parsed));
  }();
  return *list;
}

}  // namespace strobe::prices
