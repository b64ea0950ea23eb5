/** Where time goes: products by rows and types, whole passes, the parts of decoding. One thread, on a quiet machine. */
@NullMarked
package org.gto4j.lab.profile;

import org.jspecify.annotations.NullMarked;
