# A room is one folder of src/ and one library. Dependencies between rooms go only downwards (docs/architecture.md). A
# room that USES another one links it, so code that uses any other room does not link.

# compile_together(net_tests 8): its files are compiled eight at a time. Each would spend most of its time on the same headers and
# templates as the others. With -DCMAKE_UNITY_BUILD=OFF each file is compiled alone.
function(compile_together target size)
  if(NOT DEFINED CMAKE_UNITY_BUILD)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
    target_link_libraries(${target} PRIVATE unity_warnings)
  endif()
endfunction()

# room(net SOURCES http/client.cpp ... PUBLIC deadline.hpp ... USES telemetry LIBRARIES CURL::libcurl ...)
# PUBLIC names the headers that authors of connectors include: the library is installed with them (cmake/library.cmake).
function(room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;USES;LIBRARIES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  add_library(kaspersky_enrichment::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC common_headers ${ARG_USES} PRIVATE warnings ${ARG_LIBRARIES})
  target_precompile_headers(${name} REUSE_FROM precompiled)
  compile_together(${name} 6)
  list(TRANSFORM ARG_PUBLIC PREPEND ${name}/)
  set_property(GLOBAL APPEND PROPERTY public_headers ${ARG_PUBLIC})
  set_property(GLOBAL APPEND PROPERTY rooms ${name})
endfunction()

# room_test(stix SOURCES ids_test.cpp ... USES stix) defines the program stix_tests, with one CTest case per TEST.
# Each case is named <label>.<Suite>.<Case>; LABEL is unit unless given. PROPERTIES are CTest's, for every case.
function(room_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;USES;LIBRARIES;PROPERTIES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 30)
  endif()
  if(SANITIZE)
    math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")
  endif()
  add_executable(${name}_tests ${ARG_SOURCES})
  target_include_directories(${name}_tests PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_tests PRIVATE common_headers ${ARG_USES} ${ARG_LIBRARIES} warnings
                                              GTest::gmock_main)
  target_compile_definitions(${name}_tests PRIVATE SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(${name}_tests PRIVATE ${test_options})
  if(TARGET ${ARG_LABEL}_tests)
    add_dependencies(${ARG_LABEL}_tests ${name}_tests)
  endif()
  target_precompile_headers(${name}_tests REUSE_FROM precompiled_tests)
  compile_together(${name}_tests 8)
  gtest_discover_tests(${name}_tests TEST_PREFIX "${ARG_LABEL}." DISCOVERY_TIMEOUT 30
                       PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS ${ARG_LABEL} ${ARG_PROPERTIES})
endfunction()
