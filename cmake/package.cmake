# cpack builds a Debian package of the files that cmake --install would install, and with CPackLibrary.cmake and CPackHeaders.cmake
# the packages of the library (tools/package/pack).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${PROJECT_NAME})
set(CPACK_PACKAGE_CONTACT ${PACKAGE_CONTACT})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "OpenCTI enrichment connector for Kaspersky TIP")
set(CPACK_PACKAGE_DESCRIPTION
    "Asks Kaspersky Threat Intelligence Portal about files, addresses, domains and
URLs that OpenCTI wants enriched, and sends back what it knows.

One small program that loses no message, keeps to the day's quota, and says
plainly what it did.")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${PACKAGE_RELEASE})
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA)
foreach(name IN ITEMS conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/packaging/debian/${name})
endforeach()
include(CPack)

foreach(name IN ITEMS Library Headers)
  string(TOLOWER ${name} component)
  configure_file(packaging/debian/${component}.cmake.in CPack${name}.cmake @ONLY)
endforeach()
