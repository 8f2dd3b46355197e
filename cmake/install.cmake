# cmake --install puts the program, its documents, samples of its settings and a systemd unit where Debian would.
include(GNUInstallDirs)
configure_file(packaging/kaspersky-enrichment.service.in kaspersky-enrichment.service @ONLY)

# The changes, for people and for Debian, which wants each under its own name and compressed.
set(PACKAGE_CONTACT "maintainers of kaspersky-enrichment <maintainers@kaspersky-enrichment.example>" CACHE STRING
    "Whom the package names as its maintainer")
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/debian/changelog.in changelog.Debian @ONLY)
configure_file(CHANGELOG.md changelog COPYONLY)
foreach(name IN ITEMS changelog changelog.Debian)
  file(ARCHIVE_CREATE OUTPUT ${PROJECT_BINARY_DIR}/${name}.gz PATHS ${PROJECT_BINARY_DIR}/${name}
       FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.gz DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
endforeach()

install(TARGETS kaspersky-enrichment RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(FILES README.md docs/configuration.md packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
install(FILES config.yml.sample docker-compose.yml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT documents)
install(FILES .env.sample DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples RENAME environment.sample COMPONENT documents)
install(FILES ${PROJECT_BINARY_DIR}/kaspersky-enrichment.service DESTINATION lib/systemd/system COMPONENT service)
install(FILES packaging/environment DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/kaspersky-enrichment COMPONENT service
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)

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
