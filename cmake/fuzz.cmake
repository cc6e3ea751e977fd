# strobe_fuzz(NAME SOURCE room...)
#
# A fuzz target: SOURCE defines LLVMFuzzerTestOneInput. With STROBE_FUZZ (preset fuzz, clang) it is linked with libFuzzer
# and the test fuzz.NAME searches for new crashes; without, unit.fuzz_NAME runs it over seeds and past crashes.
option(STROBE_FUZZ "fuzz targets search, with libFuzzer" OFF)
set(STROBE_FUZZ_RUNNER ${CMAKE_SOURCE_DIR}/tests/fuzz/run.py)
if(STROBE_FUZZ)
  # Edges are counted where targets may get to; only these get libFuzzer's main.
  target_compile_options(strobe_options INTERFACE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:STROBE_UNCOUNTED>>>:-fsanitize=fuzzer-no-link>)
  add_custom_target(fuzzers)
  # RapidJSON adds to a null pointer before its first allocation, which clang minds and no compiler punishes.
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/json/write.cc TARGET_DIRECTORY strobe_json
                              PROPERTIES COMPILE_OPTIONS -fno-sanitize=pointer-overflow)
endif()

function(strobe_fuzz name source)
  set(target fuzz_${name})
  set(rooms ${ARGN})
  list(TRANSFORM rooms PREPEND "strobe_")
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE ${rooms} strobe_options strobe_warnings)
  if(STROBE_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${target})
    set(test fuzz.${name})
    set(arguments --search $<TARGET_FILE:${target}>)
    set(label fuzz)
  else()
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    set(test unit.fuzz_${name})
    set(arguments --replay $<TARGET_FILE:${target}>)
    set(label unit)
  endif()
  if(NOT name STREQUAL "planted")
    add_test(NAME ${test} COMMAND ${Python3_EXECUTABLE} ${STROBE_FUZZ_RUNNER} ${name} ${arguments})
    set_tests_properties(${test} PROPERTIES LABELS ${label} TIMEOUT 300 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
  endif()
endfunction()
