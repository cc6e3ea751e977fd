# Two interface targets carry every flag: what the compiler does, and what it complains about.
add_library(strobe_options INTERFACE)
# -pthread everywhere: some libraries ask for it, and headers are compiled once for all (common_headers.cmake).
target_compile_options(strobe_options INTERFACE -march=x86-64-v2 -fno-omit-frame-pointer -pthread)
target_include_directories(strobe_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_target_properties(strobe_options PROPERTIES INTERFACE_COMPILE_OPTIONS "-fno-omit-frame-pointer;-pthread")
endif()
if(STROBE_SANITIZE)
  target_compile_options(strobe_options INTERFACE -fsanitize=${STROBE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(strobe_options INTERFACE -fsanitize=${STROBE_SANITIZE})
endif()
if(STROBE_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio uses fences, which the sanitizer does not know; it does not rely on them alone.
  target_compile_options(strobe_options INTERFACE -Wno-tsan)
endif()
# What every test of a build for the thread sanitizer runs with.
set(STROBE_TSAN_OPTIONS suppressions=${CMAKE_SOURCE_DIR}/tests/sanitizers/tsan.supp)

add_library(strobe_warnings INTERFACE)
target_compile_options(strobe_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough)
# Designated initialisers leave members at their defaults on purpose; g++ 12 sees uninitialised std::optional where there
# is none.
target_compile_options(strobe_warnings INTERFACE -Wno-missing-field-initializers
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Who holds which mutex (base/thread_annotations.h). libstdc++ 12 itself uses what C++17 deprecated.
  target_compile_options(strobe_warnings INTERFACE -Wthread-safety -Werror=thread-safety -Wno-deprecated-declarations)
endif()
if(STROBE_DEVELOPER)
  target_compile_options(strobe_warnings INTERFACE -Werror)
endif()

find_program(STROBE_CCACHE ccache)
if(STROBE_CCACHE)
  # What it asks for before it caches files that have compiled headers: none of ours has a date in it, nor defines
  # anything before them.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${STROBE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${STROBE_CCACHE})
endif()

# A faster linker, where there is one: linking is most of an edit-build-test round (docs/dev/building.md). Only for those
# who build often: a release is linked by the compiler's own.
if((STROBE_DEVELOPER AND NOT STROBE_SANITIZE) OR STROBE_FUZZ)
  find_program(STROBE_MOLD mold)
  if(STROBE_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
