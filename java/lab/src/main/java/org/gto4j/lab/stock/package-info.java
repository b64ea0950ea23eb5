/** Stock llama-server as a baseline: started, asked over HTTP, stopped. One server a process; not thread-safe. */
@NullMarked
package org.gto4j.lab.stock;

import org.jspecify.annotations.NullMarked;
