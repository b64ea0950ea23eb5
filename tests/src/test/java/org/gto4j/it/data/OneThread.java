package org.gto4j.it.data;

import java.nio.file.Path;

import org.gto4j.Device;
import org.gto4j.TargetModel;

/** Opens tiny targets on one thread: their graphs are too small to share out, and threads that wait for each other are slow on a busy machine. */
public final class OneThread {
    private static final Device DEVICE = Device.cpu(1);

    private OneThread() {
    }

    /** The caller closes the target. */
    public static TargetModel open(Path gguf) {
        return TargetModel.open(DEVICE, gguf);
    }
}
