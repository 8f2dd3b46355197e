# Run by cmake --install, with `source`, `staging` and `destination`: installs the documents, and changes their links to the
# paths of an installed system. Files that are not installed are named without a link.

# A function, because the scripts of an installation share their variables.
function(install_document document)
  file(READ ${source}/${document} text)
  foreach(moved IN ITEMS config.yml.sample=examples/config.yml.sample .env.sample=examples/environment.sample
                         docker-compose.yml=examples/docker-compose.yml monitoring=examples/monitoring
                         kubernetes/kaspersky-enrichment.yaml=examples/kaspersky-enrichment.yaml
                         ../kubernetes/kaspersky-enrichment.yaml=../examples/kaspersky-enrichment.yaml
                         ../kubernetes/kaspersky-enrichment-replicas.yaml=../examples/kaspersky-enrichment-replicas.yaml
                         ../kubernetes/store-job.yaml=../examples/store-job.yaml
                         kubernetes/helm=examples/helm ../kubernetes/helm=../examples/helm
                         ../docker-compose.replicas.yml=../examples/docker-compose.replicas.yml
                         LICENSE=copyright CHANGELOG.md=changelog.gz ../CHANGELOG.md=../changelog.gz)
    string(REGEX MATCH "^(.+)=(.+)$" moved ${moved})
    string(REPLACE "](${CMAKE_MATCH_1})" "](${CMAKE_MATCH_2})" text "${text}")
    # Also links to files in a folder.
    string(REPLACE "](${CMAKE_MATCH_1}/" "](${CMAKE_MATCH_2}/" text "${text}")
  endforeach()
  set(absent "CONTRIBUTING\\.md|__metadata__|bench/|samples/|simulators/|kaspersky-enrichment\\.1")
  string(REGEX REPLACE "\\[([^]]*)\\]\\((\\.\\./)?(${absent})[^)]*\\)" "\\1" text "${text}")
  file(WRITE ${staging}/${document} "${text}")
  get_filename_component(folder ${document} DIRECTORY)
  file(INSTALL ${staging}/${document} DESTINATION ${destination}/${folder})
endfunction()

file(GLOB found RELATIVE ${source} ${source}/README.md ${source}/SECURITY.md ${source}/docs/*.md ${source}/docs/adr/*.md)
foreach(each IN LISTS found)
  install_document(${each})
endforeach()
file(GLOB images ${source}/docs/images/*.png)
file(INSTALL ${images} DESTINATION ${destination}/docs/images)
file(REMOVE_RECURSE ${staging})
