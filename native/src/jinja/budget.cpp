#include "jinja/budget.h"

#include <cstdarg>
#include <cstdio>

namespace gto::jinja {

void raise(const char * format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    throw template_error(0, message);
}

} // namespace gto::jinja
