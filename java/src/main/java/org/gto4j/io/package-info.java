/** File formats, read without natives. */
@NullMarked
package org.gto4j.io;

import org.jspecify.annotations.NullMarked;
