# Headers that nearly every file includes, compiled once: a third of the time that a build from nothing takes. Each file
# still includes what it uses: the preset `tidy` compiles them without this.
option(STROBE_COMMON_HEADERS "compile the headers of the standard library and of googletest once" ON)
# A file whose options differ goes without them; that is no reason to warn.
set(CMAKE_PCH_WARN_INVALID OFF)

function(strobe_compile_headers target)
  file(CONFIGURE OUTPUT ${target}.cc CONTENT "// Nothing: see cmake/common_headers.cmake.\n")
  add_library(${target} STATIC ${CMAKE_CURRENT_BINARY_DIR}/${target}.cc)
  target_link_libraries(${target} PRIVATE strobe_options strobe_warnings)
  # So that ccache sees what a file includes, and that the same headers give the same bytes.
  target_compile_options(${target} PRIVATE $<IF:$<CXX_COMPILER_ID:Clang>,SHELL:-Xclang -fno-pch-timestamp,-fpch-preprocess>)
  target_precompile_headers(${target} PRIVATE <algorithm> <array> <charconv> <cstdint> <cstring> <expected> <functional>
    <limits> <map> <memory> <optional> <set> <span> <string> <string_view> <tuple> <unordered_map> <unordered_set> <utility>
    <variant> <vector> ${ARGN})
endfunction()

if(STROBE_COMMON_HEADERS)
  strobe_compile_headers(strobe_headers)
  strobe_compile_headers(strobe_test_headers <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(strobe_test_headers PRIVATE GTest::gmock GTest::gtest)
  strobe_test_options(strobe_test_headers)
  if(STROBE_FUZZ)
    strobe_compile_headers(strobe_cold_headers)
    strobe_test_options(strobe_cold_headers)
  endif()
endif()

# Lets the files of a target have them: strobe_headers, or for tests strobe_test_headers (strobe_cold_headers: room.cmake).
function(strobe_use_headers target headers)
  if(STROBE_COMMON_HEADERS)
    target_precompile_headers(${target} REUSE_FROM ${headers})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
