# Run by cmake --install, with `source`, `staging`, `destination` and `public_headers` (paths below src/): installs the public headers. The
# installed headers include each other by relative paths, so that a user's own folder with a name such as `net` does not interfere;
# opencti_connector.hpp includes all of them.
set(umbrella "// Everything that a connector can use.\n#pragma once\n\n")
foreach(header IN LISTS public_headers)
  get_filename_component(folder ${header} DIRECTORY)
  string(REGEX REPLACE "[^/]+" ".." up "${folder}")
  if(up)
    string(APPEND up "/")
  endif()
  file(READ ${source}/${header} text)
  string(REGEX REPLACE "#include \"([^\"]+)\"" "#include \"${up}\\1\"" text "${text}")
  file(WRITE ${staging}/${header} "${text}")
  file(INSTALL ${staging}/${header} DESTINATION ${destination}/${folder})
  string(APPEND umbrella "#include \"${header}\"\n")
endforeach()
file(WRITE ${staging}/opencti_connector.hpp "${umbrella}")
file(INSTALL ${staging}/opencti_connector.hpp DESTINATION ${destination})
file(REMOVE_RECURSE ${staging})
