# What `cmake --install` puts where. Below a prefix of any kind: nothing in it knows its own path.
include(GNUInstallDirs)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)

# Manual pages and completions are what the program says about itself, so they are made by running it.
set(strobe_pages ${CMAKE_BINARY_DIR}/pages)
add_custom_command(
  OUTPUT ${strobe_pages}/stamp
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/scripts/man_pages.py $<TARGET_FILE:strobe> ${strobe_pages}/man
  COMMAND ${CMAKE_COMMAND} -DSTROBE=$<TARGET_FILE:strobe> -DFOLDER=${strobe_pages} -P ${CMAKE_SOURCE_DIR}/cmake/completions.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${strobe_pages}/stamp
  DEPENDS strobe ${CMAKE_SOURCE_DIR}/scripts/man_pages.py ${CMAKE_SOURCE_DIR}/cmake/completions.cmake
  VERBATIM)
add_custom_target(pages ALL DEPENDS ${strobe_pages}/stamp)

install(TARGETS strobe RUNTIME)
install(DIRECTORY ${strobe_pages}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "strobe*.1")
install(FILES ${strobe_pages}/strobe.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME strobe)
install(FILES ${strobe_pages}/_strobe DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${strobe_pages}/strobe.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# Not CMAKE_INSTALL_LIBDIR: systemd looks into lib, whatever the architecture.
install(FILES packaging/system/strobe.service DESTINATION lib/systemd/system)
install(FILES packaging/user/strobe.service DESTINATION lib/systemd/user)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md")
# What is linked into the program comes with its licence.
if(STROBE_STATIC)
  foreach(package libssl-dev libzstd-dev libdeflate-dev libxxhash-dev libre2-dev libboost1.81-dev libprotozero-dev
                  rapidjson-dev libcli11-dev libtomlplusplus-dev)
    install(FILES /usr/share/doc/${package}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}/third-party RENAME ${package} OPTIONAL)
  endforeach()
endif()
