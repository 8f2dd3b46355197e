# Writes page_parts.hpp: the document, style and script of the status page as constants.
# Run as: cmake -DFOLDER=… -DOUTPUT=… -P embed_page.cmake
set(text "// Made from src/monitoring/page/* by cmake/embed_page.cmake.\n#pragma once\n\n#include <string_view>\n\nnamespace monitoring::page_parts {\n")
foreach(part IN ITEMS document:page.html style:page.css script:page.js)
  string(REPLACE ":" ";" part ${part})
  list(GET part 0 name)
  list(GET part 1 file)
  file(READ ${FOLDER}/${file} body)
  string(APPEND text "\ninline constexpr std::string_view ${name} = R\"page(${body})page\";\n")
endforeach()
string(APPEND text "\n}  // namespace monitoring::page_parts\n")
file(WRITE ${OUTPUT} "${text}")
