# The pinned llama.cpp, built once into a cache outside the clone and keyed by all that shapes the result.
# Defines the imported targets gto4j::llama, gto4j::ggml and gto4j::ggml-base, GTO4J_LLAMA_PREFIX with
# {lib,bin,include,include-ext}; include-ext holds the staging header llama-ext.h; and GTO4J_LLAMA_SOURCES, the folder of its sources.

include(${CMAKE_CURRENT_LIST_DIR}/llama-source.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cpu_variants.cmake)

# GCC's _tile_loadconfig says that it reads 8 bytes of a configuration of 64. Where GCC therefore drops the stores to the others as dead,
# every product of a quantised model ends with SIGILL on a processor with AMX. Asks the compiler, not its version.
function(gto4j_amx_flags out)
  set(program ${CMAKE_CURRENT_BINARY_DIR}/amx-tile-configuration)
  file(WRITE ${program}.cpp "#include <immintrin.h>
struct alignas(64) configuration { unsigned char palette, start, reserved[14]; unsigned short bytes[16]; unsigned char rows[16]; };
void load() { configuration c = {}; c.palette = 1; c.rows[7] = 77; _tile_loadconfig(&c); }
")
  set(${out} "" PARENT_SCOPE)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    return()
  endif()
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -O3 -mamx-tile -S -o ${program}.s ${program}.cpp RESULT_VARIABLE rc ERROR_QUIET)
  if(NOT rc)
    file(READ ${program}.s assembly)
    if(NOT assembly MATCHES "[$]77|[$]0x4d")
      set(${out} "-fno-dse -fno-tree-dse" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# What -march=native means here, as the compiler's predefined macros.
function(gto4j_native_macros out)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -march=native -dM -E -x c /dev/null OUTPUT_VARIABLE macros ERROR_QUIET)
  set(${out} "${macros}" PARENT_SCOPE)
endfunction()

# Where a processor has half-precision arithmetic (AVX512_FP16), ggml's F16 dot products go by 128 elements, add up in half precision, and take what is left one
# by one: all of a head of 64, a ninth of a row of 576. Without its macro they go by 64 with F32 sums, as in llama.cpp's released builds.
function(gto4j_half_flags out)
  gto4j_native_macros(macros)
  set(${out} "" PARENT_SCOPE)
  if(macros MATCHES "__AVX512FP16__" AND GTO4J_NATIVE)
    set(${out} "-U__AVX512FP16__" PARENT_SCOPE)
  endif()
endfunction()

