# Two interface targets carry every flag: what the compiler does, and what it complains about.
add_library(strobe_options INTERFACE)
target_compile_options(strobe_options INTERFACE -march=x86-64-v2 -fno-omit-frame-pointer)
target_include_directories(strobe_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_target_properties(strobe_options PROPERTIES INTERFACE_COMPILE_OPTIONS "-fno-omit-frame-pointer")
endif()
if(STROBE_SANITIZE)
  target_compile_options(strobe_options INTERFACE -fsanitize=${STROBE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(strobe_options INTERFACE -fsanitize=${STROBE_SANITIZE})
endif()

add_library(strobe_warnings INTERFACE)
target_compile_options(strobe_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough)
# Designated initialisers leave members at their defaults on purpose; g++ 12 sees uninitialised std::optional where there
# is none.
target_compile_options(strobe_warnings INTERFACE -Wno-missing-field-initializers -Wno-maybe-uninitialized)
if(STROBE_DEVELOPER)
  target_compile_options(strobe_warnings INTERFACE -Werror)
endif()

find_program(STROBE_CCACHE ccache)
if(STROBE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${STROBE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${STROBE_CCACHE})
endif()
