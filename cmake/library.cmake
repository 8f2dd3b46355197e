# The platform half as a shared library, for other authors' connectors. It is linked from the same objects as the program, which
# does not need it. `cmake --install build --component dev` installs it with its headers; Debian's packages consist of the
# components `library` and `headers`.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(library_soversion ${PROJECT_VERSION_MAJOR})
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(library_soversion 0.${PROJECT_VERSION_MINOR})
endif()

get_property(platform_rooms GLOBAL PROPERTY rooms)
list(REMOVE_ITEM platform_rooms ${product_rooms})
foreach(room IN LISTS platform_rooms)
  list(APPEND platform_objects $<TARGET_OBJECTS:${room}>)
  # Demangled names: the members, and the symbols that the compiler generates for a class.
  string(APPEND exported "    ${room}::*; vtable?for?${room}::*; typeinfo*?for?${room}::*;\n")
endforeach()
# Everything that is not declared public is hidden already; this also hides instances of other libraries' templates.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/exported.map
     CONTENT "OPENCTI_CONNECTOR_@library_soversion@ {\n  global: extern \"C++\" {\n@exported@  };\n  local: *;\n};\n" @ONLY)

add_library(opencti-connector SHARED ${platform_objects})
add_library(opencti::connector ALIAS opencti-connector)
target_link_libraries(opencti-connector PRIVATE ${platform_rooms}
                      INTERFACE nlohmann_json::nlohmann_json tl::expected Threads::Threads)
target_link_options(opencti-connector PRIVATE -Wl,--version-script=${PROJECT_BINARY_DIR}/exported.map -Wl,--no-undefined)
target_include_directories(opencti-connector INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/opencti-connector>)
target_compile_features(opencti-connector INTERFACE cxx_std_20)
set_target_properties(opencti-connector PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${library_soversion} EXPORT_NAME connector
                      LINKER_LANGUAGE CXX LINK_DEPENDS ${PROJECT_BINARY_DIR}/exported.map)

# --- the installed files, only if the component is requested ---
get_property(public_headers GLOBAL PROPERTY public_headers)
list(SORT public_headers)
install(TARGETS opencti-connector EXPORT opencti-connector
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT headers EXCLUDE_FROM_ALL)
install(CODE "set(source ${PROJECT_SOURCE_DIR}/src)
set(destination \${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/opencti-connector)
set(staging ${PROJECT_BINARY_DIR}/headers)
set(public_headers export.hpp ${public_headers})" COMPONENT headers EXCLUDE_FROM_ALL)
install(SCRIPT ${PROJECT_SOURCE_DIR}/cmake/install_headers.cmake COMPONENT headers EXCLUDE_FROM_ALL)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/opencti-connector)
configure_package_config_file(cmake/opencti-connector-config.cmake.in opencti-connector-config.cmake INSTALL_DESTINATION ${package_folder})
# During 0.x, each minor version may break programs that were built with another one.
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file(opencti-connector-config-version.cmake COMPATIBILITY ${compatibility})
install(FILES ${PROJECT_BINARY_DIR}/opencti-connector-config.cmake ${PROJECT_BINARY_DIR}/opencti-connector-config-version.cmake
        DESTINATION ${package_folder} COMPONENT headers EXCLUDE_FROM_ALL)
install(EXPORT opencti-connector NAMESPACE opencti:: DESTINATION ${package_folder} FILE opencti-connector-targets.cmake COMPONENT headers
        EXCLUDE_FROM_ALL)

file(RELATIVE_PATH prefix_from_pkgconfig ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/opencti-connector.pc.in opencti-connector.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/opencti-connector.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT headers EXCLUDE_FROM_ALL)

# Files that Debian requires in each package (cmake/install.cmake creates the changelogs).
set(library_package libopencti-connector${library_soversion})
foreach(part IN ITEMS library:${library_package} headers:libopencti-connector-dev)
  string(REGEX MATCH "^(.+):(.+)$" part ${part})
  install(FILES packaging/debian/copyright ${PROJECT_BINARY_DIR}/changelog.gz ${PROJECT_BINARY_DIR}/changelog.Debian.gz
          DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${CMAKE_MATCH_2} COMPONENT ${CMAKE_MATCH_1} EXCLUDE_FROM_ALL)
endforeach()

# The component with both.
install(CODE "foreach(component IN ITEMS library headers)
  execute_process(COMMAND \${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix \${CMAKE_INSTALL_PREFIX} --component \${component}
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()" COMPONENT dev EXCLUDE_FROM_ALL)
