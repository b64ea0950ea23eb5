// llama.cpp's chat.cpp includes it; all that it uses of it is in the runtime.
#pragma once

#include "runtime.h"
