/** The text of each way of decoding, token by token against plain decoding and against libllama's own. One thread. */
@NullMarked
package org.gto4j.lab.parity;

import org.jspecify.annotations.NullMarked;
