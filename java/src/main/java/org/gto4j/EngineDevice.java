package org.gto4j;

import org.gto4j.engine.gto_device;
import org.gto4j.engine.global.gto4j;

/** Native side of {@link Device}. */
final class EngineDevice {
    final gto_device handle;

    private EngineDevice(gto_device handle) {
        this.handle = handle;
    }

    static EngineDevice open(String name, int threads) {
        Engine.ready();
        gto_device device = new gto_device();
        Engine.check(gto4j.gto_device_open(name, threads, device));
        return new EngineDevice(device);
    }

    String name() {
        return Engine.string(gto4j.gto_device_name(handle));
    }

    String description() {
        return Engine.string(gto4j.gto_device_description(handle));
    }

    int threads() {
        return gto4j.gto_device_threads(handle);
    }

    void free() {
        gto4j.gto_device_free(handle);
    }
}
