# The cache outside the clone: ${GTO4J_CACHE} (CMake or environment variable), else .cache/gto4j in the home folder.

if(NOT GTO4J_CACHE)
  if(DEFINED ENV{GTO4J_CACHE} AND NOT "$ENV{GTO4J_CACHE}" STREQUAL "")
    set(GTO4J_CACHE $ENV{GTO4J_CACHE})
  elseif(IS_DIRECTORY "$ENV{HOME}")
    set(GTO4J_CACHE $ENV{HOME}/.cache/gto4j)
  else()
    message(FATAL_ERROR "There is no home folder (HOME is \"$ENV{HOME}\"): name a folder for the build of llama.cpp in the environment variable GTO4J_CACHE")
  endif()
endif()
get_filename_component(GTO4J_CACHE ${GTO4J_CACHE} ABSOLUTE)

if(NOT GTO4J_JOBS)
  cmake_host_system_information(RESULT GTO4J_JOBS QUERY NUMBER_OF_LOGICAL_CORES)
endif()

# Holds `file` until the function that calls this ends; waits for another process that holds it.
macro(gto4j_lock file what)
  file(LOCK ${file} GUARD FUNCTION RESULT_VARIABLE locked TIMEOUT 0)
  if(locked)
    message(STATUS "${what}: another process is at it, waiting for it to finish")
    file(LOCK ${file} GUARD FUNCTION RESULT_VARIABLE locked TIMEOUT 7200)
    if(locked)
      message(FATAL_ERROR "${file}: can't be locked: ${locked}")
    endif()
  endif()
endmacro()

# Runs a command; a failure ends the configuration with `what` and the command.
function(gto4j_run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE rc)
  if(rc)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "${what} failed (${rc}): ${command}")
  endif()
endfunction()
