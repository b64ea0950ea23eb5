package org.gto4j.lab.cli;

import java.nio.file.Path;
import org.gto4j.model.Device;
import org.gto4j.model.TargetModel;

/** The target of a command, opened on the command's device. */
final class TargetFile implements AutoCloseable {
    private final Device device;
    private final TargetModel target;

    private TargetFile(Device device, TargetModel target) {
        this.device = device;
        this.target = target;
    }

    /** Opens the file of --model. */
    static TargetFile open(Values values) {
        return open(values.neededPath("model"), values);
    }

    static TargetFile open(Path file, Values values) {
        return open(file, device(values));
    }

    private static TargetFile open(Path file, Device device) {
        try {
            return new TargetFile(device, TargetModel.open(device, file));
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    /** Opens the file of --model on the device that another option names. */
    static TargetFile openOn(String option, Values values) {
        return open(values.neededPath("model"), device(option, values));
    }

    /** That of --device, with --threads. */
    static Device device(Values values) {
        return device("device", values);
    }

    private static Device device(String option, Values values) {
        return Device.open(values.text(option, ""), values.integer("threads", 0, 0));
    }

    TargetModel target() {
        return target;
    }

    @Override
    public void close() {
        target.close();
        device.close();
    }
}
