# Read by cpack before each format. The tarball has one folder with bin/ and share/ in it.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
endif()
