# The native build as Maven and the launcher call it: configure, build and install in one go.
# cmake -DBUILD=<folder> -DPREFIX=<folder> [-DTESTS=ON|OFF] [-DNATIVE=ON] [-DVARIANTS=all|here] [-DCUDA=ON [-DCUDA_ARCHITECTURES=80,90]] [-DTOOLCHAIN=<file>] [-DLLAMA_SOURCE=<folder>] [-DJOBS=n] -P cppbuild.cmake

include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)

if(JOBS)
  set(GTO4J_JOBS ${JOBS})
endif()
find_program(ninja ninja)
set(generator "Unix Makefiles")
if(ninja)
  set(generator Ninja)
endif()

set(toolchain)
if(TOOLCHAIN)
  set(toolchain -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN})
endif()
set(architectures)
if(CUDA_ARCHITECTURES)
  set(architectures -DGTO4J_CUDA_ARCHITECTURES=${CUDA_ARCHITECTURES})
endif()
gto4j_run("configuring the native library" ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/../native -B ${BUILD} -G ${generator}
          -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=${PREFIX} -DGTO4J_TESTS=${TESTS} -DGTO4J_NATIVE=${NATIVE} -DGTO4J_VARIANTS=${VARIANTS} -DGTO4J_CUDA=${CUDA}
          -DGTO4J_LLAMA_SOURCE=${LLAMA_SOURCE} -DGTO4J_CACHE=${GTO4J_CACHE} -DGTO4J_JOBS=${GTO4J_JOBS} ${architectures} ${toolchain})
gto4j_run("building the native library" ${CMAKE_COMMAND} --build ${BUILD} --parallel ${GTO4J_JOBS})
set(ENV{DESTDIR} "")
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} RESULT_VARIABLE rc OUTPUT_QUIET)
if(rc)
  message(FATAL_ERROR "installing the native library into ${PREFIX} failed (${rc})")
endif()