# A file of this folder in the cache, named by its contents: flags, and with them the cached build, are the same from any clone.
function(gto4j_cached_copy file out)
  set(original ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${file})
  file(SHA256 ${original} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  get_filename_component(name ${file} NAME_WE)
  get_filename_component(extension ${file} EXT)
  set(copy ${GTO4J_CACHE}/llama.cpp/${name}-${hash}${extension})
  configure_file(${original} ${copy} COPYONLY)
  set(${out} ${copy} PARENT_SCOPE)
endfunction()

function(gto4j_llama_flags out)
  set(flags
    -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON
    # All built files lie in one folder and find each other there; bin/ and lib/ of the prefix work too.
    -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON -DCMAKE_INSTALL_RPATH=$ORIGIN:$ORIGIN/../lib
    -DGGML_OPENMP=OFF -DGGML_CCACHE=OFF
    -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF)
  if(GTO4J_NATIVE)
    list(APPEND flags -DGGML_NATIVE=ON)
  else()
    gto4j_cached_copy(cpu_variants.cmake variants)
    list(APPEND flags -DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DCMAKE_PROJECT_ggml_INCLUDE=${variants})
  endif()
  gto4j_amx_flags(amx)
  gto4j_half_flags(half)
  gto4j_cached_copy(patient_wait.h wait) # barriers that nap
  # No folder of the machine that built them in the libraries.
  set(paths "-ffile-prefix-map=${GTO4J_CACHE}/llama.cpp/=")
  string(STRIP "${half} -include \"${wait}\" ${paths}" c)
  string(STRIP "${amx} ${half} ${paths}" cxx)
  list(APPEND flags "-DCMAKE_C_FLAGS=${c}" "-DCMAKE_CXX_FLAGS=${cxx}")
  if(CMAKE_TOOLCHAIN_FILE)
    get_filename_component(toolchain ${CMAKE_TOOLCHAIN_FILE} NAME)
    gto4j_cached_copy(${toolchain} toolchain)
    list(APPEND flags -DCMAKE_TOOLCHAIN_FILE=${toolchain})
  endif()
  set(${out} ${flags} PARENT_SCOPE)
endfunction()

function(gto4j_llama_entry flags out)
  set(key "${flags};${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION};${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
  list(APPEND key "${CMAKE_SYSTEM_PROCESSOR}" "${GTO4J_LLAMA_SOURCE}")
  if(GTO4J_NATIVE)
    gto4j_native_macros(macros)
    list(APPEND key "${macros}")
  endif()
  string(SHA256 hash "${key}")
  string(SUBSTRING ${hash} 0 16 hash)
  set(${out} ${GTO4J_CACHE}/llama.cpp/${GTO4J_LLAMA_VERSION}-${hash} PARENT_SCOPE)
endfunction()

# Copies what the build made; the prefix appears only when it is whole. One that is there gets the libraries that it doesn't have yet.
function(gto4j_llama_collect source build prefix)
  file(GLOB libraries ${build}/bin/lib*.so*)
  if(EXISTS ${prefix})
    file(COPY ${libraries} DESTINATION ${prefix}/lib)
    return()
  endif()
  set(part ${prefix}.part)
  file(REMOVE_RECURSE ${part})
  file(COPY ${libraries} DESTINATION ${part}/lib)
  file(GLOB headers ${source}/include/*.h ${source}/ggml/include/*.h)
  file(COPY ${headers} DESTINATION ${part}/include)
  file(COPY ${source}/src/llama-ext.h ${source}/ggml/src/ggml-backend-impl.h ${source}/ggml/src/ggml-impl.h DESTINATION ${part}/include-ext)
  file(COPY ${source}/LICENSE DESTINATION ${part})
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files --ignore-eol ${source}/LICENSE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/LICENSE-llama.cpp RESULT_VARIABLE rc)
  if(rc)
    message(WARNING "cmake/LICENSE-llama.cpp, which goes into the jars, is not the licence of this llama.cpp (${source}/LICENSE)")
  endif()
  file(RENAME ${part} ${prefix})
endfunction()

# Adds llama-server to the prefix.
function(gto4j_llama_collect_server build prefix)
  file(COPY ${build}/bin/llama-server DESTINATION ${prefix}/bin)
  # A program of llama.cpp needs further libraries, and looks for ggml's variants in its own folder.
  file(GLOB libraries ${build}/bin/lib*.so*)
  file(COPY ${libraries} DESTINATION ${prefix}/lib)
  file(GLOB variants ${prefix}/lib/libggml-cpu-*.so)
  foreach(variant ${variants})
    get_filename_component(name ${variant} NAME)
    file(CREATE_LINK ../lib/${name} ${prefix}/bin/${name} SYMBOLIC)
  endforeach()
endfunction()

# The variants to build, and the file that says that they are there. Where all of them have been built, no fewer are taken.
function(gto4j_llama_variants entry variants done)
  set(targets)
  set(file ${entry}/done)
  if(NOT GTO4J_NATIVE)
    gto4j_cpu_variants(targets)
    if(GTO4J_VARIANTS STREQUAL "here" AND NOT EXISTS ${file})
      gto4j_native_macros(macros)
      gto4j_cpu_variants(targets "${macros}")
      list(GET targets -1 best)
      set(file ${entry}/done-${best})
    endif()
  endif()
  set(${variants} ${targets} PARENT_SCOPE)
  set(${done} ${file} PARENT_SCOPE)
endfunction()

# Configures a build folder of llama.cpp.
function(gto4j_llama_configure build what)
  find_program(GTO4J_NINJA ninja)
  mark_as_advanced(GTO4J_NINJA)
  set(generator "Unix Makefiles")
  if(GTO4J_NINJA)
    set(generator Ninja)
  endif()
  set(compilers)
  if(NOT CMAKE_TOOLCHAIN_FILE)
    set(compilers -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER})
  endif()
  gto4j_run("configuring ${what}" ${CMAKE_COMMAND} -S ${GTO4J_LLAMA_SOURCES} -B ${build} -G ${generator} ${compilers} ${ARGN})
endfunction()

# Sees that the pinned sources are there.
function(gto4j_llama_sources)
  if(NOT GTO4J_LLAMA_SOURCE)
    gto4j_llama_source(${GTO4J_LLAMA_SOURCES} ${GTO4J_CACHE}/downloads)
  endif()
endfunction()

# Builds the libraries unless they are there, and llama-server if it is wanted: half of llama.cpp is needed for it alone.
function(gto4j_llama_build entry flags)
  file(MAKE_DIRECTORY ${entry})
  gto4j_lock(${entry}/lock "llama.cpp")
  set(source ${GTO4J_LLAMA_SOURCES})
  if(GTO4J_LLAMA_SOURCE)
    gto4j_is_pinned(${source} pinned)
    if(NOT EXISTS ${source}/include/llama.h)
      message(FATAL_ERROR "GTO4J_LLAMA_SOURCE=${source}: no llama.cpp there (include/llama.h is missing)")
    elseif(NOT pinned)
      message(WARNING "GTO4J_LLAMA_SOURCE=${source} is not at the pinned commit ${GTO4J_LLAMA_COMMIT} (v${GTO4J_LLAMA_VERSION})")
    endif()
  endif()
  gto4j_llama_sources()

  gto4j_llama_variants(${entry} variants done)
  if(NOT EXISTS ${done})
    message(STATUS "llama.cpp ${GTO4J_LLAMA_VERSION}: building into ${entry} (once; several minutes)")
    gto4j_llama_configure(${entry}/build "llama.cpp" ${flags})
    gto4j_run("building llama.cpp" ${CMAKE_COMMAND} --build ${entry}/build --parallel ${GTO4J_JOBS} --target llama ${variants})
    gto4j_llama_collect(${source} ${entry}/build ${entry}/prefix)
    file(WRITE ${done} "${flags}\n")
  endif()
  if(GTO4J_LLAMA_SERVER AND NOT EXISTS ${entry}/server)
    message(STATUS "llama.cpp ${GTO4J_LLAMA_VERSION}: building llama-server, which the tests compare with (once; several minutes)")
    gto4j_run("building llama-server" ${CMAKE_COMMAND} --build ${entry}/build --parallel ${GTO4J_JOBS} --target llama-server)
    gto4j_llama_collect_server(${entry}/build ${entry}/prefix)
    file(WRITE ${entry}/server "")
  endif()
endfunction()

# module = ggml's CUDA backend for these architectures, built unless it is there: a module beside the others, which is loaded where a CUDA device is opened. It
# is linked without the driver's library, which no machine without a GPU has: no memory by virtual addresses (NO_VMM).
function(gto4j_llama_cuda entry flags architectures toolkit module)
  string(REPLACE ";" "-" name "${architectures}")
  set(folder ${entry}/cuda-${name})
  set(${module} ${folder}/libggml-cuda.so PARENT_SCOPE)
  file(MAKE_DIRECTORY ${entry})
  gto4j_lock(${entry}/cuda.lock "ggml's CUDA backend")
  if(EXISTS ${folder}/libggml-cuda.so)
    return()
  endif()
  message(STATUS "llama.cpp ${GTO4J_LLAMA_VERSION}: building ggml's CUDA backend for sm_${name} (once; about an hour of one core for an architecture)")
  set(build ${entry}/build-cuda-${name})
  # A list doesn't survive a command line.
  file(WRITE ${build}.cmake "set(CMAKE_CUDA_ARCHITECTURES \"${architectures}\" CACHE STRING \"\")\n")
  gto4j_llama_configure(${build} "ggml's CUDA backend" -C ${build}.cmake ${flags} -DGGML_CUDA=ON -DGGML_CUDA_NO_VMM=ON -DCUDAToolkit_ROOT=${toolkit}
                        -DCMAKE_CUDA_COMPILER=${toolkit}/bin/nvcc)
  gto4j_run("building ggml's CUDA backend" ${CMAKE_COMMAND} --build ${build} --parallel ${GTO4J_JOBS} --target ggml-cuda)
  file(COPY ${build}/bin/libggml-cuda.so DESTINATION ${folder}.part)
  file(RENAME ${folder}.part ${folder})
endfunction()

function(gto4j_llama_library name)
  add_library(gto4j::${name} SHARED IMPORTED GLOBAL)
  set_target_properties(gto4j::${name} PROPERTIES
    IMPORTED_LOCATION ${GTO4J_LLAMA_PREFIX}/lib/lib${name}.so
    INTERFACE_INCLUDE_DIRECTORIES ${GTO4J_LLAMA_PREFIX}/include)
endfunction()

gto4j_llama_flags(GTO4J_LLAMA_FLAGS)
gto4j_llama_entry("${GTO4J_LLAMA_FLAGS}" GTO4J_LLAMA_ENTRY)
# One copy of the sources for all builds.
set(GTO4J_LLAMA_SOURCES ${GTO4J_CACHE}/llama.cpp/${GTO4J_LLAMA_VERSION}-source)
if(GTO4J_LLAMA_SOURCE)
  set(GTO4J_LLAMA_SOURCES ${GTO4J_LLAMA_SOURCE})
endif()
gto4j_llama_variants(${GTO4J_LLAMA_ENTRY} GTO4J_LLAMA_VARIANTS GTO4J_LLAMA_DONE)
if(NOT EXISTS ${GTO4J_LLAMA_DONE} OR (GTO4J_LLAMA_SERVER AND NOT EXISTS ${GTO4J_LLAMA_ENTRY}/server))
  gto4j_llama_build(${GTO4J_LLAMA_ENTRY} "${GTO4J_LLAMA_FLAGS}")
endif()
set(GTO4J_LLAMA_PREFIX ${GTO4J_LLAMA_ENTRY}/prefix)
message(STATUS "llama.cpp ${GTO4J_LLAMA_VERSION}: ${GTO4J_LLAMA_PREFIX}")
gto4j_llama_library(ggml-base)
gto4j_llama_library(ggml)
gto4j_llama_library(llama)
