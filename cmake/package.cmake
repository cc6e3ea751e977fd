# `cpack` makes a Debian package and a tarball that runs from any folder. Both hold the same program, which needs nothing
# but the C library (see STROBE_STATIC in cmake/dependencies.cmake).
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME strobe)
set(CPACK_PACKAGE_VENDOR "The Strobe authors")
set(CPACK_PACKAGE_CONTACT "The Strobe authors <strobe@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "flight recorder and debugger for AI agents")
string(CONCAT CPACK_PACKAGE_DESCRIPTION
  "Strobe records what an agent did (every call to a model, every tool, every message) and tells where the time and the "
  "tokens went. It listens to OpenTelemetry and keeps everything in one file.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_THREADS 0)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_PACKAGE_FILE_NAME strobe-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/package_format.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/package_debian.cmake)
include(CPack)
