# GTO4J_VERSION = the version, which stands in pom.xml at the top alone, without -SNAPSHOT and the like.
set(pom ${CMAKE_CURRENT_LIST_DIR}/../pom.xml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${pom})
file(READ ${pom} text)
if(NOT text MATCHES "<artifactId>gto4j-parent</artifactId>[ \r\n]*<version>([0-9]+[.][0-9]+[.][0-9]+)[^<]*</version>")
  message(FATAL_ERROR "${pom}: no version of gto4j-parent found")
endif()
set(GTO4J_VERSION ${CMAKE_MATCH_1})
