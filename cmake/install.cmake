# cmake --install puts the program, its documents, samples of its settings and a systemd unit where Debian would.
include(GNUInstallDirs)
configure_file(packaging/kaspersky-enrichment.service.in kaspersky-enrichment.service @ONLY)

# The changes, for people and for Debian, which wants each under its own name and compressed.
set(PACKAGE_CONTACT "maintainers of kaspersky-enrichment <maintainers@kaspersky-enrichment.example>" CACHE STRING
    "Whom the package names as its maintainer")
# A package for each Debian, since libraries have other names in each; of one version the one for the newer Debian is the newer one.
cmake_host_system_information(RESULT system QUERY DISTRIB_ID DISTRIB_VERSION_ID)
list(JOIN system "" PACKAGE_RELEASE)
string(PREPEND PACKAGE_RELEASE "1.")
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/debian/changelog.in changelog.Debian @ONLY)
configure_file(CHANGELOG.md changelog COPYONLY)
foreach(name IN ITEMS changelog changelog.Debian)
  file(ARCHIVE_CREATE OUTPUT ${PROJECT_BINARY_DIR}/${name}.gz PATHS ${PROJECT_BINARY_DIR}/${name}
       FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.gz DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
endforeach()

install(TARGETS kaspersky-enrichment RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(FILES packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
install(CODE "set(source ${PROJECT_SOURCE_DIR})
set(staging ${PROJECT_BINARY_DIR}/documents)
set(destination \${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR})" COMPONENT documents)
install(SCRIPT cmake/install_documents.cmake COMPONENT documents)
install(FILES config.yml.sample docker-compose.yml docker-compose.replicas.yml kubernetes/kaspersky-enrichment.yaml
              kubernetes/kaspersky-enrichment-replicas.yaml kubernetes/store-job.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT documents)
install(DIRECTORY monitoring kubernetes/helm DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT documents)
install(FILES .env.sample DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples RENAME environment.sample COMPONENT documents)
install(FILES ${PROJECT_BINARY_DIR}/kaspersky-enrichment.service DESTINATION lib/systemd/system COMPONENT service)
# Whoever has filled it in keeps it. In the Debian package, into whose empty folder it always goes, dpkg sees to that.
install(CODE "set(settings ${CMAKE_INSTALL_FULL_SYSCONFDIR}/kaspersky-enrichment)
if(EXISTS \"\$ENV{DESTDIR}\${settings}/environment\")
  message(STATUS \"Kept as it is: \$ENV{DESTDIR}\${settings}/environment\")
else()
  file(INSTALL ${PROJECT_SOURCE_DIR}/packaging/environment DESTINATION \${settings}
       PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
endif()" COMPONENT service)

# Made by the program itself, as the manual is.
file(ARCHIVE_CREATE OUTPUT ${PROJECT_BINARY_DIR}/kaspersky-enrichment.1.gz PATHS ${PROJECT_SOURCE_DIR}/docs/kaspersky-enrichment.1
     FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS docs/kaspersky-enrichment.1)
install(FILES ${PROJECT_BINARY_DIR}/kaspersky-enrichment.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT documents)
foreach(place IN ITEMS bash:bash-completion/completions/kaspersky-enrichment zsh:zsh/vendor-completions/_kaspersky-enrichment
                       fish:fish/vendor_completions.d/kaspersky-enrichment.fish)
  string(REGEX MATCH "^([a-z]+):(.+)/(.+)$" place ${place})
  set(completion ${PROJECT_BINARY_DIR}/completion.${CMAKE_MATCH_1})
  install(FILES ${completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/${CMAKE_MATCH_2} RENAME ${CMAKE_MATCH_3} COMPONENT documents)
  add_custom_command(OUTPUT ${completion} DEPENDS kaspersky-enrichment VERBATIM
                     COMMAND kaspersky-enrichment completion ${CMAKE_MATCH_1} > ${completion})
  list(APPEND completions ${completion})
endforeach()
add_custom_target(completion ALL DEPENDS ${completions})
