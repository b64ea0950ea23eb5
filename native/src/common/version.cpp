#include "gto4j/common.h"

const char * gto_version(void) { return GTO4J_VERSION; }
const char * gto_llama_version(void) { return GTO4J_LLAMA_VERSION; }
