# llama.cpp's chat parsers (how models write calls of tools, JSON schema to GBNF), compiled from the pinned sources into
# libgto4j. They render templates with our Jinja: src/answer/seam stands in for their folder common/jinja, so the sources
# are copied beside it. Defines the target llama-chat and GTO4J_LLAMA_CHAT, the folder of its headers.

gto4j_llama_sources()
set(GTO4J_LLAMA_CHAT ${CMAKE_CURRENT_BINARY_DIR}/llama-chat)
include(${GTO4J_LLAMA_SOURCES}/common/parsers/sources.cmake)
set(chat_sources)
foreach(source ${LLAMA_CHAT_PARSERS_SOURCES})
  file(RELATIVE_PATH name ${GTO4J_LLAMA_SOURCES}/common ${source})
  list(APPEND chat_sources ${name})
endforeach()
foreach(name chat chat-auto-parser-generator chat-auto-parser-helpers chat-diff-analyzer chat-peg-parser json json-schema json-schema-to-grammar peg-parser trie unicode)
  list(APPEND chat_sources ${name}.cpp)
endforeach()
file(GLOB headers RELATIVE ${GTO4J_LLAMA_SOURCES}/common ${GTO4J_LLAMA_SOURCES}/common/*.h)
foreach(name ${chat_sources} ${headers})
  configure_file(${GTO4J_LLAMA_SOURCES}/common/${name} ${GTO4J_LLAMA_CHAT}/${name} COPYONLY)
endforeach()
list(FILTER chat_sources INCLUDE REGEX "[.]cpp$")
list(TRANSFORM chat_sources PREPEND ${GTO4J_LLAMA_CHAT}/)

add_library(llama-chat OBJECT ${chat_sources})
# Not our code: its warnings aren't ours to mend. Small rather than fast, as an answer is read once.
target_compile_options(llama-chat PRIVATE -w -Os -ffunction-sections -fdata-sections -ffile-prefix-map=${GTO4J_LLAMA_CHAT}=llama.cpp/common)
target_include_directories(llama-chat PRIVATE ${GTO4J_LLAMA_CHAT} ${CMAKE_CURRENT_SOURCE_DIR}/src/answer/seam ${GTO4J_LLAMA_SOURCES}/vendor)
target_link_libraries(llama-chat PRIVATE gto4j::llama)
