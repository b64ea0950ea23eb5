/**
 * Files: read strictly, replaced as a whole, owned by one process. Internal.
 *
 * <p>Map: {@code AtomicFile} writes, {@code TextFile}, {@code JsonFile} and {@code JsonLines} read, {@code GgufHeader}
 * looks into models without natives, {@code FolderLock} owns a folder, {@code CacheFolder} is where things are kept
 * between runs.
 *
 * <p>Threads: locks and files are made for one thread; static methods may be called from any.
 */
@NullMarked
package org.gto4j.io;

import org.jspecify.annotations.NullMarked;
