# Writes operations.hpp: each GraphQL document of a folder as a constant named after its file.
# Run as: cmake -DFOLDER=… -DOUTPUT=… -P embed_operations.cmake
file(GLOB documents ${FOLDER}/*.graphql)
list(SORT documents)
set(text "// Made from src/opencti/operations/*.graphql by cmake/embed_operations.cmake.\n#pragma once\n\n#include <string_view>\n\nnamespace opencti::operations {\n")
foreach(document ${documents})
  get_filename_component(name ${document} NAME_WE)
  file(READ ${document} body)
  string(APPEND text "\ninline constexpr std::string_view ${name} = R\"graphql(${body})graphql\";\n")
endforeach()
string(APPEND text "\n}  // namespace opencti::operations\n")
file(WRITE ${OUTPUT} "${text}")
