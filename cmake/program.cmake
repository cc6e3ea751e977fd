# build/bin/strobe is the program of the preset that was built last. Made at every build, also when nothing had to be
# linked, so that building the other preset again brings its program back. Builds outside build/ leave it alone.
if(TARGET strobe)
  if(STROBE_STATIC)
    target_link_options(strobe PRIVATE -static-libstdc++ -static-libgcc)
  endif()
  cmake_path(IS_PREFIX CMAKE_SOURCE_DIR ${CMAKE_BINARY_DIR} NORMALIZE strobe_built_inside)
  if(strobe_built_inside)
    file(RELATIVE_PATH strobe_program ${CMAKE_SOURCE_DIR}/build/bin ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/strobe)
    add_custom_target(program ALL
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_SOURCE_DIR}/build/bin
      COMMAND ${CMAKE_COMMAND} -E create_symlink ${strobe_program} ${CMAKE_SOURCE_DIR}/build/bin/strobe
      DEPENDS strobe VERBATIM)
  endif()
endif()
