package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Path;

/** One kind of input: how it is made, and who reads it. */
interface FuzzSubject {
    /** In reports, e.g. "target". */
    String name();

    /**
     * Writes an input into an empty folder and lets the library use it.
     *
     * @return words of which one must be in the message if it is refused (what was changed: a key, a tensor, a line);
     *     none: any message that names the file
     * @throws RuntimeException whatever the library throws
     */
    void use(FuzzRandom random, Path folder, Expectation expected) throws IOException;
}
